import { beforeAll, expect, it } from "vitest";
import { diagnosticsAnswer } from "../../functions/src/platform/http/diagnostics-answer.ts";
import { openProject } from "../support/firestore.ts";
import { instanceStarter, type Instance } from "../support/instance.ts";
import { rawRequest } from "../support/raw-request.ts";
import { signedIn } from "../support/token.ts";

const project = openProject("diagnostics");
const start = instanceStarter(project);
const PATH = "/v1/diagnostics/request";

let instance: Instance;
beforeAll(async () => {
  instance = await start();
});

const ask = (headers: Record<string, string>) => rawRequest(instance.url, { path: PATH, headers });
const admin = signedIn("boss", { role: "admin", shopId: "any" });

it.each<[string, number, Record<string, string>]>([
  ["nobody", 401, {}],
  ["a customer", 403, signedIn("mei")],
  ["a mechanic without a shop", 403, signedIn("ada", { role: "mechanic", shopId: "", mechanicId: "ada" })],
  ["a mechanic", 200, signedIn("ada", { role: "mechanic", shopId: "s", mechanicId: "ada" })],
  ["an admin", 200, admin],
])("answers %s with %i", async (_who, status, headers) => {
  expect((await ask(headers)).status).toBe(status);
});

it("shows how the client's address was found", async () => {
  const { text, headers } = await ask({
    ...admin,
    "x-forwarded-for": "198.51.100.9, 203.0.113.7, 66.249.84.7",
    "fastly-client-ip": "203.0.113.7",
  });
  expect(headers["cache-control"]).toBe("no-store");
  expect(diagnosticsAnswer.parse(JSON.parse(text))).toMatchObject({
    method: "GET",
    forwarded: {
      "x-forwarded-for": "198.51.100.9, 203.0.113.7, 66.249.84.7",
      "fastly-client-ip": "203.0.113.7",
    },
    client: {
      peer: { address: expect.stringContaining("127.0.0.1") as string, trusted: true },
      forwarded_for: [
        { address: "66.249.84.7", trusted: true, list: "google" },
        { address: "203.0.113.7", trusted: false, list: null },
        { address: "198.51.100.9", trusted: false, list: null },
      ],
      address: "203.0.113.7",
      key: "203.0.113.7",
      stored_as: expect.stringMatching(/^[\w-]{22}$/) as string,
    },
    trusted_proxies: { parameter: "loopback, linklocal, google" },
    limits: { enabled: false, table: { reads: { windows: [{ requests: 100, seconds: 60 }] } } },
    app_check: { mode: "off", token: false },
    platform: { service: null, revision: null, region: null },
    clock: new Date(instance.clock.now()).toISOString(),
  });
});

it("names every header and shows no token", async () => {
  const secrets = {
    cookie: "__session=secret-1",
    "x-manage-token": "secret-2",
    "x-firebase-appcheck": "secret-3",
  };
  const { text } = await ask({ ...admin, ...secrets, "x-session-id": "secret-4" });
  const { headers } = JSON.parse(text) as { headers: string[] };
  expect(headers).toEqual(
    expect.arrayContaining([
      "authorization",
      "cookie",
      "x-manage-token",
      "x-firebase-appcheck",
      "x-session-id",
    ]),
  );
  expect(text).not.toMatch(/secret-\d/);
  expect(text).not.toContain(admin.authorization.slice("Bearer ".length));
});
