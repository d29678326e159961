import type { Query } from "firebase-admin/firestore";
import { addDays } from "../../engine/dates.ts";
import type { PlainDate } from "../../engine/types.ts";

/** What Firestore takes in one `in`. */
const MAX_IN_VALUES = 30;

/**
 * One query for the documents of these dates: a few by `in`, a run of dates by its ends. More than `in` can take are
 * asked for by their ends too, which finds documents of dates in between: callers look dates up, they do not iterate.
 */
export function dateFilter(collection: Query, dates: readonly PlainDate[]): Query {
  const [first, last] = [earliest(dates), latest(dates)];
  if (first === last) return collection.where("date", "==", first);
  const isRun = addDays(first, dates.length - 1) === last;
  if (!isRun && dates.length <= MAX_IN_VALUES) return collection.where("date", "in", [...dates]);
  return collection.where("date", ">=", first).where("date", "<=", last);
}

/** `dates` must not be empty. */
export function earliest(dates: readonly PlainDate[]): PlainDate {
  return dates.reduce((a, b) => (a < b ? a : b));
}

/** `dates` must not be empty. */
export function latest(dates: readonly PlainDate[]): PlainDate {
  return dates.reduce((a, b) => (a > b ? a : b));
}
