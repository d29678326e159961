import { z } from "zod";
import { addDays, daysBetween, eachDate } from "../engine/dates.ts";
import type { PlainDate } from "../engine/types.ts";
import { invalidRequest, type Outcome, done } from "../errors.ts";
import { countSchema, dateSchema, flagSchema, idSchema } from "../http/fields.ts";

/** Dates that one answer covers at most; longer ranges are paged. */
export const PAGE_DAYS = 62;
const MAX_RANGE_DAYS = 366;
const MAX_SLOTS_PAGE = 1000;
const MAX_MINUTES = 12 * 60;

const durationSchema = countSchema.refine((value) => value <= MAX_MINUTES, `At most ${MAX_MINUTES} minutes.`);

/** `GET /availability`: one date, or a range. */
export const availabilityQuery = z.strictObject({
  date: dateSchema.optional(),
  from_date: dateSchema.optional(),
  to_date: dateSchema.optional(),
  service_id: idSchema.optional(),
  mechanic_id: idSchema.optional(),
  duration_minutes: durationSchema.optional(),
  shop_id: idSchema.default("default"),
  fresh: flagSchema.default(false),
});

/** `GET /v1/shops/{shop_id}/slots` */
export const slotsQuery = z.strictObject({
  from: dateSchema,
  to: dateSchema,
  service_id: idSchema.optional(),
  mechanic_id: idSchema.optional(),
  duration_minutes: durationSchema.optional(),
  limit: countSchema
    .refine((value) => value <= MAX_SLOTS_PAGE, `At most ${MAX_SLOTS_PAGE}.`)
    .default(MAX_SLOTS_PAGE),
  page_token: z.string().max(512).optional(),
  fresh: flagSchema.default(false),
});

/** The dates that an availability query names: one, or a page of a range and where the next begins. */
export interface DatePage {
  readonly single: boolean;
  readonly dates: readonly PlainDate[];
  readonly next: PlainDate | null;
}

export function datesAsked(query: z.output<typeof availabilityQuery>): Outcome<DatePage> {
  const { date, from_date, to_date } = query;
  if (date !== undefined) {
    const also = from_date !== undefined ? "from_date" : to_date !== undefined ? "to_date" : undefined;
    if (also) return invalidRequest({ path: also, message: "Give either date or a range, not both." });
    return done({ single: true, dates: [date], next: null });
  }
  if (from_date === undefined && to_date === undefined) {
    return invalidRequest({ path: "date", message: "Give date, or from_date and to_date." });
  }
  if (from_date === undefined)
    return invalidRequest({ path: "from_date", message: "A range needs its start." });
  if (to_date === undefined) return invalidRequest({ path: "to_date", message: "A range needs its end." });
  return pageOf(from_date, to_date, "to_date");
}

/** The first page of an inclusive range; `endField` is what the client calls its end. */
export function pageOf(from: PlainDate, to: PlainDate, endField: string): Outcome<DatePage> {
  const length = daysBetween(from, to) + 1;
  if (length < 1) return invalidRequest({ path: endField, message: "The range ends before it begins." });
  if (length > MAX_RANGE_DAYS) {
    return invalidRequest({ path: endField, message: `A range covers at most ${MAX_RANGE_DAYS} days.` });
  }
  const pageLength = Math.min(length, PAGE_DAYS);
  const next = pageLength < length ? addDays(from, pageLength) : null;
  return done({ single: false, dates: eachDate(from, addDays(from, pageLength - 1)), next });
}
