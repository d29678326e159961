import { WEEKDAYS, type PlainDate, type Weekday } from "./types.ts";

/*
 * Plain-date arithmetic. A date is a day number (days since 1970-01-01) wherever it is computed with, and
 * `YYYY-MM-DD` wherever it is stored or shown. `Date.UTC` is the only calendar used, so the process's time zone
 * has no effect.
 */

const MILLISECONDS_PER_UTC_DAY = 86_400_000;
const DATE_PATTERN = /^(?:19[789]\d|[2-9]\d{3})-\d{2}-\d{2}$/;
/** The last plain date. 9999-12-31 is only its neighbour, because the date after that would not sort as text. */
export const LAST_DATE = "9999-12-30";
const DAY_OF_LAST_NEIGHBOUR = 2_932_896;
/** 1970-01-01 was a Thursday. */
const WEEKDAY_OF_DAY_0 = 3;

/** Answers repeat few dates, so their texts are cached. The size is a power of two: a mask gives a day's index. */
const REMEMBERED_DATES = 1024;
const remembered: { day: number; date: PlainDate }[] = [];

/**
 * Whether the text is a date of the calendar, `YYYY-MM-DD`, from 1970-01-01 to 9999-12-30. 2026-02-30 is not one.
 * The dates before and after a plain date can always be computed and compared.
 */
export function isPlainDate(text: string): text is PlainDate {
  return DATE_PATTERN.test(text) && text <= LAST_DATE && plainDate(dayNumber(text)) === text;
}

/** Days since 1970-01-01. `date` must be a plain date. */
export function dayNumber(date: PlainDate): number {
  const year = 1000 * digit(date, 0) + 100 * digit(date, 1) + 10 * digit(date, 2) + digit(date, 3);
  const month = 10 * digit(date, 5) + digit(date, 6);
  const day = 10 * digit(date, 8) + digit(date, 9);
  return Date.UTC(year, month - 1, day) / MILLISECONDS_PER_UTC_DAY;
}

function digit(text: string, index: number): number {
  return text.charCodeAt(index) - 48;
}

/**
 * The date of a day number, which may be negative: 1969-12-31 is the neighbour of the first plain date. Throws a
 * RangeError beyond 9999-12-31, where dates would no longer sort as text.
 */
export function plainDate(day: number): PlainDate {
  const slot = day & (REMEMBERED_DATES - 1);
  const known = remembered[slot];
  if (known !== undefined && known.day === day) return known.date;
  if (day > DAY_OF_LAST_NEIGHBOUR) throw new RangeError("There are no dates beyond 9999-12-31");
  const date = new Date(day * MILLISECONDS_PER_UTC_DAY).toISOString().slice(0, 10);
  remembered[slot] = { day, date };
  return date;
}

/** The date `days` later, or earlier when negative. Throws a RangeError beyond 9999-12-31. */
export function addDays(date: PlainDate, days: number): PlainDate {
  return plainDate(dayNumber(date) + days);
}

/** How many days after `from` the date `to` is; negative when it is before. */
export function daysBetween(from: PlainDate, to: PlainDate): number {
  return dayNumber(to) - dayNumber(from);
}

/** The English name of the date's weekday, as weekly schedules spell it. */
export function weekdayOf(date: PlainDate): Weekday {
  return weekdayOfDay(dayNumber(date));
}

/** As `weekdayOf`, for a day number. */
export function weekdayOfDay(day: number): Weekday {
  return WEEKDAYS[(((day + WEEKDAY_OF_DAY_0) % 7) + 7) % 7]!;
}

/** Every date from `from` to `to`, both included; empty when `to` is before `from`. */
export function eachDate(from: PlainDate, to: PlainDate): PlainDate[] {
  const first = dayNumber(from);
  return Array.from({ length: Math.max(0, dayNumber(to) - first + 1) }, (_, i) => plainDate(first + i));
}

/** The month of a date, `YYYY-MM`. */
export function monthOf(date: PlainDate): string {
  return date.slice(0, 7);
}
