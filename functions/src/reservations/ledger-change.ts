import { datesOf, dayChanges, type MechanicChangeContext } from "../availability/day/day-changes.ts";
import type { DayChange } from "../availability/day/epoch-protocol.ts";
import type { PlainDate } from "../engine/types.ts";
import { dateOf } from "../engine/zone.ts";
import { hasEntry, withEntry, withoutExpired, type DayLedger, type LedgerEntry } from "../ledger/ledger.ts";

/** How one mechanic's ledgers change, and the availability days with them. */
export interface LedgerChange {
  readonly ledgers: readonly DayLedger[];
  readonly days: readonly DayChange[];
}

/** `exceptions` touch every date that is entered or left, or a neighbour of one. */
type Context = Omit<MechanicChangeContext, "date">;

/** Enters `entry`, in place of whatever entries `gone` names. `ledgers` are all that either concerns. */
export function addToLedgers(
  context: Context,
  ledgers: readonly DayLedger[],
  entry: LedgerEntry,
  gone: ReadonlySet<string>,
  now: number,
): LedgerChange {
  const zone = context.shop.time_zone;
  const touched = new Set(datesOf(zone, entry));
  const changed = ledgers
    .filter((ledger) => touched.has(ledger.date) || holdsAny(ledger, gone))
    .map((ledger) => without(ledger, gone, now))
    .map((ledger) => (touched.has(ledger.date) ? withEntry(ledger, entry, now) : ledger));
  return { ledgers: changed, days: daysOf(context, changed, [entry, ...entriesOf(ledgers, gone)]) };
}

/** Takes the entries `gone` out of the ledgers; those that have none of them are left alone. */
export function removeFromLedgers(
  context: Context,
  ledgers: readonly DayLedger[],
  gone: ReadonlySet<string>,
  now: number,
): LedgerChange {
  const changed = ledgers
    .filter((ledger) => holdsAny(ledger, gone))
    .map((ledger) => without(ledger, gone, now));
  return { ledgers: changed, days: daysOf(context, changed, entriesOf(ledgers, gone)) };
}

/** The days that are concerned wherever an entry came or went. */
function daysOf(context: Context, changed: readonly DayLedger[], entries: readonly LedgerEntry[]) {
  const zone = context.shop.time_zone;
  const days = new Map<PlainDate, DayChange>();
  for (const entry of entries) {
    const dates = datesOf(zone, entry);
    const own = changed.filter(({ date }) => dates.includes(date));
    const around = { ...context, date: dateOf(zone, entry.slot_start) };
    for (const day of dayChanges(around, own, entry)) days.set(day.date, { ...days.get(day.date), ...day });
  }
  return [...days.values()];
}

function entriesOf(ledgers: readonly DayLedger[], ids: ReadonlySet<string>): LedgerEntry[] {
  const found = ledgers.flatMap(({ entries }) => entries.filter(({ id }) => ids.has(id)));
  return [...new Map(found.map((entry) => [entry.id, entry])).values()];
}

function holdsAny(ledger: DayLedger, ids: ReadonlySet<string>): boolean {
  return [...ids].some((id) => hasEntry(ledger, id));
}

function without(ledger: DayLedger, ids: ReadonlySet<string>, now: number): DayLedger {
  const { entries, ...rest } = withoutExpired(ledger, now);
  return { ...rest, entries: entries.filter(({ id }) => !ids.has(id)) };
}
