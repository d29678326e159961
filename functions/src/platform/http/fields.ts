import { z } from "zod";
import { isPlainDate } from "../../engine/dates.ts";
import { millis, toMinutes } from "../../engine/units.ts";

import { asMinutes } from "../unit-schemas.ts";

/** Schemas of the field types that requests share. */

const ID_PATTERN = /^[A-Za-z0-9_-]{1,128}$/;
/** Firestore reserves these names: a read of such a document fails. */
const RESERVED_ID = /^__.*__$/;

export const idSchema = z
  .string("Give one id.")
  .regex(ID_PATTERN, "An id is 1 to 128 letters, digits, `_` or `-`.")
  .refine((id) => !RESERVED_ID.test(id), "Ids like `__this__` are reserved.");

export const dateSchema = z
  .string("Give one date as YYYY-MM-DD.")
  .refine(isPlainDate, "Not a date: give an existing one as YYYY-MM-DD.");

/** A positive whole number in a query string. */
export const countSchema = z
  .string("Give one whole number.")
  .regex(/^[1-9][0-9]{0,8}$/, "Give a whole number above 0.")
  .transform(Number);

export const flagSchema = z
  .enum(["true", "false"], "Give true or false.")
  .transform((value) => value === "true");

const INSTANT_PATTERN =
  /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}):(\d{2})(?::(\d{2})(?:\.0+)?)?(?:[Zz]|[+-]([01]\d|2[0-3]):([0-5]\d))$/;

const minuteOf = (instant: string) => toMinutes(millis(Date.parse(instant)));

/** Minutes since the epoch, at least a year away from both ends of the calendar. */
export const epochMinuteSchema = asMinutes(
  z
    .int()
    .min(minuteOf("1971-01-01T00:00:00Z"), "That is too long ago.")
    .max(minuteOf("9998-12-31T00:00:00Z"), "That is too far away."),
);

/**
 * An RFC 3339 instant on a whole minute, as minutes since the epoch. An offset or `Z` is required: the time zone is
 * never guessed.
 */
export const instantSchema = z
  .string("Give an RFC 3339 time.")
  .transform((text, context) => {
    const problem = instantProblem(text);
    if (problem === null) return minuteOf(text);
    context.addIssue({ code: "custom", message: problem });
    return z.NEVER;
  })
  .pipe(epochMinuteSchema);

/** What is wrong with the text; null when it is a valid instant. */
function instantProblem(text: string): string | null {
  const match = INSTANT_PATTERN.exec(text);
  if (!match) {
    return /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/.test(text)
      ? "The time needs an offset or Z, e.g. 2026-01-15T14:00:00-05:00."
      : "Not an RFC 3339 time on a whole minute, e.g. 2026-01-15T14:00:00-05:00.";
  }
  const [, date, hour, minute, second] = match;
  const exists = isPlainDate(date ?? "") && Number(hour) < 24 && Number(minute) < 60;
  if (!exists || Number.isNaN(Date.parse(text))) return "There is no such time.";
  return second === undefined || second === "00" ? null : "The time must be on a whole minute.";
}

/** Text that a person has entered: trimmed, normalised, without control characters other than line breaks and tabs. */
export function textSchema(max: number) {
  return visibleText(max).refine(
    (text) => text.isWellFormed() && !/[^\P{Cc}\n\t]/u.test(text),
    "Must not contain control characters or lone surrogates.",
  );
}

/** The same in one line and without direction overrides: for lists, greetings and subjects. */
export function lineSchema(max: number) {
  return visibleText(max).refine(
    (text) => text.isWellFormed() && !NOT_IN_A_LINE.test(text),
    "Must be one line without tabs, control characters, direction overrides or lone surrogates.",
  );
}

/** Joiners are allowed: names in Persian and in Indic scripts need them, and so do emoji. */
const NOT_IN_A_LINE = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
const VISIBLE = /[^\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u;

function visibleText(max: number) {
  return z
    .string("Give a text.")
    .overwrite((text) => text.replaceAll("\r\n", "\n"))
    .trim()
    .normalize("NFC")
    .max(max, `At most ${max} characters.`)
    .regex(VISIBLE, { error: "Must not be empty.", abort: true });
}
