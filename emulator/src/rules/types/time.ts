import { RulesDuration, RulesTimestamp } from "../values/values.ts";
import { method } from "./callable.ts";
import type { CallableTable } from "./callable.ts";

export const NANOS_PER_SECOND = 1_000_000_000n;
export const NANOS_PER_MILLI = 1_000_000n;
const NANOS_PER_DAY = 86_400n * NANOS_PER_SECOND;

type Instant = RulesTimestamp;

/** The parts of an instant in the UTC calendar, `seconds` and `nanos` too; only `toMillis` counts from the epoch. */
export const timestampMethods: CallableTable<Instant> = {
  date: method([], (at: Instant) => new RulesTimestamp(at.nanos - floorMod(at.nanos, NANOS_PER_DAY))),
  day: method([], (at: Instant) => BigInt(calendar(at).getUTCDate())),
  dayOfWeek: method([], (at: Instant) => BigInt(calendar(at).getUTCDay() || 7)),
  dayOfYear: method([], (at: Instant) => dayOfYear(calendar(at))),
  hours: method([], (at: Instant) => BigInt(calendar(at).getUTCHours())),
  minutes: method([], (at: Instant) => BigInt(calendar(at).getUTCMinutes())),
  month: method([], (at: Instant) => BigInt(calendar(at).getUTCMonth() + 1)),
  nanos: method([], (at: Instant) => floorMod(at.nanos, NANOS_PER_SECOND)),
  seconds: method([], (at: Instant) => BigInt(calendar(at).getUTCSeconds())),
  time: method([], (at: Instant) => new RulesDuration(floorMod(at.nanos, NANOS_PER_DAY))),
  toMillis: method([], (at: Instant) => toMillis(at)),
  year: method([], (at: Instant) => BigInt(calendar(at).getUTCFullYear())),
};

export const durationMethods: CallableTable<RulesDuration> = {
  nanos: method([], (span: RulesDuration) => span.nanos % NANOS_PER_SECOND),
  seconds: method([], (span: RulesDuration) => span.nanos / NANOS_PER_SECOND),
};

function toMillis(at: Instant): bigint {
  return (at.nanos - floorMod(at.nanos, NANOS_PER_MILLI)) / NANOS_PER_MILLI;
}

function calendar(at: Instant): Date {
  return new Date(Number(toMillis(at)));
}

function dayOfYear(date: Date): bigint {
  const newYear = Date.UTC(date.getUTCFullYear(), 0, 1);
  return BigInt(Math.floor((date.getTime() - newYear) / 86_400_000) + 1);
}

function floorMod(value: bigint, modulus: bigint): bigint {
  return ((value % modulus) + modulus) % modulus;
}
