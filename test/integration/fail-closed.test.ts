import { FieldValue, Timestamp, type DocumentReference } from "firebase-admin/firestore";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { BookingBody } from "../support/client.ts";
import { freeTimes } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { startInstance, type Instance } from "../support/instance.ts";
import { at, CUSTOMER, MONDAY, seedShop, TUESDAY } from "../support/shop.ts";

const project = openProject("fail-closed");
const { db } = project;
let instance: Instance;
let shopId = "";
let shops = 0;

beforeAll(async () => {
  instance = await startInstance(project);
});
beforeEach(async () => {
  shopId = `shop-${(shops += 1)}`;
  await seedShop(db, shopId);
});
afterAll(() => instance.close());

const doc = (path: string) => db.doc(`shops/${shopId}${path}`);
const ledger = () => doc(`/ledger/ada_${MONDAY}`);
const request = {
  service_id: "inspection",
  mechanic_id: "ada",
  start: at(MONDAY, "10:00"),
  customer: CUSTOMER,
};
const book = (more: object = {}) => instance.client.book(shopId, { ...request, ...more });
const manage = (method: string, id: string, token = "", body?: object) =>
  instance.client.request<BookingBody>(method, `/v1/shops/${shopId}/bookings/${id}`, {
    headers: { "x-manage-token": token, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });

async function free(mechanicId: string, date = MONDAY): Promise<string[]> {
  const { status, body } = await instance.client.availability(shopId, date, { mechanic_id: mechanicId });
  expect(status).toBe(200);
  return freeTimes(body);
}

/** Changes a document past the API, and delivers the event that the change causes. */
async function edit(
  ref: DocumentReference,
  method: "exceptionWritten" | "ledgerWritten",
  change: () => Promise<{ writeTime: Timestamp }>,
) {
  const before = await ref.get();
  const { writeTime } = await change();
  const event = { before, after: await ref.get(), at: writeTime };
  const { changes } = instance.context;
  return method === "ledgerWritten"
    ? changes.ledgerWritten(shopId, ref.id, event)
    : changes.exceptionWritten(shopId, event);
}

describe("an exception that cannot be read", () => {
  const dayOff = {
    mechanic_id: "ada",
    from_date: MONDAY,
    to_date: MONDAY,
    start_time: null,
    end_time: null,
    effect: "unavailable",
    rrule: null,
  };
  const off = () => doc("/exceptions/off");

  it.each([
    ["an hour of one digit", { start_time: "9:00", end_time: "17:00" }],
    ["an end before the start", { start_time: "17:00", end_time: "09:00" }],
    ["an unknown effect", { effect: "closed" }],
    ["extra hours with a malformed end", { effect: "available", start_time: "09:00", end_time: "25:00" }],
    ["a rule that is not supported", { rrule: "FREQ=HOURLY" }],
    ["a location that is a number", { location_id: 7 }],
  ])("closes the date it names for its mechanic: %s", async (_what, damage) => {
    await off().set({ ...dayOff, ...damage });
    expect(await free("ada")).toEqual([]);
    expect(await free("grace")).not.toEqual([]);
    expect(await free("ada", TUESDAY)).toHaveLength(7);
    expect(await book()).toMatchObject({ status: 409, body: { error: "outside_hours" } });
    expect((await book({ start: at(TUESDAY, "10:00") })).status).toBe(201);
  });

  it.each([
    ["no first date", { from_date: FieldValue.delete() }],
    ["a first date in another notation", { from_date: "19.01.2026" }],
    ["a first date without a zero", { from_date: "2026-1-19" }],
    ["a last date that is a Timestamp", { to_date: Timestamp.fromMillis(0) }],
    ["dates in reverse order", { from_date: TUESDAY, to_date: "2026-01-18" }],
    ["no mechanic", { mechanic_id: FieldValue.delete() }],
    ["a mechanic that is a number", { mechanic_id: 7 }],
  ])("closes at least what it may name once its event is handled: %s", async (_what, damage) => {
    await off().set(dayOff);
    await edit(off(), "exceptionWritten", () => off().update(damage));
    expect(await free("ada")).toEqual([]);
    expect(await book()).toMatchObject({ status: 409, body: { error: "outside_hours" } });
  });

  it("opens again, cached days included, once it is mended", async () => {
    await off().set({ ...dayOff, from_date: "19.01.2026" });
    const damage = { before: undefined, after: await off().get(), at: (await off().get()).updateTime! };
    await instance.context.changes.exceptionWritten(shopId, damage);
    expect(await free("ada")).toEqual([]);
    await edit(off(), "exceptionWritten", () =>
      off().set({ ...dayOff, from_date: TUESDAY, to_date: TUESDAY }),
    );
    expect((await db.collection(`shops/${shopId}/exceptions`).get()).size).toBe(1);
    const closure = doc("/exceptions/unreadable-off");
    const event = { before: undefined, after: await closure.get(), at: Timestamp.now() };
    await instance.context.changes.exceptionWritten(shopId, event);
    expect(await free("ada")).toHaveLength(7);
    expect(await free("ada", TUESDAY)).toEqual([]);
  });

  it("closes nothing if it names neither a mechanic nor a date", async () => {
    await off().set({ effect: "unavailable" });
    const event = { before: undefined, after: await off().get(), at: (await off().get()).updateTime! };
    await instance.context.changes.exceptionWritten(shopId, event);
    expect(await free("ada")).toHaveLength(7);
  });
});

describe("a shop that cannot be read", () => {
  it.each([
    ["a slot interval of 0", { "policy.slot_interval_minutes": 0 }],
    ["a horizon that is a text", { "policy.horizon_days": "30" }],
    ["an unknown zone", { time_zone: "Mars/Olympus" }],
    ["a policy that is a list", { policy: [] }],
    ["a version that is a text", { catalog_version: "1" }],
  ])("answers 503 shop_misconfigured everywhere: %s", async (_what, damage) => {
    const booked = await book();
    await doc("").update(damage);
    const { client } = instance;
    const answers = await Promise.all([
      client.get(`/v1/shops/${shopId}`),
      client.get(`/v1/shops/${shopId}/services`),
      client.get(`/v1/shops/${shopId}/mechanics`),
      client.availability(shopId, MONDAY),
      client.slots(shopId, MONDAY, MONDAY),
      client.slots(shopId, MONDAY, MONDAY, { service_id: "inspection" }),
      book({ start: at(MONDAY, "14:00") }),
      book({ start: at(MONDAY, "14:00"), mechanic_id: null }),
      client.post(`/v1/shops/${shopId}/holds`, { ...request, customer: undefined, session_id: "s" }),
      manage("GET", booked.body.booking.id, booked.body.manage_token),
      manage("DELETE", booked.body.booking.id, booked.body.manage_token),
      manage("PATCH", booked.body.booking.id, booked.body.manage_token, { start: at(TUESDAY, "10:00") }),
    ]);
    for (const { status, body, headers } of answers) {
      expect([status, body]).toMatchObject([503, { error: "shop_misconfigured" }]);
      expect(Number(headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
      expect(headers.get("cache-control")).toBe("no-store");
    }
    const stored = await doc(`/bookings/${booked.body.booking.id}`).get();
    expect(stored.get("status")).toBe("confirmed");
  });
});

describe("a ledger that cannot be read", () => {
  const damages: [string, object][] = [
    ["entries that are no list", { entries: "x" }],
    ["an entry without times", { entries: [{ kind: "booking", id: "b" }] }],
    ["an entry that ends before it starts", { entries: [{ kind: "booking", id: "b", start: 60, end: 0 }] }],
    [
      "a booking that expires",
      { entries: [{ kind: "booking", id: "b", start: 0, end: 60, expires_at: Timestamp.fromMillis(1) }] },
    ],
  ];

  it.each(damages)("takes no booking and no hold, and offers another date: %s", async (_what, damage) => {
    await ledger().set({ mechanic_id: "ada", date: MONDAY, ...damage });
    const refused = await book();
    expect(refused).toMatchObject({ status: 409, body: { error: "slot_taken" } });
    const alternatives = refused.body.details?.alternatives ?? [];
    expect(alternatives.length).toBeGreaterThan(0);
    for (const { start, mechanic_id } of alternatives) {
      expect([mechanic_id, start.slice(0, 10)]).not.toEqual(["ada", MONDAY]);
    }
    const held = await instance.client.post(`/v1/shops/${shopId}/holds`, {
      service_id: "inspection",
      mechanic_id: "ada",
      start: request.start,
      session_id: "s",
    });
    expect(held).toMatchObject({ status: 409, body: { error: "slot_taken" } });
    const any = await book({ mechanic_id: null });
    expect(any).toMatchObject({ status: 409 });
    expect((await ledger().get()).data()).toEqual({ mechanic_id: "ada", date: MONDAY, ...damage });
  });

  it("refuses to cancel or to move one of its bookings, and changes nothing", async () => {
    const { body } = await book();
    await ledger().update({ entries: "x" });
    for (const [method, change] of [
      ["DELETE", undefined],
      ["PATCH", { start: at(TUESDAY, "10:00") }],
      ["PATCH", { start: at(MONDAY, "14:00") }],
    ] as const) {
      const answer = await manage(method, body.booking.id, body.manage_token, change);
      expect([method, answer.status, answer.body]).toMatchObject([
        method,
        503,
        { error: "shop_misconfigured" },
      ]);
    }
    expect((await doc(`/bookings/${body.booking.id}`).get()).get("status")).toBe("confirmed");
    expect((await ledger().get()).get("entries")).toBe("x");
    expect((await manage("GET", body.booking.id, body.manage_token)).status).toBe(200);
  });

  it("refuses a move onto it", async () => {
    const { body } = await book({ start: at(TUESDAY, "10:00") });
    await ledger().set({ mechanic_id: "ada", date: MONDAY, entries: "x" });
    const moved = await manage("PATCH", body.booking.id, body.manage_token, { start: request.start });
    expect(moved).toMatchObject({ status: 409, body: { error: "slot_taken" } });
  });

  it("refuses to release a hold, and keeps it", async () => {
    const held = await instance.client.post<{ hold_id: string }>(`/v1/shops/${shopId}/holds`, {
      service_id: "inspection",
      mechanic_id: "ada",
      start: request.start,
      session_id: "s",
    });
    await ledger().update({ entries: "x" });
    const path = `/v1/shops/${shopId}/holds/${held.body.hold_id}`;
    const released = await instance.client.request("DELETE", path, { headers: { "x-session-id": "s" } });
    expect(released).toMatchObject({ status: 503, body: { error: "shop_misconfigured" } });
    expect((await doc(`/holds/${held.body.hold_id}`).get()).exists).toBe(true);
  });

  it("is not overwritten by a booking written past the API", async () => {
    await ledger().set({ mechanic_id: "ada", date: MONDAY, entries: "x" });
    const ref = doc("/bookings/by-hand");
    const start = Timestamp.fromMillis(Date.parse(request.start));
    const end = Timestamp.fromMillis(start.toMillis() + 30 * 60_000);
    const booking = { mechanic_id: "ada", service_id: "inspection", date: MONDAY, start, end };
    await ref.set({ ...booking, status: "confirmed" });
    const event = { before: undefined, after: await ref.get() };
    await expect(instance.context.reconciler.reconcile(shopId, "by-hand", event)).rejects.toThrow(
      `ada_${MONDAY}`,
    );
    expect((await ledger().get()).get("entries")).toBe("x");
  });
});

describe("a ledger written past the API", () => {
  const minute = (time: string) => Date.parse(at(MONDAY, time)) / 60_000;
  const entry = { kind: "booking", id: "b", start: minute("10:00"), end: minute("11:00") };

  it("is seen in the cached day once its event is handled", async () => {
    expect(await free("ada")).toContain("10:00");
    await edit(ledger(), "ledgerWritten", () =>
      ledger().set({ mechanic_id: "ada", date: MONDAY, entries: [entry] }),
    );
    expect(await free("ada")).not.toContain("10:00");
    await edit(ledger(), "ledgerWritten", () => ledger().update({ entries: "x" }));
    expect(await free("ada")).toEqual([]);
    await edit(ledger(), "ledgerWritten", () => ledger().delete());
    expect(await free("ada")).toContain("10:00");
  });

  it("is found by its date again if its date or mechanic was damaged", async () => {
    await edit(ledger(), "ledgerWritten", () =>
      ledger().set({ mechanic_id: "x", date: 7, entries: [entry] }),
    );
    expect((await ledger().get()).data()).toMatchObject({ mechanic_id: "ada", date: MONDAY });
    expect(await free("ada")).not.toContain("10:00");
  });

  it("handles each event once", async () => {
    await free("ada");
    const write = () => ledger().set({ mechanic_id: "ada", date: MONDAY, entries: [entry] });
    const before = await ledger().get();
    const { writeTime } = await write();
    const event = { before, after: await ledger().get(), at: writeTime };
    const { changes } = instance.context;
    expect(await changes.ledgerWritten(shopId, ledger().id, event)).toMatchObject({ kind: "days" });
    await free("ada");
    expect(await changes.ledgerWritten(shopId, ledger().id, event)).toEqual({ kind: "none" });
  });

  it("leaves the API's own writes alone without a read", async () => {
    await free("ada");
    const writes = [() => book(), () => book({ start: at(MONDAY, "14:00") })];
    for (const write of writes) {
      const before = await ledger().get();
      expect((await write()).status).toBe(201);
      const after = await ledger().get();
      await project.emulator.resetUsage();
      const event = { before, after, at: after.updateTime! };
      expect(await instance.context.changes.ledgerWritten(shopId, after.id, event)).toEqual({ kind: "none" });
      expect(await project.emulator.usage()).toMatchObject({ reads: 0, writes: 0 });
    }
  });
});

describe("a hold that cannot be read", () => {
  it("does not keep its session from holding another slot", async () => {
    const path = `/v1/shops/${shopId}/holds`;
    const body = { service_id: "inspection", mechanic_id: "ada", start: request.start, session_id: "s" };
    const held = await instance.client.post<{ hold_id: string }>(path, body);
    await doc(`/holds/${held.body.hold_id}`).update({ start: "x" });
    const next = await instance.client.post(path, { ...body, start: at(MONDAY, "14:00") });
    expect(next.status).toBe(201);
    const booked = await book({ hold_id: held.body.hold_id });
    expect(booked.status).toBeLessThan(500);
  });
});

describe("every answer", () => {
  it.each([
    ["GET", "/v1/shops/nowhere"],
    ["GET", "/nowhere"],
    ["POST", "/availability"],
    ["GET", "/availability"],
    ["GET", "/healthz"],
    ["POST", "/bookings"],
    ["OPTIONS", "/availability"],
  ])("is not stored by a cache on the way: %s %s", async (method, path) => {
    const { headers } = await instance.client.request(method, path);
    expect(headers.get("cache-control")).toBe("no-store");
  });

  it("of the catalog is not stored either, and a booking is stored by its client alone", async () => {
    const { headers } = await instance.client.get(`/v1/shops/${shopId}/mechanics`);
    expect(headers.get("cache-control")).toBe("no-store");
    const { body } = await book();
    const shown = await manage("GET", body.booking.id, body.manage_token);
    expect(shown.headers.get("cache-control")).toBe("private, no-cache");
  });
});
