import { weekdayOfDay } from "./dates.ts";
import type { WeeklySchedule } from "./types.ts";
import { minuteOfWallTime } from "./wall-time.ts";

/** Hours of one date on the wall clock: minutes since midnight, 0 to 1440, at one location. */
export interface Shift {
  readonly start: number;
  readonly end: number;
  readonly location_id: string | null;
}

/** The weekly schedule's shifts on a day, sorted and disjoint. Empty and reversed intervals are dropped. */
export function templateShifts(schedule: WeeklySchedule, day: number): Shift[] {
  const intervals = schedule[weekdayOfDay(day)];
  const shifts: Shift[] = [];
  if (intervals === undefined) return shifts;
  let isSorted = true;
  for (const { start_time, end_time, location_id } of intervals) {
    const start = minuteOfWallTime(start_time);
    const end = minuteOfWallTime(end_time);
    if (start >= end) continue;
    const last = shifts.at(-1);
    if (last !== undefined && start < last.end) isSorted = false;
    shifts.push({ start, end, location_id: location_id ?? null });
  }
  return isSorted ? shifts : withoutOverlaps(shifts.sort(byStartThenLocation));
}

/** The order of shifts in a day. Ties are broken by location, so that the order of the input does not matter. */
export function byStartThenLocation(a: Shift, b: Shift): number {
  const [left, right] = [a.location_id ?? "", b.location_id ?? ""];
  return a.start - b.start || (left < right ? -1 : left > right ? 1 : b.end - a.end);
}

/** The shifts without overlaps: a minute in several shifts belongs to the first. They must be sorted. */
export function withoutOverlaps(shifts: readonly Shift[]): Shift[] {
  const disjoint: Shift[] = [];
  let taken = 0;
  for (const shift of shifts) {
    if (shift.end <= taken) continue;
    disjoint.push(shift.start < taken ? { ...shift, start: taken } : shift);
    taken = shift.end;
  }
  return disjoint;
}
