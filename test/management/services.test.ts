import { beforeEach, describe, expect, it } from "vitest";
import { openProject } from "../support/firestore.ts";
import { instanceStarter } from "../support/instance.ts";
import { at, MONDAY } from "../support/shop.ts";
import { signedIn } from "../support/token.ts";
import { expectRefusedFields, openManagedShop, type ManagedShop } from "./support.ts";

const project = openProject("services");
const start = instanceStarter(project);
const OIL_CHANGE = "/services/oil_change";
const WASH = { id: "wash", name: "Wash", durations_minutes: [20] };
const COMPLETE_WASH = {
  ...WASH,
  description: null,
  price: null,
  buffer_before_minutes: 0,
  buffer_after_minutes: 0,
  active: true,
};
let shop: ManagedShop;
let shops = 0;

beforeEach(async () => {
  shop = await openManagedShop(project, `services-${(shops += 1)}`);
});

const publicServices = async (client = shop.client) => {
  const { body } = await client.get<{ services: { id: string }[] }>(`/v1/shops/${shop.id}/services`);
  return body.services;
};

describe("creating a service", () => {
  it("answers with it and its ETag, and publishes it at once through another instance's cache", async () => {
    const other = await start();
    expect(await publicServices(other.client)).toHaveLength(3);
    const details = { description: "By hand.\nInside too.", price: { amount: 4500, currency: "USD" } };
    const created = await shop.send("POST", "/services", { ...WASH, ...details, buffer_after_minutes: 10 });
    const service = { ...COMPLETE_WASH, ...details, buffer_after_minutes: 10 };
    expect(created).toMatchObject({ status: 201, body: { service } });
    const read = await shop.send("GET", "/services/wash");
    expect(read.body).toEqual({ service });
    expect(read.headers.get("etag")).toBe(created.headers.get("etag"));
    const { active: _, ...published } = service;
    expect((await publicServices(other.client)).find(({ id }) => id === "wash")).toEqual(published);
  });

  it("costs at most four reads and four writes", async () => {
    await project.emulator.resetUsage();
    expect((await shop.send("POST", "/services", WASH)).status).toBe(201);
    const { reads, writes } = await project.emulator.usage();
    expect(reads).toBeLessThanOrEqual(4);
    expect(writes).toBe(3);
  });

  it("is done once for one Idempotency-Key", async () => {
    const headers = { ...shop.admin, "idempotency-key": "k" };
    const { id: _, ...wash } = WASH;
    const first = await shop.send("POST", "/services", wash, headers);
    const second = await shop.send("POST", "/services", wash, headers);
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body).toEqual(first.body);
    const other = await shop.send("POST", "/services", { ...wash, name: "Wax" }, headers);
    expect(other).toMatchObject({ status: 422, body: { error: "idempotency_key_reused" } });
    expect(await publicServices()).toHaveLength(4);
  });

  it("is done once by ten simultaneous requests with one key", async () => {
    const headers = { ...shop.admin, "idempotency-key": "k" };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => shop.send("POST", "/services", WASH, headers)),
    );
    expect(answers.map(({ status }) => status)).toContain(201);
    for (const { status, body } of answers) {
      expect([200, 201]).toContain(status);
      expect(body).toEqual({ service: COMPLETE_WASH });
    }
    const lines = await project.db.collection(`shops/${shop.id}/audit`).get();
    expect(lines.size).toBe(1);
  });

  it("is refused for an id in use", async () => {
    const refused = await shop.send("POST", "/services", { ...WASH, id: "oil_change" });
    expect(refused).toMatchObject({
      status: 409,
      body: { error: "already_exists", details: { fields: [{ path: "id" }] } },
    });
  });

  it("leaves an audit line", async () => {
    await shop.send("POST", "/services", WASH);
    const lines = await project.db.collection(`shops/${shop.id}/audit`).get();
    expect(lines.docs.map((line) => line.data())).toMatchObject([
      {
        action: "service_created",
        actor: { kind: "admin", uid: "boss" },
        details: { service_id: "wash", after: { name: "Wash" } },
      },
    ]);
  });
});

describe("a malformed service", () => {
  it.each([
    ["no name", { durations_minutes: [30] }, ["name"]],
    ["a name of 10 kB", { ...WASH, name: "x".repeat(10_000) }, ["name"]],
    ["a name of two lines", { ...WASH, name: "a\nb" }, ["name"]],
    ["an invisible name", { ...WASH, name: "\u200b" }, ["name"]],
    ["no length", { ...WASH, durations_minutes: [] }, ["durations_minutes"]],
    ["a length that is no number", { ...WASH, durations_minutes: [30, "60"] }, ["durations_minutes.1"]],
    ["a length of 13 hours", { ...WASH, durations_minutes: [780] }, ["durations_minutes.0"]],
    ["a length twice", { ...WASH, durations_minutes: [30, 30] }, ["durations_minutes"]],
    ["a negative buffer", { ...WASH, buffer_before_minutes: -1 }, ["buffer_before_minutes"]],
    ["a buffer of five hours", { ...WASH, buffer_after_minutes: 300 }, ["buffer_after_minutes"]],
    ["a price in fractions", { ...WASH, price: { amount: 45.5, currency: "USD" } }, ["price.amount"]],
    ["an unknown currency", { ...WASH, price: { amount: 1, currency: "XBT" } }, ["price.currency"]],
    ["a price without a currency", { ...WASH, price: { amount: 1 } }, ["price.currency"]],
    ["an id with a dot", { ...WASH, id: "a.b" }, ["id"]],
    ["a long description", { ...WASH, description: "x".repeat(2_001) }, ["description"]],
    ["unknown fields", { ...WASH, catalog_version: 3, colour: "red" }, ["catalog_version", "colour"]],
    ["an active that is text", { ...WASH, active: "yes" }, ["active"]],
  ])("is refused: %s", async (_what, body, paths) => {
    expectRefusedFields(await shop.send("POST", "/services", body), paths);
    if (!("id" in body)) return;
    const { id: _id, ...patch } = body;
    if (paths[0] !== "id") expectRefusedFields(await shop.send("PATCH", OIL_CHANGE, patch), paths);
  });

  it("is refused without a body", async () => {
    expectRefusedFields(await shop.send("POST", "/services"), ["body"]);
  });
});

describe("changing a service", () => {
  it("replaces the fields that are given, and shows in the next answer", async () => {
    const other = await start();
    await publicServices(other.client);
    const changed = await shop.change("PATCH", OIL_CHANGE, {
      name: "Oil and filter",
      durations_minutes: [45],
    });
    expect(changed).toMatchObject({
      status: 200,
      body: { service: { id: "oil_change", name: "Oil and filter", buffer_after_minutes: 15 } },
    });
    expect((await publicServices(other.client)).find(({ id }) => id === "oil_change")).toMatchObject({
      name: "Oil and filter",
      durations_minutes: [45],
    });
  });

  it("leaves bookings of former lengths valid", async () => {
    const { booking } = await shop.book("10:00", { service_id: "oil_change", duration_minutes: 60 });
    await shop.send("PATCH", OIL_CHANGE, { durations_minutes: [45] });
    expect((await shop.view(booking.id, shop.admin)).body).toMatchObject({
      booking: { status: "confirmed", duration_minutes: 60 },
    });
  });

  it("costs two reads and three writes, and nothing is written for what is stored already", async () => {
    await project.emulator.resetUsage();
    await shop.send("PATCH", OIL_CHANGE, { name: "Oil" });
    expect(await project.emulator.usage()).toMatchObject({ reads: 2, writes: 3 });
    await project.emulator.resetUsage();
    expect((await shop.send("PATCH", OIL_CHANGE, { name: "Oil" })).status).toBe(200);
    expect((await project.emulator.usage()).writes).toBe(0);
  });

  it("is refused with the current service for another version's ETag", async () => {
    const stale = (await shop.send("GET", OIL_CHANGE)).headers.get("etag") ?? "";
    await shop.send("PATCH", OIL_CHANGE, { name: "Oil" });
    const headers = { ...shop.admin, "if-match": stale };
    const refused = await shop.send("PATCH", OIL_CHANGE, { name: "Lube" }, headers);
    expect(refused).toMatchObject({
      status: 412,
      body: { error: "precondition_failed", details: { current: { name: "Oil" } } },
    });
    expect((await shop.send("DELETE", OIL_CHANGE, undefined, headers)).status).toBe(412);
  });

  it("is not found for an unknown service or shop", async () => {
    expect((await shop.send("GET", "/services/unknown")).status).toBe(404);
    expect((await shop.send("PATCH", "/services/unknown", {})).status).toBe(404);
    expect((await shop.send("DELETE", "/services/unknown?purge=true")).status).toBe(404);
    const platform = signedIn("root", { role: "admin", shopId: "*" });
    const elsewhere = await shop.client.post("/v1/shops/nowhere/services", WASH, platform);
    expect(elsewhere.status).toBe(404);
  });
});

describe("removing a service", () => {
  it("deactivates it: it is not offered, and its past stays", async () => {
    const removed = await shop.send("DELETE", "/services/welding");
    expect(removed).toMatchObject({ status: 200, body: { service: { id: "welding", active: false } } });
    expect((await publicServices()).map(({ id }) => id)).not.toContain("welding");
    expect((await shop.send("GET", "/services/welding")).status).toBe(200);
    const again = await shop.send("PATCH", "/services/welding", { active: true });
    expect(again.body).toMatchObject({ service: { active: true } });
  });

  it.each([
    ["DELETE", OIL_CHANGE, undefined],
    ["PATCH", OIL_CHANGE, { active: false }],
  ])("warns of the upcoming appointments that need it (%s), until confirmed", async (method, path, body) => {
    const { booking } = await shop.book("10:00", { service_id: "oil_change" });
    const cancelled = await shop.book("11:00", { service_id: "oil_change" });
    await shop.cancel(cancelled.booking.id, shop.admin);
    await shop.book("15:00");
    const warned = await shop.send(method, path, body);
    expect(warned).toMatchObject({ status: 409, body: { warning: "appointment_conflicts" } });
    expect(warned.body.details.conflicting_appointments).toEqual([
      {
        booking_id: booking.id,
        mechanic_id: "ada",
        date: MONDAY,
        start_time: "10:00",
        end_time: "10:30",
        customer: "陳小姐",
      },
    ]);
    const confirmed = await shop.send(method, `${path}?confirm=true`, body);
    expect(confirmed).toMatchObject({ status: 200, body: { service: { active: false } } });
    expect((await shop.view(booking.id, shop.admin)).body).toMatchObject({
      booking: { status: "confirmed" },
    });
    const refused = await shop.client.book(shop.id, {
      customer: { name: "A" },
      service_id: "oil_change",
      start: at(MONDAY, "16:00"),
    });
    expect(refused.body.error).toBe("service_inactive");
  });

  it("is audited as a deactivation, and once", async () => {
    await shop.send("DELETE", "/services/welding");
    expect((await shop.send("DELETE", "/services/welding")).status).toBe(200);
    const lines = await project.db.collection(`shops/${shop.id}/audit`).get();
    expect(lines.docs.map((line) => line.get("action") as string)).toEqual(["service_deactivated"]);
  });

  it("purges what nothing refers to", async () => {
    await project.emulator.resetUsage();
    expect((await shop.send("DELETE", "/services/welding?purge=true")).status).toBe(204);
    expect(await project.emulator.usage()).toMatchObject({ writes: 2, deletes: 1 });
    expect((await shop.send("GET", "/services/welding")).status).toBe(404);
    const again = await shop.send("POST", "/services", { ...WASH, id: "welding" });
    expect(again.status).toBe(201);
  });

  it("does not purge what mechanics, bookings or holds refer to, and says which", async () => {
    const { booking } = await shop.book("10:00", { service_id: "oil_change" });
    await shop.cancel(booking.id, shop.admin);
    await shop.client.post(`/v1/shops/${shop.id}/holds`, {
      service_id: "inspection",
      mechanic_id: "grace",
      start: at(MONDAY, "13:00"),
      session_id: "s",
    });
    const oil = await shop.send("DELETE", `${OIL_CHANGE}?purge=true&confirm=true`);
    expect(oil).toMatchObject({
      status: 409,
      body: { error: "still_referenced", details: { references: ["bookings", "mechanics"] } },
    });
    const inspection = await shop.send("DELETE", "/services/inspection?purge=true");
    expect(inspection.body.details).toEqual({ references: ["holds", "mechanics"] });
  });
});

describe("the services of a shop", () => {
  it("are listed for staff in full, the inactive ones included", async () => {
    for (const headers of [shop.admin, shop.ada]) {
      const { body } = await shop.send("GET", "/services?view=full", undefined, headers);
      expect(body.services).toHaveLength(4);
      expect(body.services).toContainEqual(expect.objectContaining({ id: "retired", active: false }));
    }
  });

  it.each([
    ["nobody", () => ({}), 401, 401],
    ["a customer", () => signedIn("mei"), 403, 403],
    ["a mechanic", () => shop.ada, 200, 403],
    ["another shop's admin", () => signedIn("x", { role: "admin", shopId: "elsewhere" }), 404, 404],
  ])("are changed by admins only, not by %s", async (_who, headers, reads, writes) => {
    const status = async (method: string, path: string, body?: object) =>
      (await shop.send(method, path, body, headers())).status;
    expect(await status("GET", "/services?view=full")).toBe(reads);
    expect(await status("GET", OIL_CHANGE)).toBe(reads);
    expect(await status("POST", "/services", WASH)).toBe(writes);
    expect(await status("PATCH", OIL_CHANGE, { name: "X" })).toBe(writes);
    expect(await status("DELETE", OIL_CHANGE)).toBe(writes);
    expect(await status("DELETE", `${OIL_CHANGE}?purge=true`)).toBe(writes);
  });

  it("name the methods that there are", async () => {
    const list = await shop.send("PUT", "/services", {});
    expect([list.status, list.headers.get("allow")]).toEqual([405, "GET, POST, OPTIONS"]);
    const one = await shop.send("PUT", OIL_CHANGE, {});
    expect([one.status, one.headers.get("allow")]).toEqual([405, "GET, PATCH, DELETE, OPTIONS"]);
    expectRefusedFields(await shop.send("GET", "/services?view=everything"), ["view"]);
    expectRefusedFields(await shop.send("DELETE", `${OIL_CHANGE}?purge=yes`), ["purge"]);
  });
});
