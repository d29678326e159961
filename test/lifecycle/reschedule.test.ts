import { beforeAll, describe, expect, it } from "vitest";
import { freeTimes } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { at, MONDAY, TUESDAY, everyDay } from "../support/shop.ts";
import { signedIn } from "../support/token.ts";
import { auditOf, ledgerOf, openShop, outboxOf, token, type Shop } from "./support.ts";

const project = openProject("reschedule");
const { db } = project;
let shop: Shop;

const free = async (date: string, mechanic?: string) =>
  freeTimes((await shop.client.availability(shop.id, date, { service_id: "inspection" })).body, mechanic);

/** Availability as it is answered from the cache and as it would be generated: they must agree. */
async function sameFresh(date: string) {
  const query = { service_id: "inspection" };
  const [cached, fresh] = [
    await shop.client.availability(shop.id, date, query),
    await shop.client.availability(shop.id, date, { ...query, fresh: true }, shop.admin),
  ];
  expect(cached.headers.get("x-cache")).toBe("HIT");
  expect(cached.body).toEqual(fresh.body);
}

describe("a booking that is moved", () => {
  beforeAll(async () => {
    shop = await openShop(project, "moves");
    await free(MONDAY);
    await free(TUESDAY);
  });

  it("frees its old slot and takes the new one in ledger and cache", async () => {
    const made = await shop.book("09:00");
    const { id } = made.booking;
    shop.clock.advance({ minutes: 3 });
    const moved = await shop.move(id, { start: at(MONDAY, "10:00") }, token(made));
    expect(moved.status).toBe(200);
    expect(moved.body.booking).toEqual({
      ...made.booking,
      start: at(MONDAY, "10:00"),
      end: at(MONDAY, "10:30"),
      updated_at: "2026-01-12T12:03:00.000Z",
    });
    expect(await free(MONDAY, "ada")).toContain("09:00");
    expect(await free(MONDAY, "ada")).not.toContain("10:00");
    await sameFresh(MONDAY);
  });

  it("may overlap its own old slot", async () => {
    const made = await shop.book("11:00");
    expect((await shop.move(made.booking.id, { start: at(MONDAY, "11:15") }, token(made))).status).toBe(200);
    expect((await shop.move(made.booking.id, { start: at(MONDAY, "11:00") }, token(made))).status).toBe(200);
  });

  it("changes both ledgers and both days at once when its date and mechanic change", async () => {
    const made = await shop.book("14:00");
    const { id } = made.booking;
    const moved = await shop.move(id, { start: at(TUESDAY, "14:00"), mechanic_id: "grace" }, token(made));
    expect(moved.body.booking).toMatchObject({ mechanic_id: "grace", start: at(TUESDAY, "14:00") });
    expect(await ledgerOf(project, "moves", "ada", MONDAY)).not.toContain(id);
    expect(await ledgerOf(project, "moves", "grace", TUESDAY)).toEqual([id]);
    expect(await free(MONDAY, "ada")).toContain("14:00");
    expect(await free(TUESDAY, "grace")).not.toContain("14:00");
    await sameFresh(MONDAY);
    await sameFresh(TUESDAY);
    expect((await shop.view(id, shop.grace)).status).toBe(200);
    expect((await shop.view(id, shop.ada)).status).toBe(404);
  });

  it("may get another of its service's lengths", async () => {
    const made = await shop.book("15:00", { service_id: "oil_change" });
    const longer = await shop.move(
      made.booking.id,
      { start: at(MONDAY, "15:00"), duration_minutes: 60 },
      token(made),
    );
    expect(longer.body.booking).toMatchObject({ end: at(MONDAY, "16:00"), duration_minutes: 60 });
    const odd = await shop.move(
      made.booking.id,
      { start: at(MONDAY, "15:00"), duration_minutes: 45 },
      token(made),
    );
    expect(odd).toMatchObject({ status: 422, body: { error: "invalid_duration" } });
  });

  it("is written to the audit trail and the outbox with actor, reason, origin and target", async () => {
    const made = await shop.book("16:30", {}, signedIn("mei"));
    const { id } = made.booking;
    await shop.move(id, { start: at(TUESDAY, "16:30"), reason: "Holiday" }, signedIn("mei"));
    const instant = (text: string) =>
      expect.objectContaining({ _seconds: Date.parse(text) / 1000 }) as unknown;
    expect((await auditOf(project, "moves", id)).at(-1)).toMatchObject({
      action: "booking_rescheduled",
      actor: { kind: "customer", uid: "mei" },
      reason: "Holiday",
      details: {
        from: { mechanic_id: "ada", date: MONDAY, start: instant(at(MONDAY, "16:30")) },
        to: { mechanic_id: "ada", date: TUESDAY, start: instant(at(TUESDAY, "16:30")) },
      },
    });
    expect((await outboxOf(project, "moves", id)).map(({ kind }) => kind).sort()).toEqual([
      "booking_confirmed",
      "booking_rescheduled",
    ]);
  });

  it("stays as it is, without a trace, when it is moved to its own place", async () => {
    const made = await shop.book("17:00");
    const { id } = made.booking;
    shop.clock.advance({ minutes: 1 });
    const { status, body } = await shop.move(id, { start: at(MONDAY, "17:00") }, token(made));
    expect([status, body]).toEqual([200, { booking: made.booking }]);
    expect(await auditOf(project, "moves", id)).toHaveLength(1);
    expect(await outboxOf(project, "moves", id)).toHaveLength(1);
  });
});

describe("a move that is refused", () => {
  beforeAll(async () => {
    shop = await openShop(project, "refusals", {
      shop: { policy: { cancellation_notice_minutes: 24 * 60 } },
    });
  });

  it("keeps the old slot, and offers others", async () => {
    const made = await shop.book("09:00");
    await shop.book("10:00");
    const taken = await shop.move(made.booking.id, { start: at(MONDAY, "10:15") }, token(made));
    expect(taken).toMatchObject({ status: 409, body: { error: "slot_taken" } });
    expect(taken.body.details?.alternatives?.length).toBe(5);
    for (const [body, status, error] of [
      [{ start: at(MONDAY, "12:30") }, 409, "outside_hours"],
      [{ start: "2026-01-05T10:00:00-05:00" }, 409, "too_soon"],
      [{ start: at(MONDAY, "14:00"), mechanic_id: "nobody" }, 404, "not_found"],
      [{ start: at(MONDAY, "14:00"), mechanic_id: "alan" }, 422, "mechanic_inactive"],
    ] as const) {
      const answer = await shop.move(made.booking.id, body, token(made));
      expect(answer).toMatchObject({ status, body: { error } });
    }
    expect((await shop.view(made.booking.id, token(made))).body).toEqual({ booking: made.booking });
    expect(await ledgerOf(project, "refusals", "ada", MONDAY)).toContain(made.booking.id);
    expect(await auditOf(project, "refusals", made.booking.id)).toHaveLength(1);
  });

  it("keeps its mechanic when the new one does not offer the service", async () => {
    const made = await shop.book("11:00", { service_id: "oil_change" });
    const answer = await shop.move(
      made.booking.id,
      { start: at(MONDAY, "14:00"), mechanic_id: "grace" },
      token(made),
    );
    expect(answer).toMatchObject({ status: 422, body: { error: "not_qualified" } });
  });

  it("is refused after a cancellation", async () => {
    const made = await shop.book("15:00");
    await shop.cancel(made.booking.id, token(made));
    const answer = await shop.move(made.booking.id, { start: at(MONDAY, "16:00") }, token(made));
    expect(answer).toMatchObject({ status: 409, body: { error: "already_cancelled" } });
  });

  it("is refused to customers, but not to staff, within the notice period", async () => {
    const made = await shop.book("17:00");
    const { id } = made.booking;
    shop.clock.set(at("2026-01-18", "17:01"));
    const late = await shop.move(id, { start: at(TUESDAY, "17:00") }, token(made));
    expect(late).toMatchObject({
      status: 409,
      body: { error: "cancellation_window", details: { cancellation_notice_minutes: 1440 } },
    });
    expect((await shop.move(id, { start: at(TUESDAY, "17:00") }, shop.ada)).status).toBe(200);
    shop.clock.set("2026-01-12T12:00:00Z");
  });
});

describe("a race of moves", () => {
  beforeAll(async () => {
    shop = await openShop(project, "races");
  });

  it("moves one booking into a slot and leaves the others where they are", async () => {
    const times = ["09:00", "09:30", "10:00", "10:30", "11:00"];
    const made = await Promise.all(times.map((time) => shop.book(time)));
    const answers = await Promise.all(
      made.map((one) => shop.move(one.booking.id, { start: at(TUESDAY, "15:00") }, token(one))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
    expect(await ledgerOf(project, "races", "ada", TUESDAY)).toHaveLength(1);
    expect(await ledgerOf(project, "races", "ada", MONDAY)).toHaveLength(4);
  });

  it("loses neither of two bookings that want each other's slots", async () => {
    const [one, two] = [await shop.book("14:00"), await shop.book("15:00")];
    const answers = await Promise.all([
      shop.move(one.booking.id, { start: at(MONDAY, "15:00") }, token(one)),
      shop.move(two.booking.id, { start: at(MONDAY, "14:00") }, token(two)),
    ]);
    expect(answers.every(({ status }) => status === 409 || status === 200)).toBe(true);
    const ledger = await ledgerOf(project, "races", "ada", MONDAY);
    expect(ledger.filter((id) => id === one.booking.id || id === two.booking.id)).toHaveLength(2);
  });

  it("ends as either the move or the cancellation, whole", async () => {
    const made = await shop.book("17:00");
    const [moved, cancelled] = await Promise.all([
      shop.move(made.booking.id, { start: at(TUESDAY, "17:00") }, token(made)),
      shop.cancel(made.booking.id, token(made)),
    ]);
    expect(cancelled.status).toBe(200);
    expect([200, 409]).toContain(moved.status);
    for (const date of [MONDAY, TUESDAY]) {
      expect(await ledgerOf(project, "races", "ada", date)).not.toContain(made.booking.id);
    }
  });
});

describe("a move across midnight", () => {
  it("leaves both ledgers and days of the old place and enters both of the new", async () => {
    shop = await openShop(project, "night", {
      mechanics: {
        ada: { specialties: ["inspection"], weekly_schedule: everyDay("00:00-03:00", "20:00-24:00") },
      },
    });
    const [wednesday, thursday] = ["2026-01-21", "2026-01-22"];
    const dates = [MONDAY, TUESDAY, wednesday, thursday];
    const before = await Promise.all(dates.map((date) => free(date)));
    const made = await shop.book("23:45");
    const { id } = made.booking;
    await shop.move(id, { start: at(wednesday, "23:40") }, token(made));
    for (const [date, there] of [
      [MONDAY, false],
      [TUESDAY, false],
      [wednesday, true],
      [thursday, true],
    ] as const) {
      expect((await ledgerOf(project, "night", "ada", date)).includes(id)).toBe(there);
      await sameFresh(date);
    }
    await shop.cancel(id, token(made));
    expect(await Promise.all(dates.map((date) => free(date)))).toEqual(before);
    const days = await db.collection("shops/night/availability").get();
    expect(days.docs.every((day) => day.get("epoch") === day.get("filled_epoch"))).toBe(true);
  });
});
