import { WHOLE_SHOP, type Exception } from "../../functions/src/catalog/schema.ts";
import { addDays, dayNumber, eachDate, weekdayOf } from "../../functions/src/engine/dates.ts";
import { WEEKDAYS, type PlainDate } from "../../functions/src/engine/types.ts";
import type { DemoOptions } from "./options.ts";

/** An exception with what only people read. */
export interface DemoException extends Exception {
  readonly reason: string;
  readonly source: string;
}

type Hours = readonly [start: string, end: string] | null;

/** Staff meeting on every first Monday, for ever: one recurring rule for the whole shop. */
const STAFF_MEETING: DemoException = {
  ...exception(
    "staff_meeting",
    WHOLE_SHOP,
    ["2025-01-01", null],
    "unavailable",
    ["08:00", "09:00"],
    "staff meeting",
  ),
  rrule: "FREQ=MONTHLY;BYDAY=1MO",
};

/**
 * The exceptions of every week that the demo's dates touch. Which mechanic has what depends on the week alone, so that
 * the weeks of two demos that overlap are alike.
 */
export function demoExceptions(options: DemoOptions, mechanicIds: readonly string[]): DemoException[] {
  const dates = eachDate(options.from, addDays(options.from, options.days - 1));
  const mondays = new Set(dates.map(mondayOf));
  return [STAFF_MEETING, ...[...mondays].flatMap((monday) => weekExceptions(monday, mechanicIds))];
}

function weekExceptions(monday: PlainDate, mechanicIds: readonly string[]): DemoException[] {
  const week = Math.floor(dayNumber(monday) / 7);
  const wednesday = addDays(monday, 2);
  const holiday = exception(
    `holiday_${wednesday}`,
    WHOLE_SHOP,
    [wednesday, wednesday],
    "unavailable",
    null,
    "holiday",
  );
  const own = mechanicIds.flatMap((id, index) => mechanicException(id, (index + week) % 5, monday));
  return week % 2 === 0 ? [holiday, ...own] : own;
}

function mechanicException(mechanic: string, turn: number, monday: PlainDate): DemoException[] {
  const on = (offset: number): PlainDate => addDays(monday, offset);
  const id = (what: string): string => `${what}_${mechanic}_${monday}`;
  switch (turn) {
    case 0:
      return [exception(id("vacation"), mechanic, [on(3), on(4)], "unavailable", null, "vacation")];
    case 1:
      return [
        exception(
          id("busy"),
          mechanic,
          [on(1), on(1)],
          "busy",
          ["10:00", "11:30"],
          "dentist",
          "google_calendar",
        ),
      ];
    case 2:
      return [
        exception(id("extra"), mechanic, [on(5), on(5)], "available", ["10:00", "14:00"], "extra Saturday"),
      ];
    default:
      return [];
  }
}

function exception(
  id: string,
  mechanicId: string,
  [from_date, to_date]: readonly [PlainDate, PlainDate | null],
  effect: Exception["effect"],
  hours: Hours,
  reason: string,
  source = "manual",
): DemoException {
  const [start_time, end_time] = hours ?? [null, null];
  return {
    id,
    mechanic_id: mechanicId,
    from_date,
    to_date,
    start_time,
    end_time,
    effect,
    rrule: null,
    reason,
    source,
  };
}

function mondayOf(date: PlainDate): PlainDate {
  const daysSinceMonday = WEEKDAYS.indexOf(weekdayOf(date));
  return addDays(date, -daysSinceMonday);
}
