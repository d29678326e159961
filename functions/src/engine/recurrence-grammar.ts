import { isPlainDate } from "./dates.ts";
import type { PlainDate } from "./types.ts";

/*
 * Which RFC 5545 rules an exception may carry: rules of dates. Parts of the time of day (BYHOUR and smaller) do
 * not apply to a date, and DTSTART is the exception's `from_date`. The library that evaluates rules drops
 * values that it does not understand, and gets some rare rules of a year wrong (the 53rd of a weekday, weeks of two
 * years, parts that should all match); those are refused here, because no date is better than a wrong one.
 */

const MAX_LENGTH = 500;
const WEEKDAY = "(?:MO|TU|WE|TH|FR|SA|SU)";

/** Part → whether one of its comma-separated values is well-formed, and what values look like. */
const PARTS: Readonly<
  Record<string, { isValue: (value: string) => boolean; list: boolean; values: string }>
> = {
  FREQ: {
    isValue: (value) => /^(?:DAILY|WEEKLY|MONTHLY|YEARLY)$/.test(value),
    list: false,
    values: "DAILY, WEEKLY, MONTHLY or YEARLY",
  },
  INTERVAL: { isValue: within(1, 9999), list: false, values: "a number from 1 to 9999" },
  COUNT: { isValue: within(1, 999), list: false, values: "a number from 1 to 999" },
  UNTIL: { isValue: (value) => untilDate(value) !== null, list: false, values: "a date such as 20261231" },
  BYDAY: {
    isValue: (value) => new RegExp(`^(?:[+-]?(?:[1-9]|[1-4]\\d|5[0-3]))?${WEEKDAY}$`).test(value),
    list: true,
    values: "weekdays such as MO or, the first and the last Monday, 1MO and -1MO",
  },
  BYMONTH: { isValue: within(1, 12), list: true, values: "months from 1 to 12" },
  BYMONTHDAY: {
    isValue: withinEitherSign(31),
    list: true,
    values: "days of the month, 1 to 31 or -31 to -1",
  },
  BYYEARDAY: {
    isValue: withinEitherSign(366),
    list: true,
    values: "days of the year, 1 to 366 or -366 to -1",
  },
  BYWEEKNO: { isValue: withinEitherSign(53), list: true, values: "weeks of the year, 1 to 53 or -53 to -1" },
  BYSETPOS: { isValue: withinEitherSign(366), list: true, values: "positions, 1 to 366 or -366 to -1" },
  WKST: {
    isValue: (value) => new RegExp(`^${WEEKDAY}$`).test(value),
    list: false,
    values: "a weekday such as MO",
  },
};

type Parts = ReadonlyMap<string, string>;

const hasOneOf = (parts: Parts, ...names: readonly string[]) => names.some((name) => parts.has(name));
const valuesOf = (parts: Parts, name: string) => parts.get(name)?.split(",") ?? [];
const isCounted = (weekday: string) => /\d/.test(weekday);
const countsInYear = (parts: Parts) =>
  parts.get("FREQ") === "YEARLY" && !parts.has("BYMONTH") && valuesOf(parts, "BYDAY").some(isCounted);

/** Combinations of parts that are refused, each with its message. */
const REFUSED_TOGETHER: readonly (readonly [(parts: Parts) => boolean, string])[] = [
  [(parts) => parts.has("COUNT") && parts.has("UNTIL"), "COUNT and UNTIL exclude each other"],
  [
    (parts) => parts.get("FREQ") === "MONTHLY" && /(?:[6-9]|\d\d)[A-Z]/.test(parts.get("BYDAY") ?? ""),
    "A month has at most five of each weekday",
  ],
  [
    (parts) => parts.has("BYYEARDAY") && hasOneOf(parts, "BYMONTHDAY", "BYWEEKNO", "BYDAY"),
    "BYYEARDAY cannot be combined with BYMONTHDAY, BYWEEKNO or BYDAY",
  ],
  [
    (parts) => parts.has("BYWEEKNO") && (!parts.has("BYDAY") || parts.has("BYMONTHDAY")),
    "BYWEEKNO needs BYDAY, and cannot be combined with BYMONTHDAY",
  ],
  [
    (parts) => valuesOf(parts, "BYDAY").some((value) => value.includes("53")),
    "Few years have 53 of a weekday: count to 52, or from the other end",
  ],
  [
    (parts) => valuesOf(parts, "BYWEEKNO").some((week) => /^(?:-0*1|[+-]?0*53|\+?0*52)$/.test(week)),
    "The last weeks reach into the next year: give their dates by BYMONTH and BYMONTHDAY",
  ],
  [
    (parts) => countsInYear(parts) && parts.has("BYMONTHDAY"),
    "Weekdays counted in a year cannot be combined with BYMONTHDAY",
  ],
  [
    (parts) => countsInYear(parts) && !valuesOf(parts, "BYDAY").every(isCounted),
    "Weekdays counted in a year cannot be combined with others that are not",
  ],
];

/** Null when every part of the rule is known, given once and well-formed; otherwise a sentence about the first problem. */
export function recurrenceGrammarError(text: string): string | null {
  if (text.length > MAX_LENGTH) return `A recurrence rule has at most ${MAX_LENGTH} characters`;
  const line = ruleLine(text);
  // Dates left out (EXDATE) are separate exceptions, which can be changed one by one.
  if (/[\r\n]/.test(line)) return "A recurrence rule is one line, without DTSTART, EXDATE or RDATE";
  const seen = new Map<string, string>();
  for (const part of line.split(";")) {
    const [name, value, ...rest] = part.split("=") as [string, ...string[]];
    const known = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
    if (known === undefined) return `"${part}" is not a part of a rule for dates`;
    if (seen.has(name)) return `${name} is given twice`;
    const values = known.list ? (value ?? "").split(",") : [value ?? ""];
    if (rest.length > 0 || !values.every(known.isValue)) return `${name} takes ${known.values}`;
    seen.set(name, value!);
  }
  if (!seen.has("FREQ")) return "A recurrence rule needs FREQ, for example FREQ=WEEKLY";
  return REFUSED_TOGETHER.find(([isIn]) => isIn(seen))?.[1] ?? null;
}

/** The rule in upper case, without the name before it and the line break after it that calendars write. */
function ruleLine(text: string): string {
  return text
    .trim()
    .toUpperCase()
    .replace(/^RRULE:/, "");
}

/** A rule without COUNT and UNTIL, and their values. */
export interface RuleParts {
  readonly pattern: string;
  readonly count: number | null;
  readonly until: PlainDate | null;
}

/** The parts of a rule in which `recurrenceGrammarError` finds no problem. */
export function ruleParts(text: string): RuleParts {
  const parts = ruleLine(text).split(";");
  const valueOf = (name: string) => parts.find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);
  const count = valueOf("COUNT");
  const until = valueOf("UNTIL");
  return {
    pattern: parts.filter((part) => !/^(?:COUNT|UNTIL)=/.test(part)).join(";"),
    count: count === undefined ? null : Number(count),
    until: until === undefined ? null : untilDate(until),
  };
}

/** The date of UNTIL, or null when it is malformed. The time of day that calendars add is ignored. */
function untilDate(value: string): PlainDate | null {
  const match = /^(\d{4})(\d{2})(\d{2})(?:T\d{6}Z?)?$/.exec(value);
  if (match === null) return null;
  const date = `${match[1]}-${match[2]}-${match[3]}`;
  return isPlainDate(date) ? date : null;
}

function within(least: number, most: number): (value: string) => boolean {
  return (value) => /^\d{1,4}$/.test(value) && Number(value) >= least && Number(value) <= most;
}

function withinEitherSign(most: number): (value: string) => boolean {
  const isSize = within(1, most);
  return (value) => isSize(value.replace(/^[+-]/, ""));
}
