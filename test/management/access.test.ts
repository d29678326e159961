import { beforeEach, describe, expect, it } from "vitest";
import { emulatorTokenVerifier } from "../../functions/src/platform/auth/token-verifier.ts";
import { LOCAL_PROJECT } from "../../scripts/support/local-project.ts";
import { openProject } from "../support/firestore.ts";
import { instanceStarter } from "../support/instance.ts";
import { signedIn } from "../support/token.ts";
import { TestUsers } from "../support/users.ts";
import { expectRefusedFields, openManagedShop, type ManagedShop } from "./support.ts";

const project = openProject("access");
const start = instanceStarter(project);
const ADA_ACCESS = "/mechanics/ada/access";
let shop: ManagedShop;
let users: TestUsers;
let shops = 0;
let send: ManagedShop["send"];

beforeEach(async () => {
  shop = await openManagedShop(project, `access-${(shops += 1)}`);
  users = new TestUsers(shop.clock);
  const verifyToken = emulatorTokenVerifier(LOCAL_PROJECT, shop.clock, () => users);
  const { client } = await start({ clock: shop.clock, users, verifyToken });
  send = (method, path, body, headers = shop.admin) =>
    client.request(method, `/v1/shops/${shop.id}${path}`, {
      headers: { "content-type": "application/json", ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  users.add("mei");
});

const asAdmin = (who: object) => ({ ...who, role: "admin" });
const asMechanic = (who: object) => ({ ...who, role: "mechanic" });
const mei = { email: "mei@example.com" };
const audit = async () => {
  const lines = await project.db.collection(`shops/${shop.id}/audit`).get();
  return lines.docs.map((line) => line.data());
};

describe("granting a role", () => {
  it("makes the user of an e-mail address the mechanic, and keeps other applications' claims", async () => {
    users.add("mei", { newsletter: true });
    const granted = await send("PUT", ADA_ACCESS, asMechanic(mei));
    expect(granted).toMatchObject({
      status: 200,
      body: { access: { uid: "mei", role: "mechanic", mechanic_id: "ada" } },
    });
    expect(users.claimsOf("mei")).toEqual({
      newsletter: true,
      role: "mechanic",
      shop_id: shop.id,
      mechanic_id: "ada",
    });
  });

  it("makes the user of a uid an admin of the shop, a mechanic of it too", async () => {
    await send("PUT", ADA_ACCESS, asMechanic({ uid: "mei" }));
    const granted = await send("PUT", "/access", asAdmin({ uid: "mei" }));
    expect(granted.body).toEqual({ access: { uid: "mei", role: "admin", mechanic_id: null } });
    expect(users.claimsOf("mei")).toEqual({ role: "admin", shop_id: shop.id });
  });

  it("is audited by uid, without the e-mail address, and once for a repeated request", async () => {
    await send("PUT", ADA_ACCESS, asMechanic(mei));
    const sessions = await users.getUser("mei");
    shop.clock.advance({ minutes: 1 });
    expect((await send("PUT", ADA_ACCESS, asMechanic(mei))).status).toBe(200);
    expect(await users.getUser("mei")).toEqual(sessions);
    const lines = await audit();
    expect(lines).toMatchObject([
      {
        action: "role_granted",
        actor: { kind: "admin", uid: "boss" },
        details: {
          uid: "mei",
          before: { role: "customer" },
          after: { role: "mechanic", mechanic_id: "ada" },
        },
      },
    ]);
    expect(JSON.stringify(lines)).not.toContain("example.com");
  });

  it("costs two reads and one write", async () => {
    await project.emulator.resetUsage();
    await send("PUT", ADA_ACCESS, asMechanic(mei));
    expect(await project.emulator.usage()).toMatchObject({ reads: 2, writes: 1 });
  });

  it("is completed by a repetition when the process dies before the claims are set", async () => {
    const { setCustomUserClaims } = users;
    users.setCustomUserClaims = () => Promise.reject(new Error("killed"));
    expect((await send("PUT", ADA_ACCESS, asMechanic(mei))).status).toBe(500);
    users.setCustomUserClaims = setCustomUserClaims;
    expect((await send("PUT", ADA_ACCESS, asMechanic(mei))).status).toBe(200);
    expect(users.claimsOf("mei")).toMatchObject({ role: "mechanic" });
  });

  it("answers 503 and changes nothing while the sign-in service does not answer", async () => {
    const offline = Object.assign(new Error("offline"), { code: "app/network-error" });
    users.getUserByEmail = () => Promise.reject(offline);
    const refused = await send("PUT", ADA_ACCESS, asMechanic(mei));
    expect(refused).toMatchObject({ status: 503, body: { error: "unavailable" } });
    expect(refused.headers.get("retry-after")).toBe("1");
    expect(await audit()).toEqual([]);
  });
});

describe("a malformed grant", () => {
  it.each([
    ["an e-mail address without a user", asAdmin({ email: "no@example.com" }), "email"],
    ["a uid without a user", asAdmin({ uid: "nobody" }), "uid"],
    ["an e-mail address that is none", asAdmin({ email: "mei" }), "email"],
    ["neither", { role: "admin" }, "email"],
    ["both", asAdmin({ ...mei, uid: "mei" }), "email"],
    ["an endless uid", asAdmin({ uid: "x".repeat(129) }), "uid"],
    ["another role", { ...mei, role: "mechanic" }, "role"],
    ["no role", mei, "role"],
    ["another shop", { ...asAdmin(mei), shop_id: "*" }, "shop_id"],
  ])("is refused: %s", async (_what, body, path) => {
    for (const method of ["PUT", "DELETE"]) {
      expectRefusedFields(await send(method, "/access", body), [path]);
    }
    expect(users.claimsOf("mei")).toEqual({});
  });

  it("is not found for an unknown mechanic or shop", async () => {
    expect((await send("PUT", "/mechanics/unknown/access", asMechanic(mei))).status).toBe(404);
    const platform = signedIn("root", { role: "admin", shopId: "*" });
    await project.db.doc(`shops/${shop.id}`).delete();
    expect((await send("PUT", "/access", asAdmin(mei), platform)).status).toBe(404);
    expect(users.claimsOf("mei")).toEqual({});
  });
});

describe("taking a role away", () => {
  const asMei = () =>
    signedIn("mei", { role: "mechanic", shopId: shop.id, mechanicId: "ada" }, shop.clock.now());

  it("ends the sessions of the user at once", async () => {
    await send("PUT", ADA_ACCESS, asMechanic(mei));
    shop.clock.advance({ minutes: 1 });
    const session = asMei();
    expect((await send("GET", "/mechanics/ada", undefined, session)).status).toBe(200);
    shop.clock.advance({ minutes: 1 });
    const revoked = await send("DELETE", ADA_ACCESS, asMechanic(mei));
    expect(revoked).toMatchObject({
      status: 200,
      body: { access: { uid: "mei", role: "customer", mechanic_id: null } },
    });
    expect(users.claimsOf("mei")).toEqual({});
    expect((await send("GET", "/mechanics/ada", undefined, session)).status).toBe(401);
    expect((await send("PUT", "/mechanics/ada/schedule", {}, session)).status).toBe(401);
    expect((await audit()).map(({ action }) => action as string).sort()).toEqual([
      "role_granted",
      "role_revoked",
    ]);
  });

  it("ends the sessions also when the process dies between the claims and the revocation", async () => {
    await send("PUT", ADA_ACCESS, asMechanic(mei));
    shop.clock.advance({ minutes: 1 });
    const session = asMei();
    shop.clock.advance({ minutes: 1 });
    const revoke = users.revokeRefreshTokens.bind(users);
    let calls = 0;
    users.revokeRefreshTokens = (uid) =>
      (calls += 1) === 1 ? revoke(uid) : Promise.reject(new Error("killed"));
    expect((await send("DELETE", ADA_ACCESS, asMechanic(mei))).status).toBe(500);
    users.revokeRefreshTokens = revoke;
    expect((await send("DELETE", ADA_ACCESS, asMechanic(mei))).status).toBe(200);
    expect((await send("GET", "/mechanics/ada", undefined, session)).status).toBe(401);
  });

  it("is harmless twice, for another mechanic's user, and for a mechanic who was removed", async () => {
    await send("PUT", ADA_ACCESS, asMechanic(mei));
    expect((await send("DELETE", "/mechanics/grace/access", asMechanic(mei))).body).toMatchObject({
      access: { role: "mechanic", mechanic_id: "ada" },
    });
    await project.db.doc(`shops/${shop.id}/mechanics/ada`).delete();
    for (let round = 0; round < 2; round += 1) {
      expect((await send("DELETE", ADA_ACCESS, asMechanic(mei))).status).toBe(200);
    }
    expect(await audit()).toHaveLength(2);
  });

  it("is refused for another version's ETag", async () => {
    const granted = await send("PUT", ADA_ACCESS, asMechanic(mei));
    const stale = { ...shop.admin, "if-match": granted.headers.get("etag") ?? "" };
    await send("PUT", "/access", asAdmin(mei));
    expect((await send("DELETE", "/access", asAdmin(mei), stale)).status).toBe(412);
  });
});

describe("the role of a user who", () => {
  it.each([
    ["has a role in another shop", { role: "mechanic", shop_id: "elsewhere", mechanic_id: "ada" }],
    ["is an admin of the platform", { role: "admin", shop_id: "*" }],
  ])("%s is not touched", async (_who, claims) => {
    users.add("mei", claims);
    for (const [method, path, body] of [
      ["PUT", "/access", asAdmin(mei)],
      ["DELETE", "/access", asAdmin(mei)],
      ["PUT", ADA_ACCESS, asMechanic(mei)],
      ["DELETE", ADA_ACCESS, asMechanic(mei)],
    ] as const) {
      const refused = await send(method, path, body);
      expect(refused).toMatchObject({ status: 409, body: { error: "role_conflict" } });
    }
    expect(users.claimsOf("mei")).toEqual(claims);
    expect(await audit()).toEqual([]);
  });

  it("is the calling admin stays, so that the shop keeps one", async () => {
    users.add("boss", { role: "admin", shop_id: shop.id });
    for (const answer of [
      await send("DELETE", "/access", asAdmin({ uid: "boss" })),
      await send("PUT", ADA_ACCESS, asMechanic({ uid: "boss" })),
    ]) {
      expect(answer).toMatchObject({ status: 409, body: { error: "role_conflict" } });
    }
    expect(users.claimsOf("boss")).toEqual({ role: "admin", shop_id: shop.id });
  });
});

describe("access", () => {
  it.each([
    ["nobody", () => ({}), 401],
    ["a customer", () => signedIn("eve"), 403],
    ["the mechanic", () => shop.ada, 403],
    ["another shop's admin", () => signedIn("x", { role: "admin", shopId: "elsewhere" }), 404],
  ])("is not given by %s", async (_who, headers, status) => {
    for (const method of ["PUT", "DELETE"]) {
      expect((await send(method, "/access", asAdmin(mei), headers())).status).toBe(status);
      expect((await send(method, ADA_ACCESS, asMechanic(mei), headers())).status).toBe(status);
    }
    expect(users.claimsOf("mei")).toEqual({});
  });
});
