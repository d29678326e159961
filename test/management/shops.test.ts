import { beforeEach, describe, expect, it } from "vitest";
import { rezone } from "../../functions/src/upkeep/rezoning/rezone.ts";
import { expectFiledUnder, FOREVER, TOKYO, AROUND_THE_CLOCK } from "../rezoning/support.ts";
import { token } from "../lifecycle/support.ts";
import { freeTimes } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { instanceStarter } from "../support/instance.ts";
import { at, CUSTOMER, MONDAY } from "../support/shop.ts";
import { signedIn } from "../support/token.ts";
import { expectRefusedFields, openManagedShop, type ManagedShop } from "./support.ts";

const project = openProject("shops");
const start = instanceStarter(project);
const platform = signedIn("root", { role: "admin", shopId: "*" });
const NEW_SHOP = { name: "North", time_zone: "Europe/Berlin" };
let shop: ManagedShop;
let shops = 0;

beforeEach(async () => {
  shop = await openManagedShop(project, `shops-${(shops += 1)}`, AROUND_THE_CLOCK);
});

const post = (body: object, headers = {}) =>
  shop.client.post<any>("/v1/shops", body, { ...platform, ...headers });
const stored = async (id = shop.id) => (await project.db.doc(`shops/${id}`).get()).data();
const auditOf = async (id = shop.id) => {
  const lines = await project.db.collection(`shops/${id}/audit`).get();
  return lines.docs.map((line) => line.data()).filter(({ action }) => /^shop/.test(String(action)));
};

describe("creating a shop", () => {
  it("answers with its settings; what the API manages is set", async () => {
    const id = `${shop.id}-north`;
    const created = await post({ ...NEW_SHOP, id, policy: { hold_minutes: 5 }, language: "zh-TW" });
    expect(created).toMatchObject({
      status: 201,
      body: {
        id,
        ...NEW_SHOP,
        language: "zh-Hant",
        active: true,
        rezoning: null,
        policy: { hold_minutes: 5, slot_interval_minutes: 30, horizon_days: null },
      },
    });
    expect(await stored(id)).toMatchObject({ ledger_time_zone: "Europe/Berlin", day_shards: 1 });
    const { body } = await shop.client.get(`/v1/shops/${id}`);
    expect(body).toMatchObject({ id, ...NEW_SHOP });
    const read = await shop.client.get(`/v1/shops/${id}/settings`, {}, platform);
    expect(read.body).toEqual(created.body);
    expect(read.headers.get("etag")).toBe(created.headers.get("etag"));
    expect(await auditOf(id)).toMatchObject([
      { action: "shop_created", actor: { kind: "admin", uid: "root" }, details: { after: NEW_SHOP } },
    ]);
  });

  it("costs two writes, and is done once for one Idempotency-Key", async () => {
    const headers = { "idempotency-key": `${shop.id}-key` };
    await project.emulator.resetUsage();
    const first = await post(NEW_SHOP, headers);
    expect(first.status).toBe(201);
    expect(await project.emulator.usage()).toMatchObject({ reads: 2, writes: 2 });
    const second = await post(NEW_SHOP, headers);
    expect(second).toMatchObject({ status: 200, body: first.body });
    const other = await post({ ...NEW_SHOP, name: "South" }, headers);
    expect(other).toMatchObject({ status: 422, body: { error: "idempotency_key_reused" } });
  });

  it("is refused for an id in use", async () => {
    const refused = await post({ ...NEW_SHOP, id: shop.id });
    expect(refused).toMatchObject({
      status: 409,
      body: { error: "already_exists", details: { fields: [{ path: "id" }] } },
    });
    expect(await stored()).toMatchObject({ name: "Test shop" });
  });

  it.each([
    ["nobody", () => ({}), 401],
    ["the admin of a shop", () => shop.admin, 403],
    ["a mechanic", () => shop.ada, 403],
    ["a customer", () => signedIn("mei"), 403],
  ])("is closed to %s", async (_who, headers, status) => {
    expect((await shop.client.post("/v1/shops", NEW_SHOP, headers())).status).toBe(status);
  });
});

describe("malformed settings", () => {
  const MANAGED = ["catalog_version", "day_shards", "ledger_time_zone", "rezoning"];
  it.each([
    ["a name of 10 kB", { name: "x".repeat(10_000) }, ["name"]],
    ["an empty name", { name: " " }, ["name"]],
    ["a time zone that is not IANA", { time_zone: "Mars/Olympus" }, ["time_zone"]],
    ["an offset as the time zone", { time_zone: "+02:00" }, ["time_zone"]],
    ["managed fields", Object.fromEntries(MANAGED.map((field) => [field, 1])), MANAGED],
    ["an unknown part of the policy", { policy: { hold: 5 } }, ["policy.hold"]],
    ["a hold of no time", { policy: { hold_minutes: 0 } }, ["policy.hold_minutes"]],
    ["a length that is text", { policy: { default_slot_minutes: "60" } }, ["policy.default_slot_minutes"]],
    ["a negative horizon", { policy: { horizon_days: -1 } }, ["policy.horizon_days"]],
    ["a policy that is a list", { policy: [] }, ["policy"]],
    ["a language that is no tag", { language: "Englisch!" }, ["language"]],
  ])("are refused: %s", async (_what, fields, paths) => {
    expectRefusedFields(await post({ ...NEW_SHOP, ...fields }), paths);
    expectRefusedFields(await shop.send("PATCH", "", fields), paths);
    expect(await auditOf()).toEqual([]);
  });

  it("are refused without what a shop needs", async () => {
    expectRefusedFields(await post({}), ["name", "time_zone"]);
    expectRefusedFields(await post({ ...NEW_SHOP, id: "*" }), ["id"]);
  });
});

describe("the settings of a shop", () => {
  it("are shown to its admins with an ETag", async () => {
    const { status, body, headers } = await shop.send("GET", "/settings");
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: shop.id, name: "Test shop", language: "en", rezoning: null });
    expect(body.policy).toMatchObject({ travel_minutes: 0, slot_interval_minutes: 30 });
    const known = { ...shop.admin, "if-none-match": headers.get("etag") ?? "" };
    expect((await shop.send("GET", "/settings", undefined, known)).status).toBe(304);
  });

  it.each([
    ["nobody", () => ({}), 401],
    ["a customer", () => signedIn("mei"), 403],
    ["a mechanic", () => shop.ada, 403],
    ["another shop's admin", () => signedIn("x", { role: "admin", shopId: "elsewhere" }), 404],
  ])("are closed to %s", async (_who, headers, status) => {
    expect((await shop.send("GET", "/settings", undefined, headers())).status).toBe(status);
    expect((await shop.send("PATCH", "", { name: "Mine" }, headers())).status).toBe(status);
  });

  it("change in parts, and the next answer of another instance follows", async () => {
    const other = await start();
    const times = async () => freeTimes((await other.client.availability(shop.id, MONDAY)).body, "ada");
    expect(await times()).toHaveLength(24);
    const changed = await shop.send("PATCH", "", {
      name: "New name",
      policy: { default_slot_minutes: 240, slot_interval_minutes: 240 },
    });
    expect(changed).toMatchObject({
      status: 200,
      body: { name: "New name", policy: { default_slot_minutes: 240, hold_minutes: 10 } },
    });
    expect(await times()).toEqual(["00:00", "04:00", "08:00", "12:00", "16:00", "20:00"]);
    expect((await other.client.get(`/v1/shops/${shop.id}`)).body).toMatchObject({ name: "New name" });
    expect(await auditOf()).toMatchObject([
      { action: "shop_changed", details: { before: { name: "Test shop" }, after: { name: "New name" } } },
    ]);
  });

  it("cost one read and three writes, and none for what is stored already", async () => {
    await project.emulator.resetUsage();
    await shop.send("PATCH", "", { policy: { hold_minutes: 7 } });
    expect(await project.emulator.usage()).toMatchObject({ reads: 1, writes: 3 });
    await project.emulator.resetUsage();
    expect((await shop.send("PATCH", "", { policy: { hold_minutes: 7 } })).status).toBe(200);
    expect(await project.emulator.usage()).toMatchObject({ reads: 1, writes: 0 });
  });

  it("are refused with the current ones for another version's ETag", async () => {
    const refused = await shop.send("PATCH", "", { name: "X" }, { ...shop.admin, "if-match": '"old"' });
    expect(refused).toMatchObject({
      status: 412,
      body: { error: "precondition_failed", details: { current: { name: "Test shop" } } },
    });
  });
});

describe("a change of the time zone", () => {
  it("answers 202, and re-files the bookings that exist: none is lost, none can be booked twice", async () => {
    const early = await shop.book("08:30");
    const late = await shop.book("15:00", { mechanic_id: "grace" });
    const changed = await shop.send("PATCH", "", { time_zone: TOKYO, name: "Tokyo" });
    expect(changed).toMatchObject({
      status: 202,
      body: { name: "Tokyo", time_zone: TOKYO, rezoning: { from: "America/New_York", to: TOKYO } },
    });
    expect((await shop.send("GET", "/settings")).body.rezoning).not.toBeNull();
    const meanwhile = await shop.client.availability(shop.id, MONDAY);
    expect(meanwhile).toMatchObject({ status: 503, body: { error: "shop_rezoning" } });
    expect(await rezone(shop.instance.context, shop.id, FOREVER)).toBe("settled");
    expect((await shop.send("GET", "/settings")).body).toMatchObject({ time_zone: TOKYO, rezoning: null });
    const { client, clock } = shop;
    await expectFiledUnder(project, { shopId: shop.id, zone: TOKYO, now: clock.now(), client });
    for (const { booking } of [early, late]) {
      const { service_id, mechanic_id, start: when } = booking;
      const again = await client.book(shop.id, { customer: CUSTOMER, service_id, mechanic_id, start: when });
      expect(again.body.error).toBe("slot_taken");
      const shown = await shop.view(booking.id, shop.admin);
      expect(Date.parse((shown.body as typeof early).booking.start)).toBe(Date.parse(when));
    }
    expect((await shop.cancel(early.booking.id, token(early))).status).toBe(200);
  });

  it("states the zone of the ledgers in a shop that did not", async () => {
    const { FieldValue } = await import("firebase-admin/firestore");
    await project.db.doc(`shops/${shop.id}`).update({ ledger_time_zone: FieldValue.delete() });
    expect((await shop.send("PATCH", "", { time_zone: TOKYO })).status).toBe(202);
    expect(await stored()).toMatchObject({ time_zone: TOKYO, ledger_time_zone: "America/New_York" });
  });

  it("bumps the version in its own commit, and does nothing for the zone that is stored", async () => {
    const before = (await stored())?.["catalog_version"] as number;
    expect((await shop.send("PATCH", "", { time_zone: "America/New_York" })).status).toBe(200);
    expect((await stored())?.["catalog_version"]).toBe(before);
    await shop.send("PATCH", "", { time_zone: TOKYO });
    expect((await stored())?.["catalog_version"]).toBe(before + 1);
  });
});

describe("removing a shop", () => {
  const remove = (query = "", headers: Record<string, string> = platform) =>
    shop.send("DELETE", query, undefined, headers);

  it("deactivates it: it offers and books nothing, and its bookings can be seen and cancelled", async () => {
    const other = await start();
    const booked = await shop.book("09:00");
    expect((await other.client.availability(shop.id, MONDAY)).status).toBe(200);
    expect(await remove()).toMatchObject({ status: 200, body: { id: shop.id, active: false } });
    expect((await remove()).status).toBe(200);
    const order = { service_id: "inspection", mechanic_id: "ada", start: at(MONDAY, "10:00") };
    const refusals = [
      await other.client.availability(shop.id, MONDAY),
      await other.client.slots(shop.id, MONDAY, MONDAY),
      await other.client.book(shop.id, { customer: CUSTOMER, ...order }),
      await other.client.post(`/v1/shops/${shop.id}/holds`, { ...order, session_id: "s" }),
      await other.client.get(`/v1/shops/${shop.id}`),
      await other.client.get(`/v1/shops/${shop.id}/services`),
      await shop.move(booked.booking.id, { start: at(MONDAY, "10:00") }, shop.admin),
    ];
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ status: 422, body: { error: "shop_inactive" } });
    }
    expect((await shop.view(booked.booking.id, token(booked))).status).toBe(200);
    expect((await shop.cancel(booked.booking.id, token(booked))).status).toBe(200);
    expect((await shop.send("GET", "/settings")).body).toMatchObject({ active: false });
    expect((await auditOf()).map(({ action }) => action as string)).toEqual(["shop_deactivated"]);
  });

  it("is undone by an admin of the platform only", async () => {
    await remove();
    expect((await shop.send("PATCH", "", { active: true })).status).toBe(403);
    expect((await shop.send("PATCH", "", { active: true }, platform)).status).toBe(200);
    expect((await shop.client.availability(shop.id, MONDAY)).status).toBe(200);
  });

  it("does not purge what is referred to, and says by what", async () => {
    const booked = await shop.book("09:00");
    await shop.cancel(booked.booking.id, shop.admin);
    const refused = await remove("?purge=true");
    expect(refused).toMatchObject({ status: 409, body: { error: "still_referenced" } });
    expect(refused.body.details.references).toEqual([
      "services",
      "mechanics",
      "ledgers",
      "bookings",
      "notifications",
    ]);
    expect((await stored())?.["name"]).toBe("Test shop");
  });

  it("purges an empty shop; one of the same id begins above its versions", async () => {
    const id = `${shop.id}-empty`;
    await post({ ...NEW_SHOP, id });
    const version = (await stored(id))?.["catalog_version"] as number;
    const purged = await shop.client.request("DELETE", `/v1/shops/${id}?purge=true`, { headers: platform });
    expect(purged.status).toBe(204);
    expect((await shop.client.get(`/v1/shops/${id}`)).status).toBe(404);
    shop.clock.set(at(MONDAY, "09:00"));
    const root = signedIn("root", { role: "admin", shopId: "*" }, shop.clock.now());
    expect((await post({ ...NEW_SHOP, id }, root)).status).toBe(201);
    expect((await stored(id))?.["catalog_version"]).toBeGreaterThan(version);
    expect((await auditOf(id)).map(({ action }) => action as string).sort()).toEqual([
      "shop_created",
      "shop_created",
      "shop_purged",
    ]);
  });

  it.each([
    ["nobody", () => ({}), 401],
    ["its admin", () => shop.admin, 403],
    ["a mechanic", () => shop.ada, 403],
  ])("is closed to %s", async (_who, headers, status) => {
    expect((await remove("", headers())).status).toBe(status);
    expect((await remove("?purge=true", headers())).status).toBe(status);
  });

  it("is not found for a shop that does not exist, and takes no unknown parameter", async () => {
    for (const query of ["", "?purge=true"]) {
      const answer = await shop.client.request("DELETE", `/v1/shops/nowhere${query}`, { headers: platform });
      expect(answer.status).toBe(404);
    }
    expectRefusedFields(await remove("?confirm=true"), ["confirm"]);
  });
});
