import { z } from "zod";
import { statusesQuery } from "../bookings/list-bookings.ts";
import { addDays, eachDate, isPlainDate, LAST_DATE, monthOf } from "../engine/dates.ts";
import type { PlainDate } from "../engine/types.ts";
import { BOOKING_STATUSES, OCCUPIES, type BookingStatus } from "../ledger/booking-status.ts";
import { countSchema, dateSchema } from "../platform/http/fields.ts";

/** No month has more days. */
const MAX_DAYS = 31;
/** The appointments that took or take their mechanic's time; cancelled ones are shown on request. */
const SHOWN: readonly BookingStatus[] = BOOKING_STATUSES.filter((status) => OCCUPIES[status]);

/** The last month of which every date can be shown. */
const LAST_MONTH = monthOf(addDays(LAST_DATE, -31));

const monthSchema = z
  .string("Give one month as YYYY-MM.")
  .refine(
    (text) => isPlainDate(`${text}-01`) && text <= LAST_MONTH,
    "Not a month: give an existing one as YYYY-MM.",
  );

const status = statusesQuery.optional();

/** `GET …/calendar`: the counts of a month's days, or one day with its events. */
export const calendarQuery = z
  .strictObject({
    month: monthSchema.optional(),
    date: dateSchema.optional(),
    status,
    page: countSchema.optional(),
    limit: countSchema.refine((value) => value <= MAX_DAYS, `At most ${MAX_DAYS}.`).optional(),
  })
  .superRefine(({ month, date, page, limit }, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    if (month === undefined && date === undefined) refuse("date", "Give a month or a date.");
    if (month !== undefined && date !== undefined) refuse("date", "Give either a month or a date.");
    if (date !== undefined && page !== undefined) refuse("page", "Only a month has pages.");
    if (date !== undefined && limit !== undefined) refuse("limit", "Only a month has pages.");
  });
type CalendarQuery = z.output<typeof calendarQuery>;

/** `GET …/calendar/stream`: one day, again whenever it changes. */
export const calendarStreamQuery = z.strictObject({ date: dateSchema, status });

/** A page of a month's days. */
export interface MonthPage {
  readonly month: string;
  readonly totalDays: number;
  readonly page: number;
  readonly limit: number;
  /** The dates of the page; none beyond the last page. */
  readonly dates: readonly PlainDate[];
}

/** Returns the dates of the page of the month. */
export function monthPage(month: string, { page = 1, limit = MAX_DAYS }: CalendarQuery): MonthPage {
  const first = `${month}-01`;
  const dates = eachDate(first, addDays(first, MAX_DAYS - 1)).filter((date) => monthOf(date) === month);
  const from = (page - 1) * limit;
  return { month, totalDays: dates.length, page, limit, dates: dates.slice(from, from + limit) };
}

/** Returns the statuses of the appointments to show: those asked for, else those that take time. */
export function shownStatuses(asked: readonly BookingStatus[] | undefined): readonly BookingStatus[] {
  return asked ?? SHOWN;
}
