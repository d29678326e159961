import type { Interval, PlainDate } from "../engine/types.ts";
import type { Millis, Minutes } from "../engine/units.ts";

/**
 * What takes a mechanic's time. `start`/`end` include the service's buffers and are what others must not overlap;
 * `slot_start`/`slot_end` are the appointment itself. All in minutes since the epoch.
 */
export interface LedgerEntry extends Interval {
  readonly kind: "booking" | "hold";
  readonly id: string;
  readonly slot_start: Minutes;
  readonly slot_end: Minutes;
  readonly location_id: string | null;
  /** A hold counts only until then. Null for bookings. */
  readonly expires_at: Millis | null;
  /** Whose hold it is: so a booking that consumes it need not read the hold. */
  readonly session_hash?: string;
  /** What a hold is for. */
  readonly service_id?: string;
}

/** What is taken on one mechanic's one shop-local date: the authority for conflicts. */
export interface DayLedger {
  readonly mechanic_id: string;
  readonly date: PlainDate;
  /** Sorted by start. An entry whose extent crosses midnight stands in the ledgers of both dates. */
  readonly entries: readonly LedgerEntry[];
}

export function emptyLedger(mechanicId: string, date: PlainDate): DayLedger {
  return { mechanic_id: mechanicId, date, entries: [] };
}

export function isLive(entry: LedgerEntry, now: Millis): boolean {
  return entry.expires_at === null || entry.expires_at > now;
}

/** The ledger with `entry` in it, in place of an older one of the same id; holds that have expired are dropped. */
export function withEntry(ledger: DayLedger, entry: LedgerEntry, now: Millis): DayLedger {
  const others = ledger.entries.filter((other) => other.id !== entry.id && isLive(other, now));
  return { ...ledger, entries: [...others, entry].sort((a, b) => a.start - b.start || a.end - b.end) };
}

/** The ledger without what has expired: those entries already count for nothing. */
export function withoutExpired(ledger: DayLedger, now: Millis): DayLedger {
  return { ...ledger, entries: ledger.entries.filter((entry) => isLive(entry, now)) };
}

/** The ledger without the entry of that id; holds that have expired are dropped. */
export function withoutEntry(ledger: DayLedger, id: string, now: Millis): DayLedger {
  return { ...ledger, entries: ledger.entries.filter((other) => other.id !== id && isLive(other, now)) };
}

export function hasEntry(ledger: DayLedger, id: string): boolean {
  return ledger.entries.some((entry) => entry.id === id);
}

/** Bookings whose appointment starts within the date: what the daily limit counts. */
export function bookedOn(ledger: DayLedger, day: Interval): number {
  return ledger.entries.filter(
    (entry) => entry.kind === "booking" && entry.slot_start >= day.start && entry.slot_start < day.end,
  ).length;
}
