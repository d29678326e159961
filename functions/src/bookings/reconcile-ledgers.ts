import { datesOf, ledgerDatesOf } from "../availability/day/day-changes.ts";
import type { Interval, PlainDate } from "../engine/types.ts";
import {
  hasEntry,
  isLive,
  withEntry,
  withoutEntry,
  type DayLedger,
  type LedgerEntry,
} from "../ledger/ledger.ts";
import { type Millis, minutes } from "../engine/units.ts";
import type { Occupancy } from "./occupancy.ts";

export interface LedgerAddress {
  readonly mechanicId: string;
  readonly date: PlainDate;
}

/** The ledgers that a booking concerns: where it was, and where it is. */
export function ledgersOfBooking(
  shop: Parameters<typeof ledgerDatesOf>[0],
  ...occupancies: (Occupancy | undefined)[]
): LedgerAddress[] {
  const addresses = new Map<string, LedgerAddress>();
  for (const occupancy of occupancies) {
    if (!occupancy) continue;
    for (const date of ledgerDatesOf(shop, occupancy.extent)) {
      addresses.set(`${occupancy.mechanicId}_${date}`, { mechanicId: occupancy.mechanicId, date });
    }
  }
  return [...addresses.values()];
}

/** How ledgers change to agree with a booking. */
export interface LedgerReconciliation {
  readonly changed: readonly DayLedger[];
  /** The smallest interval around all time that is taken or freed: the days that it touches change. */
  readonly extent: Interval;
  readonly action: "booking_adopted" | "booking_released" | "booking_inconsistent";
  /** Ids of the entries that the booking overlaps: it is entered nevertheless, because it exists, and reported. */
  readonly conflicts: readonly string[];
}

export interface ReconciliationInputs {
  /** The zone to file under. */
  readonly zone: string;
  readonly bookingId: string;
  /** The booking as it is now; undefined when it does not exist. */
  readonly current: Occupancy | undefined;
  /** All ledgers of `ledgersOfBooking` of its earlier and present state. */
  readonly ledgers: readonly DayLedger[];
  readonly now: Millis;
}

/** Returns how the ledgers change so that they agree with one booking; null when they already do. */
export function reconcileLedgers({
  zone,
  bookingId,
  current,
  ledgers,
  now,
}: ReconciliationInputs): LedgerReconciliation | null {
  const entry = current?.occupies ? entryOf(bookingId, current) : undefined;
  const dates = entry ? datesOf(zone, entry) : [];
  const changed: DayLedger[] = [];
  const extents: Interval[] = entry ? [entry] : [];
  const conflicts = new Set<string>();
  for (const ledger of ledgers) {
    const present = ledger.entries.find(({ id }) => id === bookingId);
    if (entry && ledger.mechanic_id === current?.mechanicId && dates.includes(ledger.date)) {
      if (present && sameEntry(present, entry)) continue;
      changed.push(withEntry(ledger, entry, now));
      overlapping(ledger, entry, now).forEach((id) => conflicts.add(id));
    } else if (hasEntry(ledger, bookingId)) changed.push(withoutEntry(ledger, bookingId, now));
    if (present) extents.push(present);
  }
  if (changed.length === 0) return null;
  const action = conflicts.size > 0 ? "booking_inconsistent" : entry ? "booking_adopted" : "booking_released";
  return { changed, extent: hull(extents), action, conflicts: [...conflicts] };
}

function entryOf(id: string, { slot, extent, locationId }: Occupancy): LedgerEntry {
  const { start: slot_start, end: slot_end } = slot;
  return { kind: "booking", id, ...extent, slot_start, slot_end, location_id: locationId, expires_at: null };
}

function sameEntry(a: LedgerEntry, b: LedgerEntry): boolean {
  return (
    a.kind === b.kind &&
    a.start === b.start &&
    a.end === b.end &&
    a.slot_start === b.slot_start &&
    a.slot_end === b.slot_end &&
    a.location_id === b.location_id &&
    a.expires_at === b.expires_at
  );
}

function overlapping(ledger: DayLedger, entry: LedgerEntry, now: Millis): string[] {
  return ledger.entries
    .filter((other) => other.id !== entry.id && other.start < entry.end && entry.start < other.end)
    .filter((other) => isLive(other, now))
    .map(({ id }) => id);
}

function hull(extents: readonly Interval[]): Interval {
  return {
    start: minutes(Math.min(...extents.map(({ start }) => start))),
    end: minutes(Math.max(...extents.map(({ end }) => end))),
  };
}
