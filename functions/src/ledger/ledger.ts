import type { DayLoad, Interval, PlainDate } from "../engine/types.ts";
import type { Millis, Minutes } from "../engine/units.ts";

/**
 * A booking or a hold that takes a mechanic's time. `start` and `end` include the service's buffers, and no two entries
 * may overlap between them; `slot_start` and `slot_end` are the appointment itself.
 */
export interface LedgerEntry extends Interval {
  readonly kind: "booking" | "hold";
  readonly id: string;
  readonly slot_start: Minutes;
  readonly slot_end: Minutes;
  readonly location_id: string | null;
  /** A hold counts only until then. Null for bookings. */
  readonly expires_at: Millis | null;
  /** The hold's session, so that a booking that consumes the hold need not read it. */
  readonly session_hash?: string;
  /** The service that a hold is for. */
  readonly service_id?: string;
}

/** The time taken on one mechanic's shop-local date; it alone decides about conflicts. */
export interface DayLedger {
  readonly mechanic_id: string;
  readonly date: PlainDate;
  /** Sorted by start. An entry that crosses midnight is in the ledgers of both dates. */
  readonly entries: readonly LedgerEntry[];
  /** The document cannot be read: the taken time is unknown, so no time on the date may be taken or freed. */
  readonly isUnreadable?: true;
}

/** The ledger of a date on which nothing is taken. */
export function emptyLedger(mechanicId: string, date: PlainDate): DayLedger {
  return { mechanic_id: mechanicId, date, entries: [] };
}

/** Whether the entry counts: it is a booking, or a hold that has not expired. */
export function isLive(entry: LedgerEntry, now: Millis): boolean {
  return entry.expires_at === null || entry.expires_at > now;
}

/** The ledger with `entry`, which replaces one of the same id; expired holds are dropped. */
export function withEntry(ledger: DayLedger, entry: LedgerEntry, now: Millis): DayLedger {
  const others = ledger.entries.filter((other) => other.id !== entry.id && isLive(other, now));
  return { ...ledger, entries: [...others, entry].sort((a, b) => a.start - b.start || a.end - b.end) };
}

/** The ledger without expired holds, which count for nothing. */
export function withoutExpired(ledger: DayLedger, now: Millis): DayLedger {
  return { ...ledger, entries: ledger.entries.filter((entry) => isLive(entry, now)) };
}

/** The ledger without the entry of that id; expired holds are dropped. */
export function withoutEntry(ledger: DayLedger, id: string, now: Millis): DayLedger {
  return { ...ledger, entries: ledger.entries.filter((other) => other.id !== id && isLive(other, now)) };
}

export function hasEntry(ledger: DayLedger, id: string): boolean {
  return ledger.entries.some((entry) => entry.id === id);
}

/** Returns the bookings and holds whose slots start within the date, for the daily limit; none without a ledger. */
export function loadOn(ledger: DayLedger | undefined, day: Interval): DayLoad {
  const starting = (ledger?.entries ?? []).filter(
    ({ slot_start }) => slot_start >= day.start && slot_start < day.end,
  );
  const held_until = starting.flatMap(({ expires_at }) => expires_at ?? []);
  return { booked: starting.length - held_until.length, held_until };
}
