import { createHash } from "node:crypto";
import type { Operation } from "./history.ts";
import { SHOP } from "./shop.ts";
import type { Snapshot, StoredBusy } from "./snapshot.ts";

/** 10:00 in Taipei on 20 January 2026, in minutes since the epoch. */
export const TEN = Date.parse("2026-01-20T02:00:00Z") / 60_000;
export const NOW = Date.parse("2026-01-12T12:00:00Z");
const DATE = "2026-01-20";
const [NOON, ONE, TWO] = [TEN + 120, TEN + 180, TEN + 240];
const RESERVED_UNTIL = NOW + 600_000;

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends object | null ? Mutable<T[K]> : T[K] };
export interface World {
  history: Mutable<Operation>[];
  snapshot: Mutable<Snapshot>;
}

/** The inspection that every operation here is about: half an hour of Ada's and a buffer after it. */
export const wanted = (start: number) => ({
  mechanicId: "ada",
  start,
  durationMinutes: 30,
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 15,
});
export const seen = (id: string, start: number, status = "confirmed") => ({
  ...{ id, status, mechanicId: "ada" },
  ...{ start, end: start + 30 },
});
export const stored = (id: string, start: number, notes: string, status = "confirmed") => ({
  ...{ id, status, mechanic_id: "ada", notes },
  ...{ start: start * 60_000, end: (start + 30) * 60_000 },
  ...{ buffer_before_minutes: 0, buffer_after_minutes: 15 },
});
export const entry = (
  kind: "booking" | "hold",
  id: string,
  start: number,
  expires_at: number | null = null,
) => ({ kind, id, start, end: start + 45, slot_start: start, expires_at });
export const place = (start: number) => ({
  mechanic_id: "ada",
  start: start * 60_000,
  end: (start + 30) * 60_000,
});

/** The operation of a second, named after it; it succeeds unless `more` says otherwise. */
function operation(
  second: number,
  kind: Operation["kind"],
  more: Partial<Mutable<Operation>>,
): Mutable<Operation> {
  const startedAt = NOW + second * 1000;
  return {
    ...{ id: `o${second}`, kind, startedAt, endedAt: startedAt + 500 },
    ...{ outcome: "done", error: null, statuses: [200] },
    ...{ bookingId: null, bookingIds: [], wanted: null, seen: null },
    ...{ holdId: null, sessionId: null, reservedUntil: null },
    ...more,
  };
}

function booked(second: number, id: string, start: number): Mutable<Operation> {
  const answer = { bookingId: id, bookingIds: [id], seen: seen(id, start) };
  return operation(second, "book", { ...answer, wanted: wanted(start) });
}

/** A line of the audit trail, and one of the outbox, as `at` milliseconds after the start of the story. */
const line = (at: number, action: string, booking_id: string, details: object) => ({
  ...{ action, booking_id, at: NOW + at },
  details: details as Mutable<Snapshot>["audit"][number]["details"],
});
export const created = (at: number, id: string, start: number) =>
  line(at, "booking_created", id, place(start));

/**
 * A small world in which every promise is kept: b1 is made at ten and moved to noon, b2 is made at one and cancelled,
 * there is a hold at two, and one client was told that noon is taken.
 */
export function world(): World {
  return { history: story(), snapshot: outcome() };
}

function story(): World["history"] {
  const taken = { outcome: "refused" as const, error: "slot_taken", statuses: [409] };
  const hold = { holdId: "h1", sessionId: "s1", reservedUntil: RESERVED_UNTIL };
  return [
    booked(1, "b1", TEN),
    operation(2, "reschedule", { bookingId: "b1", wanted: wanted(NOON), seen: seen("b1", NOON) }),
    booked(3, "b2", ONE),
    operation(4, "cancel", { bookingId: "b2", seen: seen("b2", ONE, "cancelled_by_customer") }),
    operation(5, "hold", { ...hold, wanted: wanted(TWO) }),
    operation(6, "book", { ...taken, wanted: wanted(NOON) }),
    operation(7, "view", { bookingId: "b1", seen: seen("b1", NOON) }),
  ];
}

function outcome(): World["snapshot"] {
  const busy = [entry("booking", "b1", NOON), entry("hold", "h1", TWO, RESERVED_UNTIL)];
  const news = (number: number, kind: string, booking_id: string) => ({
    id: `n${number}`,
    kind,
    booking_id,
  });
  const cancelled = { ...place(ONE), status: { from: "confirmed", to: "cancelled_by_customer" } };
  return {
    now: NOW + 10_000,
    catalogVersion: 1,
    bookings: [stored("b1", NOON, "o1"), stored("b2", ONE, "o3", "cancelled_by_customer")],
    holds: [storedHold()],
    ledgers: [{ mechanic_id: "ada", date: DATE, entries: busy }],
    days: [filledDay(structuredClone(busy))],
    audit: [
      created(1, "b1", TEN),
      line(2, "booking_rescheduled", "b1", { from: place(TEN), to: place(NOON) }),
      created(3, "b2", ONE),
      line(4, "booking_cancelled", "b2", cancelled),
    ],
    notifications: [
      news(1, "booking_confirmed", "b1"),
      news(2, "booking_rescheduled", "b1"),
      news(3, "booking_confirmed", "b2"),
      news(4, "booking_cancelled", "b2"),
    ],
  };
}

function storedHold(): World["snapshot"]["holds"][number] {
  const session = createHash("sha256").update(JSON.stringify([SHOP, "s1"]));
  return {
    ...{ id: "h1", mechanic_id: "ada", expires_at: RESERVED_UNTIL },
    ...{ start: TWO * 60_000, extent_start: TWO * 60_000, extent_end: (TWO + 45) * 60_000 },
    session_hash: session.digest("base64url"),
  };
}

function filledDay(busy: StoredBusy[]): World["snapshot"]["days"][number] {
  return {
    ...{ id: DATE, generated_dynamically: true, cached_at: NOW, expires_at: NOW + 3_600_000 },
    ...{ epoch: 4, filled_epoch: 4, catalog_version: 1 },
    mechanics: {
      ada: { open: [{ start: TEN - 60, end: TEN + 480 }], busy, booked: 1, held_until: [RESERVED_UNTIL] },
    },
  };
}

/** What the cached day shows as taken. */
export function busyOfDay({ days }: Snapshot): StoredBusy[] {
  return days[0]?.mechanics?.["ada"]?.busy as StoredBusy[];
}
