import { dayNumber, plainDate } from "./dates.ts";
import { recursOn } from "./recurrence.ts";
import { byStartThenLocation, withoutOverlaps, type Shift } from "./schedule.ts";
import type { ExceptionRule, PlainDate } from "./types.ts";
import { MINUTES_PER_DAY, minuteOfWallTime } from "./wall-time.ts";

/** Whether the exception applies to the date. */
export function exceptionTouches(rule: ExceptionRule, date: PlainDate): boolean {
  if (date < rule.from_date || (rule.to_date !== null && date > rule.to_date)) return false;
  return rule.rrule === null || recursOn(rule.rrule, rule.from_date, date);
}

/** The dates from `from` to `to`, both included, to which the exception applies, in order. */
export function datesTouched(rule: ExceptionRule, from: PlainDate, to: PlainDate): PlainDate[] {
  const first = dayNumber(from > rule.from_date ? from : rule.from_date);
  const last = dayNumber(rule.to_date === null || to < rule.to_date ? to : rule.to_date);
  const touched: PlainDate[] = [];
  for (let day = first; day <= last; day++) {
    const date = plainDate(day);
    if (exceptionTouches(rule, date)) touched.push(date);
  }
  return touched;
}

/**
 * The hours that `available` exceptions give a date instead of the template's, or null when none applies to it. They
 * are the union of the exceptions: those of one location that overlap or meet are one shift. Minutes claimed for
 * two locations belong to the shift that starts first.
 */
export function availableShifts(exceptions: readonly ExceptionRule[], date: PlainDate): Shift[] | null {
  const claimed: Shift[] = [];
  let isTouched = false;
  for (const rule of exceptions) {
    if (rule.effect !== "available" || !exceptionTouches(rule, date)) continue;
    isTouched = true;
    claimed.push({ ...hoursOf(rule), location_id: rule.location_id ?? null });
  }
  return isTouched ? withoutOverlaps(joinedByLocation(claimed)) : null;
}

/** The wall minutes that `unavailable` and `busy` exceptions take out of a date, in no particular order. */
export function takenOn(
  exceptions: readonly ExceptionRule[],
  date: PlainDate,
): { start: number; end: number }[] {
  return exceptions
    .filter((rule) => rule.effect !== "available" && exceptionTouches(rule, date))
    .map((rule) => hoursOf(rule));
}

function joinedByLocation(shifts: readonly Shift[]): Shift[] {
  const joined: Shift[] = [];
  for (const shift of [...shifts].sort(byStartThenLocation)) {
    if (shift.start >= shift.end) continue;
    const i = joined.findIndex(
      (other) => other.location_id === shift.location_id && shift.start <= other.end,
    );
    if (i === -1) joined.push(shift);
    else if (shift.end > joined[i]!.end) joined[i] = { ...joined[i]!, end: shift.end };
  }
  return joined;
}

function hoursOf({ start_time, end_time }: ExceptionRule): { start: number; end: number } {
  return {
    start: start_time === null ? 0 : minuteOfWallTime(start_time),
    end: end_time === null ? MINUTES_PER_DAY : minuteOfWallTime(end_time),
  };
}
