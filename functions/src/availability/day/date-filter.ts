import type { Query } from "firebase-admin/firestore";
import { addDays } from "../../engine/dates.ts";
import type { PlainDate } from "../../engine/types.ts";

/** Firestore's limit for the values of an `in` filter. */
const MAX_IN_VALUES = 30;

/**
 * Returns one query for the documents of these dates: `in` for a few dates, a range for consecutive ones or for more
 * than `in` allows. A range may also find documents of dates in between, so callers look dates up.
 */
export function dateFilter(collection: Query, dates: readonly PlainDate[]): Query {
  const [first, last] = [earliest(dates), latest(dates)];
  if (first === last) return collection.where("date", "==", first);
  const isRun = addDays(first, dates.length - 1) === last;
  if (!isRun && dates.length <= MAX_IN_VALUES) return collection.where("date", "in", [...dates]);
  return collection.where("date", ">=", first).where("date", "<=", last);
}

/** Returns the earliest date; `dates` must not be empty. */
export function earliest(dates: readonly PlainDate[]): PlainDate {
  return dates.reduce((a, b) => (a < b ? a : b));
}

/** Returns the latest date; `dates` must not be empty. */
export function latest(dates: readonly PlainDate[]): PlainDate {
  return dates.reduce((a, b) => (a > b ? a : b));
}
