import { z } from "zod";
import { isPlainDate } from "../engine/dates.ts";
import { recurrenceRuleProblem } from "../engine/recurrence.ts";
import { WEEKDAYS } from "../engine/types.ts";
import { isWallEnd, isWallStart, minuteOfWallTime } from "../engine/wall-time.ts";
import { isTimeZone } from "../engine/zone.ts";
import { languageFor } from "./language.ts";

/** Buffers longer than this are not buffers; the bound also limits how far a booking can reach past midnight. */
export const MAX_BUFFER_MINUTES = 240;
export const MAX_TRAVEL_MINUTES = 240;
/** With the buffers, short enough that a booking never concerns more than two neighbouring dates. */
export const MAX_DURATION_MINUTES = 12 * 60;

const minutes = (min: number, max: number) => z.int().min(min).max(max);

export const policySchema = z.object({
  slot_interval_minutes: minutes(1, 24 * 60).default(30),
  default_slot_minutes: minutes(1, MAX_DURATION_MINUTES).default(60),
  lead_time_minutes: minutes(0, 366 * 24 * 60).default(0),
  /** How many days ahead may be booked, today included as day 0; null: without limit. */
  horizon_days: z.int().min(0).nullable().default(null),
  hold_minutes: minutes(1, 24 * 60).default(10),
  cancellation_notice_minutes: minutes(0, 366 * 24 * 60).default(0),
  allow_guest_booking: z.boolean().default(true),
  /** Between two different locations of one mechanic. */
  travel_minutes: minutes(0, MAX_TRAVEL_MINUTES).default(0),
});

/** `shops/{shop}` */
export const shopSchema = z.object({
  name: z.string().default(""),
  time_zone: z.string().refine(isTimeZone, "Not an IANA time zone."),
  policy: policySchema.prefault({}),
  /** What customers who have not said otherwise are written to in, as a BCP 47 tag. */
  language: z.string().default("en").transform(languageFor),
  /** Absent, it is what an increment counts from: a first bump must be seen. */
  catalog_version: z.int().default(0),
});
export type Shop = z.infer<typeof shopSchema> & { readonly id: string };

/** `shops/{shop}/services/{id}`. Without an asked length, the first duration is the service's. */
export const serviceSchema = z.object({
  name: z.string().default(""),
  durations_minutes: z.array(minutes(1, MAX_DURATION_MINUTES)).min(1),
  buffer_before_minutes: minutes(0, MAX_BUFFER_MINUTES).default(0),
  buffer_after_minutes: minutes(0, MAX_BUFFER_MINUTES).default(0),
  active: z.boolean().default(true),
});
export type Service = z.infer<typeof serviceSchema> & { readonly id: string };

const scheduleIntervalSchema = z
  .object({
    start_time: z.string(),
    end_time: z.string(),
    location_id: z.string().nullish(),
  })
  .refine(
    ({ start_time, end_time }) =>
      isWallStart(start_time) &&
      isWallEnd(end_time) &&
      minuteOfWallTime(start_time) < minuteOfWallTime(end_time),
    "An interval ends after it starts; times are HH:MM.",
  );

export const weeklyScheduleSchema = z.partialRecord(z.enum(WEEKDAYS), z.array(scheduleIntervalSchema));

/** `shops/{shop}/mechanics/{id}`. Who is not said to be active is not: a query for the active would not find them. */
export const mechanicSchema = z.object({
  name: z.string().default(""),
  specialties: z.array(z.string()).default([]),
  weekly_schedule: weeklyScheduleSchema.default({}),
  max_bookings_per_day: z.int().min(0).nullable().default(null),
  active: z.boolean().default(false),
});
export type Mechanic = z.infer<typeof mechanicSchema> & { readonly id: string };

/** Stands in for a mechanic whose document is gone, or cannot be read: one who never works. */
export function unknownMechanic(id: string): Mechanic {
  return { ...mechanicSchema.parse({}), id };
}

const plainDateSchema = z.string().refine(isPlainDate, "Not a date.");

/**
 * `shops/{shop}/exceptions/{id}`, as far as availability is concerned. One that the engine could not follow (a rule it
 * does not know, a time that is none) does not fit, so that it cannot take the shop's other answers down with it.
 */
export const exceptionSchema = z
  .object({
    mechanic_id: z.string(),
    from_date: plainDateSchema,
    to_date: plainDateSchema.nullable().default(null),
    start_time: z.string().refine(isWallStart, "Not a time.").nullable().default(null),
    end_time: z.string().refine(isWallEnd, "Not a time.").nullable().default(null),
    effect: z.enum(["unavailable", "available", "busy"]),
    rrule: z
      .string()
      .refine((rule) => ruleProblem(rule) === null, {
        error: ({ input }) => `${ruleProblem(String(input))}.`,
      })
      .nullable()
      .default(null),
    location_id: z.string().nullish(),
  })
  .refine(
    ({ start_time, end_time }) =>
      start_time === null || end_time === null || minuteOfWallTime(start_time) < minuteOfWallTime(end_time),
    "An exception ends after it starts; what goes on past midnight is two, the first until 24:00.",
  );
export type Exception = z.infer<typeof exceptionSchema> & { readonly id: string };

/** Rules are few and read over and over, and telling whether one is well-formed means compiling it. */
const problemsOfRules = new Map<string, string | null>();
const MAX_RULES_REMEMBERED = 500;

function ruleProblem(rule: string): string | null {
  let error = problemsOfRules.get(rule);
  if (error === undefined) {
    error = recurrenceRuleProblem(rule);
    if (problemsOfRules.size >= MAX_RULES_REMEMBERED) problemsOfRules.clear();
    problemsOfRules.set(rule, error);
  }
  return error;
}

/** The mechanic id of an exception that concerns the whole shop. */
export const WHOLE_SHOP = "*";
