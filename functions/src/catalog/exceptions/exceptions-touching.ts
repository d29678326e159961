import { Filter, type Query } from "firebase-admin/firestore";
import type { PlainDate } from "../../engine/types.ts";

/**
 * The exceptions that may touch a date from `from` to `to`, both inclusive: those that have begun by then and have
 * not ended before, an open end (null) included. Ordered by their end, so that the index skips what is over.
 */
export function exceptionsTouching(exceptions: Query, from: PlainDate, to: PlainDate): Query {
  return exceptions
    .where("from_date", "<=", to)
    .where(Filter.or(Filter.where("to_date", ">=", from), Filter.where("to_date", "==", null)))
    .orderBy("to_date")
    .orderBy("from_date");
}
