import { z } from "zod";
import { isPlainDate } from "../../functions/src/engine/dates.ts";
import { WEEKDAYS, type Weekday } from "../../functions/src/engine/types.ts";
import { millis, minutes, toMinutes, type Millis, type Minutes } from "../../functions/src/engine/units.ts";
import { isWallEnd, isWallStart } from "../../functions/src/engine/wall-time.ts";
import { wallToMinute } from "../../functions/src/engine/zone.ts";
import { row, skipped, type Mapped } from "./problem.ts";
import type { Row } from "./source-file.ts";

/** Schemas of the column types of the source tables. Values are CSV texts or JSON values. */

export const sourceId = z.union([z.string(), z.int()], "Not an id.").transform(String);

export const text = z.string("Not a text.");

/** 0 is Sunday, as both source systems number the days; 7 is Sunday too, and English names are accepted. */
export const weekday = z
  .union([z.string(), z.int()], "Not a weekday.")
  .transform((value, context): Weekday => {
    const name = String(value).toLowerCase();
    const found = /^[0-7]$/.test(name)
      ? WEEKDAYS[(Number(name) + 6) % 7]
      : WEEKDAYS.find((day) => day === name);
    if (found) return found;
    context.addIssue({ code: "custom", message: "Not a weekday: 0 (Sunday) to 6." });
    return z.NEVER;
  });

export const startTime = wallTime(isWallStart, "Not a time from 00:00 to 23:59, on a whole minute.");
export const endTime = wallTime(isWallEnd, "Not a time from 00:01 to 24:00, on a whole minute.");

/** A TIME of SQL: `09:00`, `9:00`, `09:00:00`. */
function wallTime(isAllowed: (time: string) => boolean, message: string) {
  return z
    .string(message)
    .transform((value) => value.replace(/^(\d{1,2}:\d{2}):00(?:\.0+)?$/, "$1").padStart(5, "0"))
    .refine(isAllowed, message);
}

export const date = z.string("Not a date.").refine(isPlainDate, "Not a date: an existing one as YYYY-MM-DD.");

const TRUE = ["true", "t", "1", "yes"];
const FALSE = ["false", "f", "0", "no"];
export const flag = z
  .union([z.boolean(), z.int(), z.string()], "Not true or false.")
  .transform((value) => String(value).toLowerCase())
  .refine((value) => TRUE.includes(value) || FALSE.includes(value), "Not true or false.")
  .transform((value) => TRUE.includes(value));

const MOMENT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(\.\d+)?)?(Z|[+-]\d{2}(?::?\d{2})?)?$/i;

/** Reads a TIMESTAMP of SQL; one without an offset is wall time of `zone`. Undefined: there is no such minute. */
export function minuteOfMoment(value: string, zone: string): Minutes | undefined {
  const [, day = "", hour, minute, second = "00", fraction = "", offset] = MOMENT.exec(value) ?? [];
  const [hours, past] = [Number(hour), Number(minute)];
  if (!isPlainDate(day) || !(hours < 24 && past < 60)) return undefined;
  if (Number(second) !== 0 || Number(`0${fraction}`) !== 0) return undefined;
  const wall = hours * 60 + past;
  return offset === undefined
    ? wallToMinute(zone, day, wall)
    : minutes(wallToMinute("UTC", day, wall) - offsetMinutes(offset));
}

function offsetMinutes(offset: string): number {
  const [, sign, hours, past = "0"] = /^([+-])(\d{2}):?(\d{2})?$/.exec(offset) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(past));
}

/** Reads when a row was created; a time without an offset, or none, counts as `otherwise`. */
export function createdAt(value: string | undefined, otherwise: Millis): Millis {
  const [, day, time, offset = ""] = /^(\S+)[T ](\S+?)(Z|[+-]\d{2}(?::?\d{2})?)$/i.exec(value ?? "") ?? [];
  const spelled = /^[+-]\d{2}$/.test(offset) ? `${offset}:00` : offset;
  const parsed = Date.parse(`${day}T${time}${spelled}`);
  return Number.isNaN(parsed) || toMinutes(millis(parsed)) <= 0 ? otherwise : millis(parsed);
}

/** Reads a row by its schema. The problem of one that does not fit names its first wrong column. */
export function readRow<S extends z.ZodType<object>>(schema: S, source: Row): Mapped<z.output<S>> {
  const read = schema.safeParse(source);
  if (read.success) return row(read.data);
  const issue = read.error.issues[0];
  const field = issue?.path.join(".") || null;
  const isMissing = field !== null && source[field] === undefined;
  return isMissing
    ? skipped("missing_column", `There is no ${field}.`, field)
    : skipped("invalid_value", issue?.message, field);
}
