import { beforeEach, describe, expect, it } from "vitest";
import { auditOf } from "../lifecycle/support.ts";
import { openProject } from "../support/firestore.ts";
import { startInstances } from "../support/instance.ts";
import { expectCacheRight, expectConsistent, outcomes } from "../support/race.ts";
import { at, CUSTOMER, MONDAY, TUESDAY } from "../support/shop.ts";
import { signedIn } from "../support/token.ts";
import { openManagedShop, type ManagedShop } from "./support.ts";

const project = openProject("override");
const NIGHT = at(MONDAY, "20:00");
let shop: ManagedShop;
let shops = 0;

beforeEach(async () => {
  shop = await openManagedShop(project, `override-${(shops += 1)}`);
});

const order = (more: object = {}) => ({
  service_id: "inspection",
  mechanic_id: "ada",
  start: NIGHT,
  customer: CUSTOMER,
  override: "outside_hours",
  ...more,
});

describe("a booking with override", () => {
  it("is made outside hours by an admin and by the mechanic, and says so in the audit", async () => {
    expect((await shop.client.book(shop.id, order({ override: null }), shop.admin)).status).toBe(409);
    for (const [headers, start] of [
      [shop.admin, NIGHT],
      [shop.ada, at(MONDAY, "21:00")],
    ] as const) {
      const { status, body } = await shop.client.book(shop.id, order({ start }), headers);
      expect(status).toBe(201);
      expect(await auditOf(project, shop.id, body.booking.id)).toMatchObject([
        { action: "booking_created", details: { override: "outside_hours", mechanic_id: "ada" } },
      ]);
    }
    await expectConsistent(project.db, shop.id);
  });

  it("is made on a day on which the mechanic is away", async () => {
    const away = { mechanic_id: "ada", from_date: MONDAY, to_date: MONDAY, effect: "unavailable" };
    const hours = { start_time: null, end_time: null, rrule: null };
    await project.db.collection(`shops/${shop.id}/exceptions`).add({ ...away, ...hours });
    const inHours = { start: at(MONDAY, "10:00") };
    expect((await shop.client.book(shop.id, order({ ...inHours, override: null }))).status).toBe(409);
    expect((await shop.client.book(shop.id, order(inHours), shop.admin)).status).toBe(201);
  });

  it("leaves no override in the audit where the time was open", async () => {
    const { body } = await shop.client.book(shop.id, order({ start: at(MONDAY, "10:00") }), shop.admin);
    const [line] = await auditOf(project, shop.id, body.booking.id);
    expect(line?.["details"]).not.toHaveProperty("override");
  });

  it.each([
    ["a guest", () => ({})],
    ["a customer", () => signedIn("mei")],
    ["another mechanic", () => shop.grace],
    ["another shop's admin", () => signedIn("x", { role: "admin", shopId: "elsewhere" })],
  ])("is refused to %s", async (_who, headers) => {
    const refused = await shop.client.book(shop.id, order(), headers());
    expect(refused).toMatchObject({ status: 403, body: { error: "forbidden" } });
  });

  it("never takes the time of a booking, of its buffer, or of a hold", async () => {
    const first = order({ service_id: "oil_change", duration_minutes: 30 });
    expect((await shop.client.book(shop.id, first, shop.admin)).status).toBe(201);
    for (const time of ["20:00", "19:45", "20:30", "20:44"]) {
      const refused = await shop.client.book(shop.id, order({ start: at(MONDAY, time) }), shop.admin);
      expect(refused).toMatchObject({ status: 409, body: { error: "slot_taken" } });
    }
    expect((await shop.client.book(shop.id, order({ start: at(MONDAY, "20:45") }), shop.admin)).status).toBe(
      201,
    );
    const held = { service_id: "inspection", mechanic_id: "ada", start: at(MONDAY, "17:30") };
    const session = "session-of-somebody";
    const hold = await shop.client.post(`/v1/shops/${shop.id}/holds`, { ...held, session_id: session });
    expect(hold.status).toBe(201);
    const overlapping = order({ start: at(MONDAY, "17:45") });
    expect(await shop.client.book(shop.id, overlapping, shop.admin)).toMatchObject({
      status: 409,
      body: { error: "slot_taken" },
    });
  });

  it.each([
    ["override", { override: "slot_taken" }],
    ["override", { override: true }],
    ["mechanic_id", { mechanic_id: null }],
  ])("names the malformed field %s", async (path, wrong) => {
    const refused = await shop.client.book(shop.id, order(wrong), shop.admin);
    expect(refused).toMatchObject({
      status: 422,
      body: { error: "invalid_request", details: { fields: [{ path }] } },
    });
  });

  it("is found again by its Idempotency-Key, which another override does not share", async () => {
    const headers = { ...shop.admin, "idempotency-key": "night-1" };
    const first = await shop.client.book(shop.id, order(), headers);
    const again = await shop.client.book(shop.id, order(), headers);
    expect([again.status, again.body.booking.id]).toEqual([200, first.body.booking.id]);
    expect(await shop.client.book(shop.id, order({ override: null }), headers)).toMatchObject({
      status: 422,
      body: { error: "idempotency_key_reused" },
    });
  });
});

describe("a move with override", () => {
  it("puts a booking outside hours, audited, for an admin and the mechanic alone", async () => {
    const { booking, manage_token } = await shop.book("10:00");
    const body = { start: NIGHT, override: "outside_hours" };
    expect((await shop.move(booking.id, body, { "x-manage-token": manage_token ?? "" })).status).toBe(403);
    expect((await shop.move(booking.id, { start: NIGHT }, shop.ada)).status).toBe(409);
    expect((await shop.move(booking.id, body, shop.ada)).status).toBe(200);
    const [, moved] = await auditOf(project, shop.id, booking.id);
    expect(moved).toMatchObject({ action: "booking_rescheduled", details: { override: "outside_hours" } });
    const toGrace = { start: at(TUESDAY, "20:00"), mechanic_id: "grace", override: "outside_hours" };
    expect((await shop.move(booking.id, toGrace, shop.ada)).status).toBe(403);
    expect((await shop.move(booking.id, toGrace, shop.admin)).status).toBe(200);
    await expectConsistent(project.db, shop.id);
  });
});

describe("a race of a booking with override and others through two instances", () => {
  it("takes every minute once, whichever wins", async () => {
    const instances = await startInstances(2, project);
    try {
      // The slot from 17:30 is open until 18:00; the overrides reach into it from both sides, or lie beyond.
      const rivals = [
        order({ start: at(MONDAY, "17:30"), override: null }),
        order({ start: at(MONDAY, "17:45") }),
        order({ start: at(MONDAY, "17:15") }),
        order({ start: at(MONDAY, "18:00") }),
        order({ start: at(MONDAY, "18:14") }),
      ];
      const answers = await Promise.all(
        [...rivals, ...rivals].map((body, index) =>
          instances[index % 2]!.client.book(shop.id, body, shop.admin),
        ),
      );
      const { "201": booked = 0, "409 slot_taken": refused = 0 } = outcomes(answers);
      expect(booked).toBeGreaterThanOrEqual(2);
      expect(booked + refused).toBe(answers.length);
      await expectConsistent(project.db, shop.id, answers);
      await expectCacheRight(instances[0]!.client, shop.id, MONDAY);
    } finally {
      await Promise.all(instances.map((instance) => instance.close()));
    }
  });
});
