import { datesOf, dayChanges, type MechanicChangeContext } from "../availability/day/day-changes.ts";
import type { DayChange } from "../availability/day/epoch-protocol.ts";
import type { PlainDate } from "../engine/types.ts";
import type { Millis } from "../engine/units.ts";
import { dateOf } from "../engine/zone.ts";
import { hasEntry, withEntry, withoutExpired, type DayLedger, type LedgerEntry } from "../ledger/ledger.ts";

/** One mechanic's ledgers after a change, and the availability days that change with them. */
export interface LedgerChange {
  readonly ledgers: readonly DayLedger[];
  readonly days: readonly DayChange[];
}

/** `exceptions` touch every date that is entered or left, or a neighbour of one. */
type ChangeContext = Omit<MechanicChangeContext, "date">;

/**
 * Returns the ledgers with `entry` in them and without the entries that `removed` names. `ledgers` must cover every
 * date that either touches.
 */
export function addToLedgers(
  context: ChangeContext,
  ledgers: readonly DayLedger[],
  { entry, removed, now }: { entry: LedgerEntry; removed: ReadonlySet<string>; now: Millis },
): LedgerChange {
  const touched = new Set(datesOf(context.shop.time_zone, entry));
  const changed = ledgers
    .filter((ledger) => touched.has(ledger.date) || hasAny(ledger, removed))
    .map((ledger) => without(ledger, removed, now))
    .map((ledger) => (touched.has(ledger.date) ? withEntry(ledger, entry, now) : ledger));
  return { ledgers: changed, days: daysOf(context, changed, [entry, ...entriesOf(ledgers, removed)]) };
}

/** Returns the ledgers without the entries that `removed` names; ledgers that have none of them are left out. */
export function removeFromLedgers(
  context: ChangeContext,
  ledgers: readonly DayLedger[],
  removed: ReadonlySet<string>,
  now: Millis,
): LedgerChange {
  const changed = ledgers
    .filter((ledger) => hasAny(ledger, removed))
    .map((ledger) => without(ledger, removed, now));
  return { ledgers: changed, days: daysOf(context, changed, entriesOf(ledgers, removed)) };
}

/** The availability days around every entry that was added or removed. */
function daysOf(context: ChangeContext, changed: readonly DayLedger[], entries: readonly LedgerEntry[]) {
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

function hasAny(ledger: DayLedger, ids: ReadonlySet<string>): boolean {
  return [...ids].some((id) => hasEntry(ledger, id));
}

function without(ledger: DayLedger, ids: ReadonlySet<string>, now: Millis): DayLedger {
  const { entries, ...rest } = withoutExpired(ledger, now);
  return { ...rest, entries: entries.filter(({ id }) => !ids.has(id)) };
}
