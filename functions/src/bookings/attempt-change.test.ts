import { describe, expect, it } from "vitest";
import { toMillis, type Millis } from "../engine/units.ts";
import type { Principal } from "../platform/auth/principal.ts";
import { buildEntry, buildShop, millis, minutes, NO_BUFFERS } from "../reservations/testing/builders.ts";
import { InMemoryReservations } from "../reservations/testing/in-memory-reservations.ts";
import { ManageLinks } from "../notifications/manage-links.ts";
import { KeyedHash } from "../platform/keyed-hash.ts";
import { attemptChange, type ChangeOrder } from "./attempt-change.ts";
import type { Booking } from "./booking.ts";
import type { BookingChangeWrites, BookingTransaction } from "./booking-store.ts";
import { etagOf } from "./etag.ts";
import { buildBooking } from "./testing/build-booking.ts";

const START = buildBooking().start;
const DAY = 24 * 60;
const grace: Principal = { uid: "grace", role: "customer", shopId: null, mechanicId: null };
const admin: Principal = { uid: "admin", role: "admin", shopId: "shop", mechanicId: null };
const reschedule = (start: number) =>
  ({
    action: "reschedule",
    start: minutes(start),
    mechanicId: null,
    durationMinutes: null,
    override: null,
  }) as const;

/** A stand-in for the transaction: the reservation steps in memory, one booking, and what is written. */
class InMemoryBooking extends InMemoryReservations {
  readonly changes: BookingChangeWrites[] = [];

  constructor(
    readonly booking: Booking,
    noticeMinutes: number,
  ) {
    const { start, end } = booking;
    const entry = buildEntry("booking", minutes(start - 5), end - start + 15, {
      slot_start: start,
      slot_end: end,
    });
    super({ shop: buildShop({ cancellation_notice_minutes: noticeMinutes }), entries: [entry] });
  }

  shopAndBooking() {
    const secrets = { request_hash: null, manage_salt: null, manage_token_hash: null };
    return Promise.resolve({ shop: this.stock.shop, record: { booking: this.booking, secrets } });
  }

  writeChange(change: BookingChangeWrites): void {
    this.changes.push(change);
  }
}

interface Attempt extends Partial<Omit<ChangeOrder, "caller">> {
  readonly by?: Principal;
  readonly now?: Millis;
  readonly booking?: Partial<Booking>;
  readonly notice?: number;
}

const LINKS = new ManageLinks(
  new KeyedHash("MANAGE_TOKEN_SECRET", "secret of the tests"),
  "https://shop.example",
);

async function attempt({ by = grace, now = beforeStart(DAY), booking, notice = 0, ...order }: Attempt) {
  const tx = new InMemoryBooking(buildBooking({ customer_uid: "grace", ...booking }), notice);
  const caller = { principal: by, manageToken: null };
  const defaults = { bookingId: "booking", requestId: "request", ifMatch: null, reason: null };
  const cancel = { action: "cancel" } as const;
  const whole: ChangeOrder = { ...defaults, change: cancel, ...order, caller };
  const context = { now, bufferReachOf: () => NO_BUFFERS, manageLinks: LINKS };
  const result = await attemptChange(tx as unknown as BookingTransaction, whole, context);
  return { tx, result };
}

/** The millisecond so many minutes before the appointment. */
function beforeStart(by: number): Millis {
  return toMillis(minutes(START - by));
}

describe("the time until which a customer may change a booking", () => {
  it.each([
    { notice: 120, now: beforeStart(120), error: null },
    { notice: 120, now: millis(beforeStart(120) + 1), error: "cancellation_window" },
    { notice: 0, now: beforeStart(0), error: null },
    { notice: 0, now: millis(beforeStart(0) + 1), error: "cancellation_window" },
  ])("with $notice minutes' notice, at $now, gives $error", async ({ notice, now, error }) => {
    for (const change of [{ action: "cancel" } as const, reschedule(START + DAY)]) {
      const { result, tx } = await attempt({ change, notice, now });
      expect(result.kind === "refused" ? result.refusal.error : null).toBe(error);
      expect(tx.changes).toHaveLength(error === null ? 1 : 0);
    }
  });

  it("is named in the refusal", async () => {
    const late = { now: beforeStart(-1) };
    const details = (notice: number) => ({ cancellation_notice_minutes: notice });
    expect((await attempt({ ...late, notice: 90 })).result).toMatchObject({
      refusal: { message: "Changes end 1 hour 30 minutes before the appointment.", details: details(90) },
      resolved: null,
    });
    expect((await attempt(late)).result).toMatchObject({
      refusal: { message: "The appointment has begun.", details: details(0) },
    });
  });

  it("does not bind staff", async () => {
    const ada: Principal = { uid: "ada", role: "mechanic", shopId: "shop", mechanicId: "ada" };
    for (const by of [admin, ada]) {
      const { result } = await attempt({ by, notice: DAY, now: beforeStart(-1) });
      expect(result).toMatchObject({ kind: "changed", booking: { status: "cancelled_by_shop" } });
    }
  });
});

describe("the time from which staff may say how an appointment went", () => {
  it.each(["complete", "no_show"] as const)("is its start, for %s", async (action) => {
    const change = { action };
    const early = await attempt({ by: admin, change, now: millis(beforeStart(0) - 1) });
    expect(early.result).toMatchObject({ kind: "refused", refusal: { error: "not_begun" } });
    const { result, tx } = await attempt({ by: admin, change, now: beforeStart(0), reason: "because" });
    const status = action === "complete" ? "completed" : "no_show";
    expect(result).toMatchObject({ kind: "changed", booking: { status, sequence: 0 }, dates: [] });
    expect(tx.written).toEqual([]);
    expect(tx.changes).toMatchObject([
      {
        auditEntry: {
          action: `booking_${status}`,
          actor: { kind: "admin", uid: "admin" },
          reason: "because",
          details: { status: { from: "confirmed", to: status } },
        },
        requestId: "request",
        event: null,
      },
    ]);
  });
});

describe("attemptChange", () => {
  it("cancels: frees the time, counts the sequence on, and tells the customer", async () => {
    const now = beforeStart(DAY);
    const { result, tx } = await attempt({ now });
    const cancelled = { ...tx.booking, status: "cancelled_by_customer", sequence: 1, updated_at: now };
    expect(result).toMatchObject({ kind: "changed", booking: cancelled, dates: ["2026-01-19"] });
    expect(tx.written).toMatchObject([{ mechanicId: "ada", change: { ledgers: [{ entries: [] }] } }]);
    expect(tx.changes).toMatchObject([
      {
        booking: cancelled,
        auditEntry: { action: "booking_cancelled", at: now, booking_id: "booking" },
        event: { kind: "booking_cancelled", previousStart: null },
      },
    ]);
  });

  it("reschedules: writes the new place and tells the customer the former start", async () => {
    const { result, tx } = await attempt({ change: reschedule(START + DAY) });
    expect(result).toMatchObject({
      kind: "changed",
      booking: { status: "confirmed", start: START + DAY, sequence: 1 },
    });
    expect(result.kind === "changed" && result.dates.toSorted()).toEqual(["2026-01-19", "2026-01-20"]);
    expect(tx.written).toHaveLength(1);
    expect(tx.changes).toMatchObject([
      {
        auditEntry: {
          action: "booking_rescheduled",
          details: { from: { date: "2026-01-19" }, to: { date: "2026-01-20" } },
        },
        event: { kind: "booking_rescheduled", previousStart: START },
      },
    ]);
  });

  it("says of a move that is refused what is moved, so that its own time is offered", async () => {
    const { result, tx } = await attempt({ change: reschedule(START + 12 * 60) });
    expect(result).toMatchObject({
      kind: "refused",
      refusal: { error: "outside_hours" },
      resolved: { slot: { start: START + 12 * 60 } },
      moving: {
        mechanicId: "ada",
        date: "2026-01-19",
        slot: { start: START, end: START + 60 },
        extent: { start: START - 5, end: START + 70 },
      },
    });
    expect([...tx.written, ...tx.changes]).toEqual([]);
  });

  it("leaves a booking alone that is already as requested, whatever If-Match and the time say", async () => {
    const late = { ifMatch: '"x"', now: beforeStart(-1) };
    const done = { booking: { status: "cancelled_by_shop" } as const, ...late };
    for (const { result, tx } of [
      await attempt(done),
      await attempt({ change: reschedule(START), ...late }),
    ]) {
      expect(result).toMatchObject({ kind: "changed", booking: tx.booking, dates: [] });
      expect([...tx.written, ...tx.changes]).toEqual([]);
    }
  });

  it("refuses a change of what has changed since it was read", async () => {
    const { result } = await attempt({ ifMatch: '"x"' });
    expect(result).toMatchObject({ kind: "refused", refusal: { error: "precondition_failed" } });
    const known = etagOf(buildBooking({ customer_uid: "grace" }));
    expect((await attempt({ ifMatch: known })).result.kind).toBe("changed");
  });

  it("gives every change a later time than the one before, also when the clock goes back", async () => {
    const updated_at = millis(beforeStart(DAY) + 5);
    const { result } = await attempt({ booking: { updated_at } });
    expect(result).toMatchObject({ booking: { updated_at: updated_at + 1 } });
  });

  it("does not tell a stranger that the booking exists, and refuses what a role may not do", async () => {
    const stranger = await attempt({ by: { ...grace, uid: "eve" } });
    const message = "There is no such booking.";
    expect(stranger.result).toMatchObject({ kind: "refused", refusal: { error: "not_found", message } });
    const { result } = await attempt({ change: { action: "complete" }, now: beforeStart(-1) });
    expect(result).toMatchObject({ kind: "refused", refusal: { error: "forbidden" } });
  });
});
