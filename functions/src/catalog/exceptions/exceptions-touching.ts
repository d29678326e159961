import { Filter, type Query } from "firebase-admin/firestore";
import type { PlainDate } from "../../engine/types.ts";

/**
 * The exceptions that may apply to a date from `from` to `to`, both inclusive: they start no later and end no earlier,
 * or have no end (null). Ordered by their end, so that the index skips those that are over.
 */
export function exceptionsTouching(exceptions: Query, from: PlainDate, to: PlainDate): Query {
  return exceptions
    .where("from_date", "<=", to)
    .where(Filter.or(Filter.where("to_date", ">=", from), Filter.where("to_date", "==", null)))
    .orderBy("to_date")
    .orderBy("from_date");
}
