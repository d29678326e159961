/**
 * The two units of time that the product stores and computes with, and the only conversions between them.
 *
 * `Minutes`: whole minutes since the Unix epoch; the unit of slots, ledgers and availability days.
 * `Millis`: milliseconds since the Unix epoch; the unit of clocks and expiries.
 *
 * Both are plain numbers at run time. The brands make the compiler refuse one where the other is expected; the result
 * of an addition is a plain number until `minutes` or `millis` names its unit again.
 */
declare const unit: unique symbol;
export type Minutes = number & { readonly [unit]: "minutes" };
export type Millis = number & { readonly [unit]: "millis" };

/** The length of a minute in milliseconds, to state durations with. */
export const MINUTE_MS = 60_000;

/** Names the unit of a number that counts minutes since the epoch. */
export function minutes(count: number): Minutes {
  return count as Minutes;
}

/** Names the unit of a number that counts milliseconds since the epoch. */
export function millis(count: number): Millis {
  return count as Millis;
}

/** Returns the minute that contains the instant. */
export function toMinutes(instant: Millis): Minutes {
  return Math.floor(instant / MINUTE_MS) as Minutes;
}

/** Returns the instant at which the minute begins. */
export function toMillis(minute: Minutes): Millis {
  return (minute * MINUTE_MS) as Millis;
}
