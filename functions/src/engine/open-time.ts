import { dayNumber, plainDate } from "./dates.ts";
import { availableShifts, takenOn } from "./exceptions.ts";
import { normalise, subtract } from "./intervals.ts";
import { templateShifts, type Shift } from "./schedule.ts";
import type { ExceptionRule, Interval, OpenInterval, PlainDate, WeeklySchedule } from "./types.ts";
import { MINUTES_PER_DAY } from "./wall-time.ts";
import { zoneOffsets, type ZoneOffsets } from "./zone-offsets.ts";
import { dayStart, plainOffset, resolveWall } from "./zone.ts";

export interface OpenTimeInput {
  readonly zone: string;
  readonly date: PlainDate;
  readonly weeklySchedule: WeeklySchedule;
  /** All that touch the date before, the date, or the date after; others do no harm. In any order. */
  readonly exceptions: readonly ExceptionRule[];
}

/** The hours of one date: shifts on the wall clock and, index by index, the same as real minutes. */
interface DayHours {
  readonly shifts: readonly Shift[];
  readonly open: readonly OpenInterval[];
}

const CLOSED: DayHours = { shifts: [], open: [] };

/**
 * The open time in which slots that start on `date` may lie: sorted, disjoint, every interval starting on the date.
 *
 * A date's hours are its `available` exceptions or, without any, the template's intervals, each resolved on the
 * wall clock of the date; one that comes to nothing because the clock jumps over it is none. Where the last shift of
 * one date ends at 24:00 and the first of the next begins at 00:00 at the same location they are one shift: an
 * interval may therefore end after midnight, or start at midnight with its `anchor` on the date before. This looks
 * one date back and one date forward and no further, so round-the-clock hours are anchored at the previous date's
 * 00:00. Unavailable and busy time is then taken out, which moves no anchor.
 *
 * Intervals that only meet within a date stay apart, each with its own anchor; slots may span them.
 */
export function openIntervals(input: OpenTimeInput): OpenInterval[] {
  const offsets = zoneOffsets(input.zone);
  const day = dayNumber(input.date);
  const today = hoursOn(input, offsets, day);
  if (today.open.length === 0) return [];
  const joined = joinedOverMidnight(input, offsets, day, today);
  const open = plainOffset(offsets, day) === null ? startingOn(offsets, day, joined) : joined;
  return input.exceptions.length === 0 ? open : subtract(open, takenAround(input, offsets, day));
}

function hoursOn(input: OpenTimeInput, offsets: ZoneOffsets, day: number): DayHours {
  const { exceptions, weeklySchedule } = input;
  const available = exceptions.length === 0 ? null : availableShifts(exceptions, plainDate(day));
  const shifts = available ?? templateShifts(weeklySchedule, day);
  if (shifts.length === 0) return CLOSED;
  const offset = plainOffset(offsets, day);
  if (offset === null) return resolvedOneByOne(offsets, day, shifts);
  const midnight = day * MINUTES_PER_DAY - offset;
  const open: OpenInterval[] = [];
  for (const { start, end, location_id } of shifts) {
    open.push({ start: midnight + start, end: midnight + end, anchor: midnight + start, location_id });
  }
  return { shifts, open };
}

/**
 * Near a clock change shifts can vanish, change places or run into each other: 02:15–02:45 that does not exist is
 * worked from 03:15. A minute that two shifts come to claim is the earlier one's.
 */
function resolvedOneByOne(offsets: ZoneOffsets, day: number, shifts: readonly Shift[]): DayHours {
  const midnight = day * MINUTES_PER_DAY;
  const resolved = shifts
    .map((shift) => ({
      shift,
      start: resolveWall(offsets, midnight + shift.start),
      end: resolveWall(offsets, midnight + shift.end),
    }))
    .sort((a, b) => a.start - b.start);
  const kept: Shift[] = [];
  const open: OpenInterval[] = [];
  let taken = -Infinity;
  for (const { shift, start, end } of resolved) {
    if (start >= end || end <= taken) continue;
    kept.push(shift);
    open.push({ start: Math.max(start, taken), end, anchor: start, location_id: shift.location_id });
    taken = end;
  }
  return { shifts: kept, open };
}

/** Today's open time with its first and last shift joined to yesterday's last and tomorrow's first where they meet. */
function joinedOverMidnight(
  input: OpenTimeInput,
  offsets: ZoneOffsets,
  day: number,
  today: DayHours,
): OpenInterval[] {
  const open = [...today.open];
  const last = open.length - 1;
  if (today.shifts[0]!.start === 0) {
    const yesterday = hoursOn(input, offsets, day - 1);
    if (meetAtMidnight(yesterday, today)) open[0] = { ...open[0]!, anchor: yesterday.open.at(-1)!.anchor };
  }
  if (today.shifts[last]!.end === MINUTES_PER_DAY) {
    const tomorrow = hoursOn(input, offsets, day + 1);
    if (meetAtMidnight(today, tomorrow)) open[last] = { ...open[last]!, end: unbrokenEnd(tomorrow.open, 0) };
  }
  return open;
}

function meetAtMidnight(before: DayHours, after: DayHours): boolean {
  const evening = before.shifts.at(-1);
  const morning = after.shifts[0];
  return (
    evening !== undefined &&
    morning !== undefined &&
    evening.end === MINUTES_PER_DAY &&
    morning.start === 0 &&
    evening.location_id === morning.location_id
  );
}

/** How far time is open without a break at the location of `open[from]`. `open` must be sorted and disjoint. */
export function unbrokenEnd(open: readonly OpenInterval[], from: number): number {
  let last = from;
  while (
    last + 1 < open.length &&
    open[last + 1]!.start === open[last]!.end &&
    open[last + 1]!.location_id === open[from]!.location_id
  ) {
    last++;
  }
  return open[last]!.end;
}

/** A gap at midnight, or a date that a zone skipped, can move a shift off its date; no slot starts there then. */
function startingOn(offsets: ZoneOffsets, day: number, open: readonly OpenInterval[]): OpenInterval[] {
  const end = dayStart(offsets, day + 1);
  return open.filter((interval) => interval.start < end);
}

function takenAround(input: OpenTimeInput, offsets: ZoneOffsets, day: number): Interval[] {
  const taken: Interval[] = [];
  for (const near of [day - 1, day, day + 1]) {
    const midnight = near * MINUTES_PER_DAY;
    for (const { start, end } of takenOn(input.exceptions, plainDate(near))) {
      taken.push({
        start: resolveWall(offsets, midnight + start),
        end: resolveWall(offsets, midnight + end),
      });
    }
  }
  return normalise(taken);
}
