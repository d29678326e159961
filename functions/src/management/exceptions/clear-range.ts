import type { Exception } from "../../catalog/schema.ts";
import { addDays, dayNumber, LAST_DATE, plainDate } from "../../engine/dates.ts";
import { datesTouched } from "../../engine/exceptions.ts";
import { ruleParts } from "../../engine/recurrence-grammar.ts";
import type { PlainDate } from "../../engine/types.ts";

/** How far a recurring exception is followed, in days. */
const DAYS_FOLLOWED = 3 * 366;

type Dates = Pick<Exception, "from_date" | "to_date">;

/** A range of dates, both inclusive. */
export interface DateRange {
  readonly from: PlainDate;
  readonly to: PlainDate;
}

/**
 * What clearing a range leaves of an exception: nothing has to change; or it must stay, because its other dates cannot
 * be stated without those of the range; or its parts before and after the range, each of which may be missing.
 */
export type Cleared =
  | { readonly kind: "untouched" }
  | { readonly kind: "kept" }
  | { readonly kind: "parts"; readonly parts: readonly Dates[] };

/** Decides what clearing the range leaves of an exception whose dates, not counting its rule, meet the range. */
export function clearRange(exception: Exception, { from, to }: DateRange): Cleared {
  const { from_date, to_date, rrule } = exception;
  if (rrule !== null && isWithoutDates(exception, from, to)) return { kind: "untouched" };
  const parts: Dates[] = [];
  if (from_date < from) parts.push({ from_date, to_date: addDays(from, -1) });
  if (to < LAST_DATE && (to_date === null || to_date > to)) {
    const rest = rrule === null ? { from_date: addDays(to, 1), to_date } : restOf(exception, to);
    if (rest === "unknown") return { kind: "kept" };
    if (rest) parts.push(rest);
  }
  return { kind: "parts", parts };
}

/** Whether the rule has no date in the range. A longer range than is followed counts as one with dates. */
function isWithoutDates(exception: Exception, from: PlainDate, to: PlainDate): boolean {
  const first = from > exception.from_date ? from : exception.from_date;
  const last = exception.to_date !== null && exception.to_date < to ? exception.to_date : to;
  if (dayNumber(last) - dayNumber(first) > DAYS_FOLLOWED) return false;
  return datesTouched(exception, first, last).length === 0;
}

/**
 * Returns the dates of a recurring exception after a date. A rule counts from its first date, so the rest starts on an
 * occurrence, and is compared with the whole. Null: no date is left. Unknown: the rest cannot be stated by the rule.
 */
function restOf(exception: Exception, to: PlainDate): Dates | null | "unknown" {
  const { to_date, rrule } = exception;
  if (rrule !== null && ruleParts(rrule).count !== null) return "unknown";
  const next = addDays(to, 1);
  const end = daysAfter(next, DAYS_FOLLOWED);
  const dates = datesTouched(exception, next, end);
  const from_date = dates[0];
  if (from_date === undefined) return to_date !== null && to_date <= end ? null : "unknown";
  const rest = { from_date, to_date };
  const restDates = datesTouched({ ...exception, ...rest }, from_date, end);
  return restDates.join() === dates.join() ? rest : "unknown";
}

function daysAfter(date: PlainDate, days: number): PlainDate {
  return plainDate(Math.min(dayNumber(date) + days, dayNumber(LAST_DATE)));
}
