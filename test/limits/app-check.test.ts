import { beforeAll, describe, expect, it } from "vitest";
import { openProject } from "../support/firestore.ts";
import { instanceStarter } from "../support/instance.ts";
import { seedShop } from "../support/shop.ts";
import { signedIn } from "../support/token.ts";
import { send } from "./support.ts";

const project = openProject("app-check");
const start = instanceStarter(project);

const SHOP = "checked";
const WRITES = [
  ["POST", `/v1/shops/${SHOP}/bookings`],
  ["POST", "/bookings"],
  ["PATCH", `/v1/shops/${SHOP}/bookings/none`],
  ["DELETE", `/v1/shops/${SHOP}/bookings/none`],
  ["POST", `/v1/shops/${SHOP}/holds`],
  ["DELETE", `/v1/shops/${SHOP}/holds/none`],
] as const;

beforeAll(() => seedShop(project.db, SHOP));

const verifyAppCheck = (token: string) =>
  token === "unknown" ? Promise.reject(new Error("no keys")) : Promise.resolve(token === "good");

const withMode = (appCheck: "off" | "log" | "enforce") => start({ verifyAppCheck, config: { appCheck } });
const token = (value: string) => ({ "x-firebase-appcheck": value });

describe.each(WRITES)("App Check of %s %s", (method, path) => {
  it("refuses a missing and an invalid token where it is enforced, and takes a valid one", async () => {
    const { url } = await withMode("enforce");
    for (const headers of [{}, token(""), token("bad"), token("unknown")]) {
      const answer = await send(url, { method, path, headers });
      expect(answer).toMatchObject({ status: 401, body: { error: "app_check_failed" } });
    }
    const taken = await send(url, { method, path, headers: token("good") });
    expect(taken.body.error).not.toBe("app_check_failed");
  });

  it.each(["off", "log"] as const)("lets all requests through when it is %s", async (mode) => {
    const { url } = await withMode(mode);
    for (const headers of [{}, token("bad"), token("unknown")]) {
      const answer = await send(url, { method, path, headers });
      expect(answer.body.error).not.toBe("app_check_failed");
      expect(answer.status).toBeLessThan(500);
    }
  });
});

it("is not asked of reads, nor of the shop's staff", async () => {
  const { url } = await withMode("enforce");
  expect((await send(url, { path: `/v1/shops/${SHOP}` })).status).toBe(200);
  const path = `/v1/shops/${SHOP}/bookings/none`;
  const staff = signedIn("boss", { role: "admin", shopId: SHOP });
  expect((await send(url, { method: "DELETE", path, headers: staff })).status).toBe(404);
  const customer = signedIn("mei");
  expect((await send(url, { method: "DELETE", path, headers: customer })).status).toBe(401);
});
