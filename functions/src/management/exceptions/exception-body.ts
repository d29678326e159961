import { z } from "zod";
import type { Exception } from "../../catalog/schema.ts";
import { recurrenceRuleProblem } from "../../engine/recurrence.ts";
import { done, invalidRequest, type Outcome } from "../../platform/errors.ts";
import { dateSchema, idSchema, textSchema } from "../../platform/http/fields.ts";
import { endTimeText, intervalProblem, refuseInterval, startTimeText } from "../wall-interval.ts";

const MAX_REASON = 500;
const MAX_RULE = 500;

const ruleText = z
  .string("Give an RFC 5545 rule, e.g. FREQ=MONTHLY;BYDAY=1MO.")
  .max(MAX_RULE, { error: `At most ${MAX_RULE} characters.`, abort: true })
  .refine((rule) => recurrenceRuleProblem(rule) === null, {
    error: ({ input }) => `${recurrenceRuleProblem(String(input))}.`,
  });

/** The body of `POST …/exceptions`; `readExceptionBody` checks what concerns several fields. */
export const exceptionBody = z.strictObject({
  date: dateSchema.optional(),
  from_date: dateSchema.optional(),
  to_date: dateSchema.nullish(),
  start_time: startTimeText.nullish(),
  end_time: endTimeText.nullish(),
  effect: z
    .enum(["unavailable", "available", "busy"], "Give unavailable, available or busy.")
    .default("unavailable"),
  location_id: idSchema.nullish(),
  rrule: ruleText.nullish(),
  reason: textSchema(MAX_REASON).nullish(),
});
export type ExceptionBody = z.output<typeof exceptionBody>;

const shownText = z.string("Give a text.").max(128, "At most 128 characters.").nullish();

/** The body of `PUT …/exceptions/{id}`: what `GET` answers, changed. Fields that a client cannot set are ignored. */
export const exceptionReplacement = exceptionBody.extend({
  id: shownText,
  mechanic_id: shownText,
  source: shownText,
  created_at: shownText,
  updated_at: shownText,
});

/** What a client may say about an exception. */
export type ExceptionFields = Readonly<
  Required<Omit<Exception, "id" | "mechanic_id" | "location_id">> & {
    location_id: string | null;
    reason: string | null;
  }
>;

/** Returns the fields that the body states; refuses dates and times that contradict each other. */
export function readExceptionBody(body: ExceptionBody): Outcome<ExceptionFields> {
  const dates = readDates(body);
  if (!dates.ok) return dates;
  const times = readTimes(body);
  if (!times.ok) return times;
  const { effect, rrule = null, location_id = null, reason = null } = body;
  return done({ ...dates.value, ...times.value, effect, rrule, location_id, reason });
}

type Dates = Pick<ExceptionFields, "from_date" | "to_date">;

function readDates({ date, from_date, to_date, rrule }: ExceptionBody): Outcome<Dates> {
  const isRecurring = typeof rrule === "string";
  if (date !== undefined) {
    if (from_date !== undefined || typeof to_date === "string")
      return refuseField("date", "Give date, or from_date and to_date, not both.");
    if (isRecurring)
      return refuseField("date", "A recurring exception has from_date, and to_date unless it has no end.");
    return done({ from_date: date, to_date: date });
  }
  if (from_date === undefined)
    return refuseField(
      typeof to_date === "string" ? "from_date" : "date",
      "Give date, or from_date and to_date.",
    );
  if (typeof to_date !== "string") {
    if (isRecurring) return done({ from_date, to_date: null });
    return refuseField("to_date", "Give the last date; only a recurring exception has none.");
  }
  if (to_date < from_date) return refuseField("to_date", "Not on or after from_date.");
  return done({ from_date, to_date });
}

type Times = Pick<ExceptionFields, "start_time" | "end_time">;

function readTimes({ start_time = null, end_time = null }: ExceptionBody): Outcome<Times> {
  if (start_time === null && end_time === null) return done({ start_time, end_time });
  if (start_time === null) return refuseField("start_time", "Give both times, or neither for the whole day.");
  if (end_time === null) return refuseField("end_time", "Give both times, or neither for the whole day.");
  const problem = intervalProblem({ start_time, end_time });
  return problem ? refuseInterval(problem) : done({ start_time, end_time });
}

function refuseField(path: string, message: string) {
  return invalidRequest({ path, message });
}
