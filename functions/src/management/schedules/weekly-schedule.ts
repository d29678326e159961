import { z } from "zod";
import type { Mechanic } from "../../catalog/schema.ts";
import { WEEKDAYS } from "../../engine/types.ts";
import { minuteOfWallTime } from "../../engine/wall-time.ts";
import { done, refuse, type Outcome } from "../../platform/errors.ts";
import { idSchema } from "../../platform/http/fields.ts";
import { endTimeText, intervalProblem, refuseInterval, startTimeText } from "../wall-interval.ts";

/** More intervals in a day are not meant: a day of five-minute shifts has 288. */
const MAX_INTERVALS = 48;

const intervalBody = z.strictObject({
  start_time: startTimeText,
  end_time: endTimeText,
  location_id: idSchema.nullish(),
});

const dayBody = z
  .array(intervalBody, "Give a list of intervals.")
  .max(MAX_INTERVALS, `At most ${MAX_INTERVALS} intervals a day.`);

/** A weekly schedule as requests give it; a weekday that is missing is closed. `readSchedule` checks its intervals. */
export const weeklyScheduleBody = z.strictObject(
  Object.fromEntries(WEEKDAYS.map((day) => [day, dayBody.optional()])) as Record<
    (typeof WEEKDAYS)[number],
    z.ZodOptional<typeof dayBody>
  >,
  "Give the weekdays by their English names.",
);
type ScheduleBody = z.output<typeof weeklyScheduleBody>;
type IntervalBody = z.output<typeof intervalBody>;

/** Returns the schedule with every weekday, its intervals in order; refuses invalid and overlapping intervals. */
export function readSchedule(body: ScheduleBody): Outcome<Mechanic["weekly_schedule"]> {
  const schedule: Mechanic["weekly_schedule"] = {};
  for (const day of WEEKDAYS) {
    const intervals = body[day] ?? [];
    for (const [index, interval] of intervals.entries()) {
      const problem = intervalProblem(interval);
      if (problem) return refuseInterval(problem, `weekly_schedule.${day}.${index}`);
    }
    const sorted = intervals.toSorted(
      (a, b) => minuteOfWallTime(a.start_time) - minuteOfWallTime(b.start_time),
    );
    const clash = sorted.findIndex((one, index) => overlapsNext(one, sorted[index + 1]));
    if (clash !== -1) return refuseOverlap(`weekly_schedule.${day}`, [sorted[clash]!, sorted[clash + 1]!]);
    schedule[day] = sorted.map(({ start_time, end_time, location_id }) => ({
      start_time,
      end_time,
      ...(location_id === undefined || location_id === null ? {} : { location_id }),
    }));
  }
  return done(schedule);
}

function overlapsNext(one: IntervalBody, next: IntervalBody | undefined): boolean {
  return next !== undefined && minuteOfWallTime(next.start_time) < minuteOfWallTime(one.end_time);
}

function refuseOverlap(path: string, clashing: readonly IntervalBody[]) {
  const conflicting = clashing.map(({ start_time, end_time }) => `${start_time}-${end_time}`);
  return refuse("overlapping_intervals", undefined, {
    fields: [{ path, message: `${conflicting.join(" and ")} overlap.` }],
    conflicting_intervals: conflicting,
  });
}
