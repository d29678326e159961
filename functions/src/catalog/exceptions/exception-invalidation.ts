import { isDeepStrictEqual } from "node:util";
import { NOTHING, WHOLE_CATALOG, type Invalidation } from "../invalidation.ts";
import type { Exception } from "../schema.ts";
import { addDays, daysBetween, eachDate } from "../../engine/dates.ts";
import { datesTouched } from "../../engine/exceptions.ts";
import type { PlainDate } from "../../engine/types.ts";

/** A change of more dates makes the whole catalog stale. */
const MAX_DATES = 62;
/** The longest period, in days, over which a rule is expanded to find its dates. */
const MAX_DAYS_EXPANDED = 3 * 366;

/**
 * What creating, changing or deleting an exception makes stale: the dates on which its effect changes, and their
 * neighbours, whose shifts may be joined with theirs over midnight. Undefined: there is no exception.
 */
export function exceptionInvalidation(
  before: Exception | undefined,
  after: Exception | undefined,
): Invalidation {
  if (isDeepStrictEqual(effectOf(before), effectOf(after))) return NOTHING;
  const [old, current] = [datesOf(before), datesOf(after)];
  if (!old || !current) return WHOLE_CATALOG;
  const dates =
    before && after && differOnlyInDates(before, after) ? difference(old, current) : union(old, current);
  if (dates.length > MAX_DATES) return WHOLE_CATALOG;
  return dates.length === 0 ? NOTHING : { kind: "days", dates: withNeighbours(dates) };
}

/** The fields that availability depends on. */
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

function differOnlyInDates(a: Exception, b: Exception): boolean {
  const dates = { from_date: "", to_date: null, rrule: null };
  return isDeepStrictEqual(effectOf({ ...a, ...dates }), effectOf({ ...b, ...dates }));
}

/** The dates that the exception applies to; undefined when they are too many. */
function datesOf(exception: Exception | undefined): readonly PlainDate[] | undefined {
  if (!exception) return [];
  const { from_date, to_date, rrule } = exception;
  if (to_date === null) return undefined;
  const days = daysBetween(from_date, to_date) + 1;
  if (rrule === null) return days > 2 * MAX_DATES ? undefined : eachDate(from_date, to_date);
  return days > MAX_DAYS_EXPANDED ? undefined : datesTouched(exception, from_date, to_date);
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
