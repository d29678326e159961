import { isDeepStrictEqual } from "node:util";
import { NOTHING, WHOLE_CATALOG, type Invalidation } from "../invalidation.ts";
import type { Exception } from "../schema.ts";
import { addDays, daysBetween, eachDate } from "../../engine/dates.ts";
import { datesTouched } from "../../engine/exceptions.ts";
import type { PlainDate } from "../../engine/types.ts";

/** Dates that a change may concern one by one; what concerns more concerns the catalog. */
const MAX_DATES = 62;
/** A rule is followed over so many days at most to find the dates it names. */
const MAX_DAYS_FOLLOWED = 3 * 366;

/**
 * What creating, changing or deleting an exception makes stale: the dates on which it now says something else, and
 * their neighbours, whose shifts may be joined with theirs over midnight. Undefined stands for no exception.
 */
export function exceptionInvalidation(
  before: Exception | undefined,
  after: Exception | undefined,
): Invalidation {
  if (isDeepStrictEqual(effectOf(before), effectOf(after))) return NOTHING;
  const [old, current] = [touched(before), touched(after)];
  if (!old || !current) return WHOLE_CATALOG;
  const dates =
    before && after && sameButDates(before, after) ? difference(old, current) : union(old, current);
  if (dates.length > MAX_DATES) return WHOLE_CATALOG;
  return dates.length === 0 ? NOTHING : { kind: "days", dates: withNeighbours(dates) };
}

/** The part of an exception that availability follows from. */
function effectOf(exception: Exception | undefined) {
  if (!exception) return undefined;
  const { mechanic_id, from_date, to_date, start_time, end_time, effect, rrule, location_id } = exception;
  return {
    mechanic_id,
    from_date,
    to_date,
    start_time,
    end_time,
    effect,
    rrule,
    location_id: location_id ?? null,
  };
}

function sameButDates(a: Exception, b: Exception): boolean {
  const dates = { from_date: "", to_date: null, rrule: null };
  return isDeepStrictEqual(effectOf({ ...a, ...dates }), effectOf({ ...b, ...dates }));
}

/** The dates about which the exception says something; undefined when they are too many to follow. */
function touched(exception: Exception | undefined): readonly PlainDate[] | undefined {
  if (!exception) return [];
  const { from_date, to_date, rrule } = exception;
  if (to_date === null) return undefined;
  const days = daysBetween(from_date, to_date) + 1;
  if (rrule === null) return days > 2 * MAX_DATES ? undefined : eachDate(from_date, to_date);
  return days > MAX_DAYS_FOLLOWED ? undefined : datesTouched(exception, from_date, to_date);
}

function union(a: readonly PlainDate[], b: readonly PlainDate[]): PlainDate[] {
  return [...new Set([...a, ...b])];
}

function difference(a: readonly PlainDate[], b: readonly PlainDate[]): PlainDate[] {
  const [inA, inB] = [new Set(a), new Set(b)];
  return [...a.filter((date) => !inB.has(date)), ...b.filter((date) => !inA.has(date))];
}

function withNeighbours(dates: readonly PlainDate[]): PlainDate[] {
  return [...new Set(dates.flatMap((date) => [addDays(date, -1), date, addDays(date, 1)]))].sort();
}
