import { z } from "zod";
import { isPlainDate } from "../engine/dates.ts";
import { recurrenceRuleProblem } from "../engine/recurrence.ts";
import { WEEKDAYS } from "../engine/types.ts";
import { isWallEnd, isWallStart, minuteOfWallTime } from "../engine/wall-time.ts";
import { isTimeZone } from "../engine/zone.ts";
import { languageFor } from "./language.ts";

/** The bound limits how far a booking can reach past midnight. */
export const MAX_BUFFER_MINUTES = 240;
export const MAX_TRAVEL_MINUTES = 240;
/** Short enough that a booking, with its buffers, never takes time on more than two dates. */
export const MAX_DURATION_MINUTES = 12 * 60;

const minutes = (min: number, max: number) => z.int().min(min).max(max);

export const policySchema = z.object({
  slot_interval_minutes: minutes(1, 24 * 60).default(30),
  default_slot_minutes: minutes(1, MAX_DURATION_MINUTES).default(60),
  lead_time_minutes: minutes(0, 366 * 24 * 60).default(0),
  /** How many days ahead can be booked; today is day 0. Null: no limit. */
  horizon_days: z.int().min(0).nullable().default(null),
  hold_minutes: minutes(1, 24 * 60).default(10),
  cancellation_notice_minutes: minutes(0, 366 * 24 * 60).default(0),
  allow_guest_booking: z.boolean().default(true),
  /** Between two different locations of one mechanic. */
  travel_minutes: minutes(0, MAX_TRAVEL_MINUTES).default(0),
});

const zoneSchema = z.string().refine(isTimeZone, "Not an IANA time zone.");

const storedShopSchema = z.object({
  name: z.string().default(""),
  time_zone: zoneSchema,
  /** The zone whose dates the ledgers are filed under. Absent until the first ledger is written. */
  ledger_time_zone: zoneSchema.optional(),
  /** The job that files the ledgers under another zone, from its first step to its last. */
  rezoning: z.object({ id: z.string(), to: zoneSchema }).nullable().default(null),
  policy: policySchema.prefault({}),
  /** Whether it takes bookings. */
  active: z.boolean().default(true),
  /** The language of mails to customers who have not chosen one, as a BCP 47 tag. */
  language: z.string().default("en").transform(languageFor),
  /** Defaults to the value that Firestore increments a missing field from, so that a first bump is seen. */
  catalog_version: z.int().default(0),
});

/** `shops/{shop}`. A shop that states no `ledger_time_zone` has no ledgers yet: its own zone will be theirs. */
export const shopSchema = storedShopSchema.transform((shop) => ({
  ...shop,
  ledger_time_zone: shop.ledger_time_zone ?? shop.time_zone,
}));
export type Shop = z.infer<typeof shopSchema> & { readonly id: string };

/** Minor units of an ISO 4217 currency: 4500 and USD are 45 dollars. */
const priceSchema = z.object({ amount: z.int().min(0), currency: z.string() });

/** `shops/{shop}/services/{id}`. The first duration is the default. */
export const serviceSchema = z.object({
  name: z.string().default(""),
  /** Only shown: a service that is described in another form than this can be booked all the same. */
  description: z.string().nullable().default(null).catch(null),
  /** Only shown, as the description. */
  price: priceSchema.nullable().default(null).catch(null),
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

/** `shops/{shop}/mechanics/{id}`. Inactive by default, because the query for active mechanics requires the field. */
export const mechanicSchema = z.object({
  name: z.string().default(""),
  specialties: z.array(z.string()).default([]),
  weekly_schedule: weeklyScheduleSchema.default({}),
  max_bookings_per_day: z.int().min(0).nullable().default(null),
  active: z.boolean().default(false),
});
export type Mechanic = z.infer<typeof mechanicSchema> & { readonly id: string };

/** A mechanic who never works, for an id whose document is missing or cannot be read. */
export function unknownMechanic(id: string): Mechanic {
  return { ...mechanicSchema.parse({}), id };
}

const plainDateSchema = z.string().refine(isPlainDate, "Not a date.");

/**
 * `shops/{shop}/exceptions/{id}`, as far as availability depends on it. An exception that the engine cannot apply (an
 * unsupported rule, an invalid time) does not fit the schema; it closes the dates that it names (`closureOf`).
 */
export const exceptionSchema = z
  .object({
    mechanic_id: z.string().min(1),
    from_date: plainDateSchema,
    to_date: plainDateSchema.nullable().default(null),
    start_time: z.string().refine(isWallStart, "Not HH:MM.").nullable().default(null),
    end_time: z.string().refine(isWallEnd, "Not HH:MM.").nullable().default(null),
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
    "An exception ends after it starts; one that lasts past midnight is written as two, the first until 24:00.",
  )
  .refine(({ from_date, to_date }) => to_date === null || from_date <= to_date, {
    path: ["to_date"],
    error: "Not on or after from_date.",
  });
export type Exception = z.infer<typeof exceptionSchema> & { readonly id: string };

/** Validating a rule means compiling it, and the same few rules are read over and over. */
const ruleProblems = new Map<string, string | null>();
const MAX_CACHED_RULES = 500;

function ruleProblem(rule: string): string | null {
  let problem = ruleProblems.get(rule);
  if (problem === undefined) {
    problem = recurrenceRuleProblem(rule);
    if (ruleProblems.size >= MAX_CACHED_RULES) ruleProblems.clear();
    ruleProblems.set(rule, problem);
  }
  return problem;
}

/** The mechanic id of an exception that applies to the whole shop. */
export const WHOLE_SHOP = "*";
