import { datesOf } from "../../availability/day/day-changes.ts";
import type { PlainDate } from "../../engine/types.ts";
import type { Millis, Minutes } from "../../engine/units.ts";
import {
  emptyLedger,
  hasEntry,
  isLive,
  withEntry,
  withoutEntry,
  type DayLedger,
  type LedgerEntry,
} from "../../ledger/ledger.ts";

/** How entries are to be filed. */
export interface Filing {
  /** Each entry belongs in the ledgers of the dates that its extent has in this zone. */
  readonly zone: string;
  /** Entries whose slots had ended by then stay where they are: nothing decides by them any more. */
  readonly since: Minutes;
  readonly now: Millis;
  /** Dates whose ledgers cannot be read, so that the mechanic takes no bookings there: entries for them stay put. */
  readonly closed?: ReadonlySet<PlainDate>;
}

/** Returns whether an entry of the ledger belongs in another date's, too or instead. */
export function concernsOthers(ledger: DayLedger, filing: Filing): boolean {
  return present(ledger, filing).some((entry) => {
    const dates = datesOfEntry(entry, filing);
    return dates.length !== 1 || dates[0] !== ledger.date;
  });
}

/** Returns the dates whose ledgers the entries of this one belong in. */
export function datesConcerned(ledger: DayLedger, filing: Filing): PlainDate[] {
  return [...new Set(present(ledger, filing).flatMap((entry) => datesOfEntry(entry, filing)))];
}

function present({ entries }: DayLedger, { since }: Filing): LedgerEntry[] {
  return entries.filter(({ slot_end }) => slot_end > since);
}

/** An expired hold belongs nowhere. */
function datesOfEntry(entry: LedgerEntry, { zone, now }: Filing): PlainDate[] {
  return isLive(entry, now) ? datesOf(zone, entry) : [];
}

/**
 * Returns the ledgers that change so that every entry of `ledger` is in the ledgers of its dates, and in no other of
 * those given. `others` are the mechanic's ledgers of `datesConcerned`; a missing one is empty. Repeating it changes
 * nothing.
 */
export function refile(ledger: DayLedger, others: readonly DayLedger[], filing: Filing): DayLedger[] {
  const before = new Map([...others, ledger].map((one) => [one.date, one]));
  const after = new Map(before);
  const ledgerOf = (date: PlainDate) => after.get(date) ?? emptyLedger(ledger.mechanic_id, date);
  for (const entry of present(ledger, filing)) {
    const dates = datesOfEntry(entry, filing);
    for (const date of dates) {
      const own = ledgerOf(date);
      if (filing.closed?.has(date)) continue;
      if (!hasEntry(own, entry.id)) after.set(date, withEntry(own, entry, filing.now));
    }
    const belongsHere = dates.includes(ledger.date) || dates.some((date) => filing.closed?.has(date));
    if (!belongsHere) {
      after.set(ledger.date, withoutEntry(ledgerOf(ledger.date), entry.id, filing.now));
    }
  }
  return [...after.values()].filter((one) => before.get(one.date) !== one);
}
