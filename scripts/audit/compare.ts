import { busyOf, isValid, type MechanicOfDay, type StoredDay } from "../../functions/src/availability/day.ts";
import { mend, placesOf } from "../../functions/src/bookings/mend.ts";
import type { Occupancy } from "../../functions/src/bookings/occupancy.ts";
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
  const mending = mend(zone, bookingId, occupancy, ledgers, now);
  if (!mending) return null;
  const where = mending.changed.map(({ mechanic_id, date }) => `${mechanic_id}_${date}`).join(", ");
  return occupancy?.occupies ? `is not as it is in ${where}` : `takes no time, but stands in ${where}`;
}

/** Whether a booking has anything to do with a ledger. */
export function belongsTo(zone: string, occupancy: Occupancy | undefined, ledger: DayLedger): boolean {
  if (!occupancy?.occupies) return false;
  return placesOf(zone, occupancy).some(
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

type LedgerOf = (mechanicId: string, date: string) => DayLedger | undefined;

/** The mechanics whose busy time in a day that would be answered from is not what their ledgers say. */
export function mechanicsThatDiffer(
  day: StoredDay,
  { zone, catalogVersion, now }: { zone: string; catalogVersion: number; now: number },
  ledgerOf: LedgerOf,
): string[] {
  if (!isValid(day, catalogVersion, now)) return [];
  return Object.entries(day.mechanics).flatMap(([id, mechanic]) => {
    // Without opening hours the mechanic has no slots that day, and nobody looks at the rest.
    if ((mechanic as Partial<MechanicOfDay>).open === undefined) return [];
    const own = ledgerOf(id, day.date);
    const booked = own ? bookedOn(own, dayBounds(zone, day.date)) : 0;
    const lists = [
      [mechanic.busy, day.date],
      [mechanic.previous_busy, addDays(day.date, -1)],
      [mechanic.next_busy, addDays(day.date, 1)],
    ] as const;
    const right =
      (mechanic.booked ?? 0) === booked &&
      lists.every(([busy, date]) => !busy || sameBusy(busy, busyOf(ledgerOf(id, date)?.entries ?? []), now));
    return right ? [] : [id];
  });
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
