import { Timestamp } from "firebase-admin/firestore";
import { z } from "zod";
import { millis, toMillis, toMinutes, type Millis, type Minutes } from "../../engine/units.ts";

/** A Timestamp field, read as milliseconds. */
export const millisField = z.instanceof(Timestamp).transform((value) => millis(value.toMillis()));

/** A Timestamp field, read as the minute that contains it. */
export const minutesField = millisField.transform(toMinutes);

export function timestampOfMillis(millis: Millis): Timestamp {
  return Timestamp.fromMillis(millis);
}

export function timestampOfMinutes(minutes: Minutes): Timestamp {
  return Timestamp.fromMillis(toMillis(minutes));
}
