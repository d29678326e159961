import { z } from "zod";
import { addDays, daysBetween, eachDate } from "../../engine/dates.ts";
import type { PlainDate } from "../../engine/types.ts";
import { isTimeZone } from "../../engine/zone.ts";
import { invalidRequest, type FieldProblem, type Outcome, done } from "../../platform/errors.ts";
import { countSchema, dateSchema, flagSchema, idSchema } from "../../platform/http/fields.ts";

/** The most dates in one answer; longer ranges are paged. */
export const PAGE_DAYS = 62;
const MAX_RANGE_DAYS = 366;
const MAX_SLOTS_PAGE = 1000;
const MAX_MINUTES = 12 * 60;

const durationSchema = countSchema.refine((value) => value <= MAX_MINUTES, `At most ${MAX_MINUTES} minutes.`);
const zoneSchema = z
  .string("Give one IANA time zone.")
  .max(64, "Not an IANA time zone.")
  .refine(isTimeZone, "Not an IANA time zone, e.g. Europe/Paris.");

/** The parameters of `selectionQuery`. */
const selectionFields = {
  service_id: idSchema.optional(),
  mechanic_id: idSchema.optional(),
  location_id: idSchema.optional(),
  duration_minutes: durationSchema.optional(),
};

/** `GET /availability`: one date, or a range. */
export const availabilityQuery = z.strictObject({
  date: dateSchema.optional(),
  from_date: dateSchema.optional(),
  to_date: dateSchema.optional(),
  ...selectionFields,
  shop_id: idSchema.default("default"),
  fresh: flagSchema.default(false),
});

/** `GET /v1/shops/{shop_id}/slots`: a list of free slots, or the next one with `view=first`. */
export const slotsQuery = z.strictObject({
  view: z.enum(["list", "first"], "Give list or first.").default("list"),
  from: dateSchema,
  to: dateSchema.optional(),
  ...selectionFields,
  time_zone: zoneSchema.optional(),
  limit: countSchema.refine((value) => value <= MAX_SLOTS_PAGE, `At most ${MAX_SLOTS_PAGE}.`).optional(),
  page_token: z.string("Give one page token.").max(512, "Not a page token.").optional(),
  fresh: flagSchema.default(false),
});
export type SlotsQuery = z.output<typeof slotsQuery>;

/** `GET /v1/shops/{shop_id}/slots/stream` */
export const streamQuery = z.strictObject({
  date: dateSchema,
  ...selectionFields,
  time_zone: zoneSchema.optional(),
});

/** Returns the most slots in a page of a list. */
export function pageSize(query: SlotsQuery): number {
  return query.limit ?? MAX_SLOTS_PAGE;
}

/** Returns why the parameters do not fit together, or null: a list needs an end, and the next slot has no pages. */
export function viewProblem(query: SlotsQuery): FieldProblem | null {
  if (query.view === "list") {
    return query.to === undefined ? { path: "to", message: "A list needs its last date." } : null;
  }
  const surplus = (["limit", "page_token"] as const).find((name) => query[name] !== undefined);
  return surplus ? { path: surplus, message: "view=first gives one slot: leave this out." } : null;
}

/** The dates of an availability query: one date, or one page of a range and the first date of the next page. */
export interface DatePage {
  readonly single: boolean;
  readonly dates: readonly PlainDate[];
  readonly next: PlainDate | null;
}

/** Returns the dates of a query of `GET /availability`. */
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

/** Returns what is wrong with an inclusive range, or null; `endField` is the name of its end in the request. */
export function rangeProblem(from: PlainDate, to: PlainDate, endField: string): FieldProblem | null {
  const length = daysBetween(from, to) + 1;
  if (length < 1) return { path: endField, message: "The range ends before it begins." };
  if (length <= MAX_RANGE_DAYS) return null;
  return { path: endField, message: `A range covers at most ${MAX_RANGE_DAYS} days.` };
}

/** Returns the first page of an inclusive range. */
export function pageOf(from: PlainDate, to: PlainDate, endField: string): Outcome<DatePage> {
  const problem = rangeProblem(from, to, endField);
  if (problem) return invalidRequest(problem);
  const length = daysBetween(from, to) + 1;
  const pageLength = Math.min(length, PAGE_DAYS);
  const next = pageLength < length ? addDays(from, pageLength) : null;
  return done({ single: false, dates: eachDate(from, addDays(from, pageLength - 1)), next });
}
