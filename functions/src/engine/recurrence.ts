import { RRuleTemporal } from "rrule-temporal";
import { BoundedMap } from "./bounded-map.ts";
import { recurrenceGrammarError, ruleParts } from "./recurrence-grammar.ts";
import type { PlainDate } from "./types.ts";

/*
 * Recurring dates by RFC 5545. Rules are evaluated at UTC midnights, because a rule of dates has no time zone and no
 * clock changes. Occurrences are looked up a month at a time and cached as one bit per day: a second look-up takes
 * nanoseconds, and a look-up in the year 2100 does not iterate over the years before.
 */

/** Bounds of the caches. Shops share the usual rules and differ in the dates from which they count. */
const MAX_RULES = 100;
const MAX_FIRST_DATES_PER_RULE = 50;
const MAX_MONTHS_PER_RULE = 240;
const YEARS_SEARCHED = 100;
const NEVER_ENDS = "9999-12-31";

interface CompiledRule {
  readonly rule: RRuleTemporal;
  readonly lastDate: PlainDate;
  /** Month, counted from year 0 → bit d set: the d-th day of the month is an occurrence. */
  readonly months: BoundedMap<number, number>;
}

/** By rule, then by first date. */
const compiledRules = new BoundedMap<string, BoundedMap<PlainDate, CompiledRule>>(MAX_RULES);

/** Null when the text is a rule that `recursOn` can evaluate; otherwise one sentence that says what is wrong. */
export function recurrenceRuleProblem(text: string): string | null {
  const error = recurrenceGrammarError(text);
  if (error !== null) return error;
  try {
    parse(ruleParts(text).pattern, "2024-01-01");
    return null;
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

/**
 * Whether the rule, counted from `from`, occurs on the date. `from` itself is an occurrence only when it matches the
 * rule. Throws when the rule is not valid.
 */
export function recursOn(rrule: string, from: PlainDate, date: PlainDate): boolean {
  if (date < from) return false;
  const compiled = compile(rrule, from);
  if (date > compiled.lastDate) return false;
  const year = Number(date.slice(0, 4));
  const month = Number(date.slice(5, 7));
  const key = year * 12 + month;
  let days = compiled.months.get(key);
  if (days === undefined) {
    days = occurrencesIn(compiled.rule, year, month);
    compiled.months.set(key, days);
  }
  return ((days >>> Number(date.slice(8, 10))) & 1) === 1;
}

function compile(rrule: string, from: PlainDate): CompiledRule {
  const known = compiledRules.get(rrule)?.get(from);
  if (known !== undefined) return known;
  const error = recurrenceGrammarError(rrule);
  if (error !== null) throw new RangeError(error);
  const { pattern, count, until } = ruleParts(rrule);
  const rule = parse(pattern, from);
  const lastDate = count === null ? (until ?? NEVER_ENDS) : dateOfOccurrence(rule, from, count);
  const compiled = { rule, lastDate, months: new BoundedMap<number, number>(MAX_MONTHS_PER_RULE) };
  remember(rrule, from, compiled);
  return compiled;
}

function remember(rrule: string, from: PlainDate, compiled: CompiledRule): void {
  const byDate =
    compiledRules.get(rrule) ?? new BoundedMap<PlainDate, CompiledRule>(MAX_FIRST_DATES_PER_RULE);
  byDate.set(from, compiled);
  compiledRules.set(rrule, byDate);
}

function parse(pattern: string, from: PlainDate): RRuleTemporal {
  return new RRuleTemporal({
    rruleString: `DTSTART;TZID=UTC:${from.replaceAll("-", "")}T000000\nRRULE:${pattern}`,
    strict: true,
    cache: false,
  });
}

/**
 * The date of the n-th occurrence, counted year by year, which takes a hundredth of the time of the library's
 * iterator. A rule with fewer occurrences in a hundred years is treated as endless.
 */
function dateOfOccurrence(rule: RRuleTemporal, from: PlainDate, n: number): PlainDate {
  const firstYear = Number(from.slice(0, 4));
  let passed = 0;
  for (let year = firstYear; year < firstYear + YEARS_SEARCHED; year++) {
    const occurrences = rule.between(utcMidnight(year, 1, 1), utcMidnight(year, 12, 31), true);
    if (passed + occurrences.length >= n) return occurrences[n - passed - 1]!.toString().slice(0, 10);
    passed += occurrences.length;
  }
  return NEVER_ENDS;
}

function occurrencesIn(rule: RRuleTemporal, year: number, month: number): number {
  let days = 0;
  for (const occurrence of rule.between(utcMidnight(year, month, 1), utcMidnight(year, month + 1, 0), true)) {
    days |= 1 << Number(occurrence.toString().slice(8, 10));
  }
  return days;
}

function utcMidnight(year: number, month: number, day: number): Date {
  return new Date(Date.UTC(year, month - 1, day));
}
