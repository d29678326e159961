import { z } from "zod";
import type { Mechanic } from "../../catalog/schema.ts";
import { WEEKDAYS } from "../../engine/types.ts";
import { isWallEnd, isWallStart, minuteOfWallTime } from "../../engine/wall-time.ts";
import { done, refuse, type Outcome } from "../../platform/errors.ts";
import { idSchema } from "../../platform/http/fields.ts";

/** More intervals in a day are not meant: a day of five-minute shifts has 288. */
const MAX_INTERVALS = 48;

const intervalBody = z
  .strictObject({
    start_time: z.string("Give a time as HH:MM.").max(20, "Give a time as HH:MM."),
    end_time: z.string("Give a time as HH:MM, up to 24:00.").max(20, "Give a time as HH:MM, up to 24:00."),
    location_id: idSchema.nullish(),
  })
  .meta({ id: "IntervalOfDay" });

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
    const invalid = intervals.findIndex((interval) => !isInterval(interval));
    if (invalid !== -1) return refuseInvalid(`weekly_schedule.${day}.${invalid}`, intervals[invalid]!);
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

function isInterval({ start_time, end_time }: IntervalBody): boolean {
  return (
    isWallStart(start_time) &&
    isWallEnd(end_time) &&
    minuteOfWallTime(start_time) < minuteOfWallTime(end_time)
  );
}

function overlapsNext(one: IntervalBody, next: IntervalBody | undefined): boolean {
  return next !== undefined && minuteOfWallTime(next.start_time) < minuteOfWallTime(one.end_time);
}

function refuseInvalid(path: string, { start_time, end_time }: IntervalBody) {
  const field = isWallStart(start_time) ? "end_time" : "start_time";
  const message =
    field === "start_time"
      ? "Not a time of day from 00:00 to 23:59."
      : isWallEnd(end_time)
        ? "The end must be after the start; a shift past midnight is two intervals, the first until 24:00."
        : "Not a time of day from 00:01 to 24:00.";
  return refuse("invalid_interval", undefined, { fields: [{ path: `${path}.${field}`, message }] });
}

function refuseOverlap(path: string, clashing: readonly IntervalBody[]) {
  const conflicting = clashing.map(({ start_time, end_time }) => `${start_time}-${end_time}`);
  return refuse("overlapping_intervals", undefined, {
    fields: [{ path, message: `${conflicting.join(" and ")} overlap.` }],
    conflicting_intervals: conflicting,
  });
}
