/**
 * The two units of time that the product stores and computes with, and the only conversions between them.
 *
 * `Minutes`: whole minutes since the Unix epoch; the unit of slots, ledgers and availability days.
 * `Millis`: milliseconds since the Unix epoch; the unit of clocks and expiries.
 */
export type Minutes = number;
export type Millis = number;

/** The length of a minute in milliseconds, to state durations with. */
export const MINUTE_MS = 60_000;

/** Returns the minute that contains the instant. */
export function toMinutes(millis: Millis): Minutes {
  return Math.floor(millis / MINUTE_MS);
}

/** Returns the instant at which the minute begins. */
export function toMillis(minutes: Minutes): Millis {
  return minutes * MINUTE_MS;
}
