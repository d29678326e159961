import { reachedBy } from "../../functions/src/availability/day/day-changes.ts";
import { busyOf, type MechanicOfDay, type StoredDay } from "../../functions/src/availability/day/day.ts";
import { isValid } from "../../functions/src/availability/day/epoch-protocol.ts";
import { reconcileLedgers, ledgersOfBooking } from "../../functions/src/bookings/reconcile-ledgers.ts";
import type { Occupancy } from "../../functions/src/bookings/occupancy.ts";
import type { BufferReach } from "../../functions/src/catalog/buffer-reach.ts";
import { addDays } from "../../functions/src/engine/dates.ts";
import type { BusyInterval } from "../../functions/src/engine/types.ts";
import { dayBounds } from "../../functions/src/engine/zone.ts";
import { bookedOn, isLive, type DayLedger, type LedgerEntry } from "../../functions/src/ledger/ledger.ts";

/** Where a booking is missing from a ledger, or stands in one that it has no business in; null: all is right. */
export function whyLedgersDiffer(
  zone: string,
  bookingId: string,
  occupancy: Occupancy | undefined,
  ledgers: readonly DayLedger[],
  now: number,
): string | null {
  const reconciliation = reconcileLedgers({ zone, bookingId, current: occupancy, ledgers, now });
  if (!reconciliation) return null;
  const where = reconciliation.changed.map(({ mechanic_id, date }) => `${mechanic_id}_${date}`).join(", ");
  return occupancy?.occupies ? `is not as it is in ${where}` : `takes no time, but stands in ${where}`;
}

/** Whether a booking has anything to do with a ledger. */
export function belongsTo(zone: string, occupancy: Occupancy | undefined, ledger: DayLedger): boolean {
  if (!occupancy?.occupies) return false;
  return ledgersOfBooking(zone, occupancy).some(
    ({ mechanicId, date }) => mechanicId === ledger.mechanic_id && date === ledger.date,
  );
}

/** Live entries of a ledger that overlap, in pairs: what must never be, and only a person can put right. */
export function overlapsIn(ledger: DayLedger, now: number): [LedgerEntry, LedgerEntry][] {
  const live = ledger.entries.filter((entry) => isLive(entry, now)).sort((a, b) => a.start - b.start);
  const pairs: [LedgerEntry, LedgerEntry][] = [];
  let last: LedgerEntry | undefined;
  for (const entry of live) {
    if (last && entry.start < last.end) pairs.push([last, entry]);
    if (!last || entry.end > last.end) last = entry;
  }
  return pairs;
}

/** What a day is held against. */
export interface DayStandard {
  readonly zone: string;
  readonly catalogVersion: number;
  readonly now: number;
  readonly reach: BufferReach;
  readonly ledgerOf: (mechanicId: string, date: string) => DayLedger | undefined;
}

/** The mechanics whose busy time in a day that would be answered from is not what their ledgers say. */
export function mechanicsThatDiffer(day: StoredDay, standard: DayStandard): string[] {
  const { catalogVersion, now } = standard;
  if (!isValid(day, catalogVersion, now)) return [];
  return Object.entries(day.mechanics).flatMap(([id, mechanic]) =>
    isAsInLedgers(day.date, id, mechanic, standard) ? [] : [id],
  );
}

function isAsInLedgers(
  date: string,
  id: string,
  mechanic: Partial<MechanicOfDay>,
  standard: DayStandard,
): boolean {
  const { zone, now, reach, ledgerOf } = standard;
  const { open, busy = [], previous_busy, next_busy, booked = 0 } = mechanic;
  const [first, last] = [open?.[0], open?.at(-1)];
  // Without open time the mechanic has no slots that day, and nobody looks at the rest.
  if (!first || !last) return true;
  const own = ledgerOf(id, date);
  if (booked !== (own ? bookedOn(own, dayBounds(zone, date)) : 0)) return false;
  const taken = (on: string) => busyOf(ledgerOf(id, on)?.entries ?? []);
  // A neighbour's time is kept only as far as slots of this day can reach it.
  const { opens, closes } = reachedBy(dayBounds(zone, date), first, last, reach);
  const before = ({ end }: BusyInterval) => end > opens;
  const after = ({ start }: BusyInterval) => start < closes;
  return (
    sameBusy(busy, taken(date), now) &&
    (!previous_busy ||
      sameBusy(previous_busy.filter(before), taken(addDays(date, -1)).filter(before), now)) &&
    (!next_busy || sameBusy(next_busy.filter(after), taken(addDays(date, 1)).filter(after), now))
  );
}

function sameBusy(a: readonly BusyInterval[], b: readonly BusyInterval[], now: number): boolean {
  const texts = [a, b].map((list) =>
    list
      .filter(({ expires_at }) => expires_at === null || expires_at > now)
      .map(({ start, end, location_id, expires_at }) => `${start}-${end}@${location_id}/${expires_at}`)
      .sort()
      .join(),
  );
  return texts[0] === texts[1];
}
