import { datesOf, reachedBy } from "../../functions/src/availability/day/day-changes.ts";
import { busyOf, type MechanicOfDay, type StoredDay } from "../../functions/src/availability/day/day.ts";
import { isValid } from "../../functions/src/availability/day/epoch-protocol.ts";
import { reconcileLedgers } from "../../functions/src/bookings/reconcile-ledgers.ts";
import type { Occupancy } from "../../functions/src/bookings/occupancy.ts";
import type { BufferReach } from "../../functions/src/catalog/buffer-reach.ts";
import { addDays } from "../../functions/src/engine/dates.ts";
import type { BusyInterval } from "../../functions/src/engine/types.ts";
import { millis, type Millis } from "../../functions/src/engine/units.ts";
import { dayBounds } from "../../functions/src/engine/zone.ts";
import { isLive, loadOn, type DayLedger, type LedgerEntry } from "../../functions/src/ledger/ledger.ts";

/** A booking, and the ledgers that it may have entries in. */
interface BookingInLedgers {
  readonly zone: string;
  readonly bookingId: string;
  readonly occupancy: Occupancy;
  readonly ledgers: readonly DayLedger[];
  readonly now: Millis;
}

/** In which ledgers a booking is missing, or has a wrong entry; null when its ledgers agree with it. */
export function bookingProblem({
  zone,
  bookingId,
  occupancy,
  ledgers,
  now,
}: BookingInLedgers): string | null {
  const reconciliation = reconcileLedgers({ zone, bookingId, current: occupancy, ledgers, now });
  if (!reconciliation) return null;
  const where = reconciliation.changed.map(({ mechanic_id, date }) => `${mechanic_id}_${date}`).join(", ");
  return occupancy.occupies
    ? `has no matching entry in ${where}`
    : `takes no time, but has an entry in ${where}`;
}

/** Whether a booking takes time in a ledger. */
export function belongsTo(zone: string, occupancy: Occupancy | undefined, ledger: DayLedger): boolean {
  if (!occupancy?.occupies) return false;
  return occupancy.mechanicId === ledger.mechanic_id && datesOf(zone, occupancy.extent).includes(ledger.date);
}

/** Pairs of live entries that overlap. A person has to decide which of them is kept. */
export function overlapsIn(ledger: DayLedger, now: number): [LedgerEntry, LedgerEntry][] {
  const live = ledger.entries.filter((entry) => isLive(entry, millis(now))).sort((a, b) => a.start - b.start);
  const pairs: [LedgerEntry, LedgerEntry][] = [];
  let last: LedgerEntry | undefined;
  for (const entry of live) {
    if (last && entry.start < last.end) pairs.push([last, entry]);
    if (!last || entry.end > last.end) last = entry;
  }
  return pairs;
}

/** What a day is compared with. */
export interface ExpectedDay {
  readonly zone: string;
  readonly catalogVersion: number;
  readonly now: Millis;
  readonly reach: BufferReach;
  readonly ledgerOf: (mechanicId: string, date: string) => DayLedger | undefined;
}

/** The mechanics whose busy time in a valid day is not that of their ledgers. An invalid day is not used. */
export function mechanicsThatDiffer(day: StoredDay, expected: ExpectedDay): string[] {
  const { catalogVersion, now } = expected;
  if (!isValid(day, catalogVersion, now)) return [];
  return Object.entries(day.mechanics).flatMap(([id, mechanic]) =>
    agreesWithLedgers(day.date, id, mechanic, expected) ? [] : [id],
  );
}

function agreesWithLedgers(
  date: string,
  id: string,
  mechanic: Partial<MechanicOfDay>,
  expected: ExpectedDay,
): boolean {
  const { zone, now, reach, ledgerOf } = expected;
  const { open, busy = [], previous_busy, next_busy, booked = 0, held_until = [] } = mechanic;
  const [first, last] = [open?.[0], open?.at(-1)];
  // Without open time the mechanic has no slots that day, and the rest is not used.
  if (!first || !last) return true;
  const own = ledgerOf(id, date);
  const load = loadOn(own, dayBounds(zone, date));
  const live = (expiries: readonly Millis[]) => expiries.filter((expiry) => expiry > now).sort();
  if (booked !== load.booked || live(held_until).join() !== live(load.held_until).join()) return false;
  const taken = (on: string) => busyOf(ledgerOf(id, on)?.entries ?? []);
  // A neighbouring date's busy time is stored only as far as it can block slots of this day.
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
