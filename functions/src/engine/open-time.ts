import { dayNumber, plainDate } from "./dates.ts";
import { availableShifts, takenOn } from "./exceptions.ts";
import { normalise, subtract } from "./intervals.ts";
import { templateShifts, type Shift } from "./schedule.ts";
import type { ExceptionRule, Interval, OpenInterval, PlainDate, WeeklySchedule } from "./types.ts";
import { minutes, type Minutes } from "./units.ts";
import { MINUTES_PER_DAY } from "./wall-time.ts";
import { zoneOffsets, type ZoneOffsets } from "./zone-offsets.ts";
import { dayStart, plainOffset, resolveWall } from "./zone.ts";

export interface OpenTimeInput {
  readonly zone: string;
  readonly date: PlainDate;
  readonly weeklySchedule: WeeklySchedule;
  /** At least those that apply to the date or to a date beside it, in any order; others have no effect. */
  readonly exceptions: readonly ExceptionRule[];
}

/**
 * The open time in which slots that start on `date` may lie: sorted, disjoint, every interval starting on the date.
 *
 * A date's hours are its `available` exceptions or, without any, the template's intervals, each resolved on the
 * wall clock of the date; an interval that the clock jumps over is empty and is dropped. When the last shift of one
 * date ends in the minute in which the first shift of the next starts, at the same location, the two are one shift:
 * an interval may therefore end after midnight, or start at midnight with its `anchor` on the date before. Only the
 * first shift continues the date before (docs/decisions/0021). The look-up reaches one date back and one date
 * forward, so round-the-clock hours are anchored at the previous date's 00:00. Unavailable and busy time is then
 * taken out, which moves no anchor.
 *
 * Intervals that only meet within a date stay apart, each with its own anchor; a slot may span them.
 * Throws a RangeError when the zone is unknown.
 */
export function openIntervals(input: OpenTimeInput): OpenInterval[] {
  const offsets = zoneOffsets(input.zone);
  const day = dayNumber(input.date);
  const midnight = dayStart(offsets, day);
  const nextMidnight = dayStart(offsets, day + 1);
  // A gap at midnight, or a date that a zone skipped, can move a shift off its date: no slot starts there then.
  const open = hoursOn(input, offsets, day).filter((shift) => shift.start < nextMidnight);
  const last = open.length - 1;
  if (last === -1) return open;
  // Most dates need neither of their neighbours.
  if (open[0]!.start === midnight) {
    open[0] = { ...open[0]!, anchor: anchorOverMidnight(hoursOn(input, offsets, day - 1), open[0]!) };
  }
  if (open[last]!.end >= nextMidnight) {
    open[last] = { ...open[last]!, end: endOverMidnight(open[last]!, hoursOn(input, offsets, day + 1)) };
  }
  if (input.exceptions.length === 0) return open;
  // The rest of a shift after a cut that lasts beyond midnight belongs to the next date.
  return subtract(open, takenAround(input, offsets, day)).filter((left) => left.start < nextMidnight);
}

/** One date's hours before anything is taken out, each shift anchored at its own start. */
function hoursOn(input: OpenTimeInput, offsets: ZoneOffsets, day: number): OpenInterval[] {
  const { exceptions, weeklySchedule } = input;
  const available = exceptions.length === 0 ? null : availableShifts(exceptions, plainDate(day));
  const shifts = available ?? templateShifts(weeklySchedule, day);
  if (shifts.length === 0) return [];
  const offset = plainOffset(offsets, day);
  if (offset === null) return resolvedOneByOne(offsets, day, shifts);
  const midnight = day * MINUTES_PER_DAY - offset;
  return shifts.map(({ start, end, location_id }) => {
    const opens = minutes(midnight + start);
    return { start: opens, end: minutes(midnight + end), anchor: opens, location_id };
  });
}

/**
 * The hours of a date near a clock change, where shifts can become empty, change their order or overlap: 02:15–02:45
 * in the gap becomes 03:15–03:45. A minute in two shifts belongs to the one that starts first.
 */
function resolvedOneByOne(offsets: ZoneOffsets, day: number, shifts: readonly Shift[]): OpenInterval[] {
  const resolved = shifts
    .map(({ start, end, location_id }) => ({
      start: resolveWall(offsets, day * MINUTES_PER_DAY + start),
      end: resolveWall(offsets, day * MINUTES_PER_DAY + end),
      location_id,
    }))
    .sort((a, b) => a.start - b.start);
  const open: OpenInterval[] = [];
  let taken = -Infinity;
  for (const { start, end, location_id } of resolved) {
    if (start >= end || end <= taken) continue;
    open.push({ start: minutes(Math.max(start, taken)), end, anchor: start, location_id });
    taken = end;
  }
  return open;
}

/** The anchor of a date's first shift: the anchor of yesterday's last shift when the two meet at one location. */
function anchorOverMidnight(yesterday: readonly OpenInterval[], first: OpenInterval): Minutes {
  const evening = yesterday.at(-1);
  const isOneShift = evening?.end === first.start && evening.location_id === first.location_id;
  return isOneShift ? evening.anchor : first.anchor;
}

/** The end of a date's last shift: the end of tomorrow's first shift when the two are one. */
function endOverMidnight(last: OpenInterval, tomorrow: readonly OpenInterval[]): Minutes {
  const morning = tomorrow[0];
  const isOneShift =
    morning !== undefined && morning.start <= last.end && morning.location_id === last.location_id;
  return isOneShift ? minutes(Math.max(last.end, unbrokenEnd(tomorrow, 0))) : last.end;
}

/** The minute until which `open[from]`'s location is open without a break. `open` must be sorted and disjoint. */
export function unbrokenEnd(open: readonly OpenInterval[], from: number): Minutes {
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

function takenAround(input: OpenTimeInput, offsets: ZoneOffsets, day: number): Interval[] {
  const taken: Interval[] = [];
  for (const near of [day - 1, day, day + 1]) {
    for (const { start, end } of takenOn(input.exceptions, plainDate(near))) {
      taken.push({
        start: resolveWall(offsets, near * MINUTES_PER_DAY + start),
        end: resolveWall(offsets, near * MINUTES_PER_DAY + end),
      });
    }
  }
  return normalise(taken);
}
