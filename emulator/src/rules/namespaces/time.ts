import { EvaluationError } from "../values/evaluation-error.ts";
import { fn } from "../types/callable.ts";
import type { CallableTable } from "../types/callable.ts";
import { NANOS_PER_MILLI, NANOS_PER_SECOND } from "../types/time.ts";
import { RulesDuration, RulesTimestamp } from "../values/values.ts";

const UNIT_NANOS: Readonly<Record<string, bigint>> = {
  w: 604_800n * NANOS_PER_SECOND,
  d: 86_400n * NANOS_PER_SECOND,
  h: 3_600n * NANOS_PER_SECOND,
  m: 60n * NANOS_PER_SECOND,
  s: NANOS_PER_SECOND,
  ms: NANOS_PER_MILLI,
  ns: 1n,
};

export const timestampFunctions: CallableTable<undefined> = {
  date: fn(["int", "int", "int"], (year, month, day) =>
    timestampOfDate(Number(year), Number(month), Number(day)),
  ),
  value: fn(["int"], (millis) => new RulesTimestamp(millis * NANOS_PER_MILLI)),
};

export const durationFunctions: CallableTable<undefined> = {
  abs: fn(["duration"], (span) => new RulesDuration(span.nanos < 0n ? -span.nanos : span.nanos)),
  time: fn(["int", "int", "int", "int"], (hours, minutes, seconds, nanos) => {
    return new RulesDuration((hours * 3_600n + minutes * 60n + seconds) * NANOS_PER_SECOND + nanos);
  }),
  value: fn(["int", "string"], (magnitude, unit) => {
    const nanos = Object.hasOwn(UNIT_NANOS, unit) ? UNIT_NANOS[unit] : undefined;
    if (nanos === undefined) throw new EvaluationError(`Invalid duration unit [${unit}].`);
    return new RulesDuration(magnitude * nanos);
  }),
};

/** Midnight UTC of a calendar date; a date that does not exist is an error. */
function timestampOfDate(year: number, month: number, day: number): RulesTimestamp {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const exists =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!exists) throw new EvaluationError(`Invalid date [${year}-${month}-${day}].`);
  return new RulesTimestamp(BigInt(date.getTime()) * NANOS_PER_MILLI);
}
