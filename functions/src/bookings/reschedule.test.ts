import { describe, expect, it } from "vitest";
import type { BookingTransaction } from "./booking-store.ts";
import { isAlreadyAt, readAndDecideMove, reservationOf, type Reschedule } from "./reschedule.ts";
import { buildBooking } from "./testing/build-booking.ts";
import {
  buildEntry,
  buildException,
  buildMechanic,
  buildService,
  buildShop,
  millisAt,
  minutes,
  NO_BUFFERS,
} from "../reservations/testing/builders.ts";
import { InMemoryReservations, type Stock } from "../reservations/testing/in-memory-reservations.ts";

const NOW = millisAt("2026-01-19T08:00");
const booking = buildBooking();
const TEN = booking.start;
const ownEntry = buildEntry("booking", minutes(TEN - 5), 75, {
  slot_start: TEN,
  slot_end: minutes(TEN + 60),
});

function moveTo(start: number, more: Partial<Reschedule> = {}): Reschedule {
  return {
    action: "reschedule",
    start: minutes(start),
    mechanicId: null,
    durationMinutes: null,
    override: null,
    ...more,
  };
}

describe("isAlreadyAt", () => {
  it.each([
    { to: moveTo(TEN), expected: true },
    { to: moveTo(TEN, { mechanicId: "ada", durationMinutes: 60 }), expected: true },
    { to: moveTo(TEN + 1), expected: false },
    { to: moveTo(TEN, { mechanicId: "bob" }), expected: false },
    { to: moveTo(TEN, { durationMinutes: 90 }), expected: false },
  ])("is $expected for $to", ({ to, expected }) => expect(isAlreadyAt(booking, to)).toBe(expected));
});

describe("reservationOf", () => {
  it("is the booking's time with the buffers that it was booked with", () => {
    expect(reservationOf(booking)).toEqual({
      id: "booking",
      mechanicId: "ada",
      date: "2026-01-19",
      extent: { start: TEN - 5, end: TEN + 70 },
    });
  });
});

describe("readAndDecideMove", () => {
  async function move(to: Reschedule, stock: Stock = {}, { of = booking, isStaff = false } = {}) {
    const tx = new InMemoryReservations({ entries: [ownEntry], ...stock });
    const shop = stock.shop ?? buildShop();
    const context = { now: NOW, bufferReachOf: () => NO_BUFFERS };
    const request = { shop, booking: of, to, isStaff };
    const moved = await readAndDecideMove(tx as unknown as BookingTransaction, request, context);
    expect(tx.written).toEqual([]);
    return { moved, tx };
  }

  it("lets staff keep a start within the lead time or beyond the horizon, and no other start", async () => {
    const mechanics = [buildMechanic(), buildMechanic({ id: "bob" })];
    const staff = { isStaff: true };
    for (const [policy, why] of [
      [{ lead_time_minutes: 1440 }, "too_soon"],
      [{ horizon_days: 0 }, "beyond_horizon"],
    ] as const) {
      const later = why === "beyond_horizon" ? { ...booking, start: minutes(TEN + 1440) } : booking;
      const of = { ...later, end: minutes(later.start + 60) };
      const stock = { shop: buildShop(policy), mechanics };
      const to = moveTo(of.start, { mechanicId: "bob" });
      expect((await move(to, stock, { of, ...staff })).moved).toMatchObject({ ok: true });
      expect((await move(to, stock, { of })).moved).toMatchObject({ refusal: { error: why } });
      const elsewhere = moveTo(of.start + 30, { mechanicId: "bob" });
      expect((await move(elsewhere, stock, { of, ...staff })).moved).toMatchObject({
        refusal: { error: why },
      });
    }
  });

  it("moves a booking onto its own time, with the service's buffers of today", async () => {
    const service = buildService({ buffer_before_minutes: 15, buffer_after_minutes: 20 });
    const { moved } = await move(moveTo(TEN + 30), { service });
    const start = minutes(TEN + 30);
    expect(moved).toMatchObject({ ok: true, released: null });
    expect(moved.ok && moved.booking).toEqual({
      ...booking,
      start,
      end: start + 60,
      buffer_before_minutes: 15,
      buffer_after_minutes: 20,
    });
    expect(moved.ok && moved.accepted.entry).toMatchObject({
      kind: "booking",
      id: "booking",
      expires_at: null,
      start: start - 15,
      end: start + 80,
    });
    expect(moved.ok && moved.accepted.ledgers).toMatchObject([
      { entries: [{ id: "booking", slot_start: start }] },
    ]);
  });

  it("changes the ledgers of both dates and asks for the exceptions of both", async () => {
    const { moved, tx } = await move(moveTo(TEN + 1440));
    expect(moved.ok && moved.booking.date).toBe("2026-01-20");
    const entries = moved.ok ? moved.accepted.ledgers.map((one) => [one.date, one.entries.length]) : [];
    expect(entries).toEqual(
      expect.arrayContaining([
        ["2026-01-19", 0],
        ["2026-01-20", 1],
      ]),
    );
    expect(entries).toHaveLength(2);
    expect(tx.exceptionReads).toEqual([
      { mechanicId: "ada", date: "2026-01-20" },
      { mechanicId: "ada", date: "2026-01-19" },
    ]);
    expect((await move(moveTo(TEN + 60))).tx.exceptionReads).toHaveLength(1);
  });

  it("releases the former mechanic's time where another takes over", async () => {
    const mechanics = [buildMechanic(), buildMechanic({ id: "bob" })];
    const { moved } = await move(moveTo(TEN, { mechanicId: "bob" }), { mechanics });
    expect(moved).toMatchObject({
      ok: true,
      booking: { mechanic_id: "bob", start: TEN },
      accepted: { ledgers: [{ mechanic_id: "bob", entries: [{ id: "booking" }] }] },
      released: { ledgers: [{ mechanic_id: "ada", date: "2026-01-19", entries: [] }] },
    });
  });

  it("keeps its length even if the service is no longer offered in it", async () => {
    const service = buildService({ durations_minutes: [45] });
    expect((await move(moveTo(TEN + 60), { service })).moved).toMatchObject({
      ok: true,
      booking: { duration_minutes: 60, end: TEN + 120 },
    });
    const shorter = await move(moveTo(TEN, { durationMinutes: 45 }), { service });
    expect(shorter.moved).toMatchObject({ ok: true, booking: { duration_minutes: 45, end: TEN + 45 } });
    const asked = await move(moveTo(TEN, { durationMinutes: 60 }), { service });
    expect(asked.moved).toMatchObject({ ok: false, refusal: { error: "invalid_duration" }, resolved: null });
  });

  it.each([
    { error: "not_found", stock: { service: undefined } },
    { error: "service_inactive", stock: { service: buildService({ active: false }) } },
  ])("refuses with $error before the slot is known", async ({ error, stock }) => {
    const { moved } = await move(moveTo(TEN + 60), stock);
    expect(moved).toMatchObject({ ok: false, refusal: { error }, resolved: null });
  });

  const noon = buildEntry("other", minutes(TEN + 120), 60);
  it.each([
    { error: "mechanic_inactive", stock: { mechanics: [buildMechanic({ active: false })] } },
    { error: "slot_taken", stock: { entries: [ownEntry, noon] } },
    { error: "outside_hours", stock: { exceptions: [buildException("2026-01-19")] } },
  ])("refuses with $error and the slot, for the alternatives", async ({ error, stock }) => {
    const { moved } = await move(moveTo(TEN + 90), stock);
    expect(moved).toMatchObject({ ok: false, refusal: { error }, resolved: { slot: { start: TEN + 90 } } });
  });

  it("reads no exceptions for a slot that the ledgers refuse", async () => {
    expect((await move(moveTo(TEN + 90), { entries: [noon] })).tx.exceptionReads).toEqual([]);
  });
});
