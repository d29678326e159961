import { WHOLE_SHOP, type Exception } from "../../functions/src/catalog/schema.ts";
import { addDays, dayNumber, eachDate, weekdayOf } from "../../functions/src/engine/dates.ts";
import { WEEKDAYS, type PlainDate } from "../../functions/src/engine/types.ts";
import type { DemoOptions } from "./options.ts";

/** An exception with the fields that are only for people to read. */
export interface DemoException extends Exception {
  readonly reason: string;
  readonly source: string;
}

/** An all-day exception that a person has entered, unless stated otherwise. */
const DEFAULTS = { start_time: null, end_time: null, rrule: null, source: "manual" };

/** A staff meeting on every first Monday, without end: one recurring rule for the whole shop. */
const STAFF_MEETING: DemoException = {
  ...DEFAULTS,
  id: "staff_meeting",
  mechanic_id: WHOLE_SHOP,
  from_date: "2025-01-01",
  to_date: null,
  effect: "unavailable",
  ...hours("08:00", "09:00"),
  reason: "staff meeting",
  rrule: "FREQ=MONTHLY;BYDAY=1MO",
};

/**
 * The exceptions of every week that the demo's dates touch. A mechanic's exceptions depend on the week alone: two demos
 * whose dates overlap agree on the weeks they share.
 */
export function demoExceptions(options: DemoOptions, mechanicIds: readonly string[]): DemoException[] {
  const dates = eachDate(options.from, addDays(options.from, options.days - 1));
  const mondays = new Set(dates.map(mondayOf));
  return [STAFF_MEETING, ...[...mondays].flatMap((monday) => weekExceptions(monday, mechanicIds))];
}

function weekExceptions(monday: PlainDate, mechanicIds: readonly string[]): DemoException[] {
  const week = Math.floor(dayNumber(monday) / 7);
  const wednesday = addDays(monday, 2);
  const holiday: DemoException = {
    ...DEFAULTS,
    id: `holiday_${wednesday}`,
    mechanic_id: WHOLE_SHOP,
    ...onDates(wednesday),
    effect: "unavailable",
    reason: "holiday",
  };
  const own = mechanicIds.flatMap((id, index) => mechanicException(id, (index + week) % 5, monday));
  return week % 2 === 0 ? [holiday, ...own] : own;
}

function mechanicException(mechanic: string, turn: number, monday: PlainDate): DemoException[] {
  const on = (offset: number): PlainDate => addDays(monday, offset);
  const named = (name: string) => ({
    ...DEFAULTS,
    id: `${name}_${mechanic}_${monday}`,
    mechanic_id: mechanic,
  });
  switch (turn) {
    case 0:
      return [{ ...named("vacation"), ...onDates(on(3), on(4)), effect: "unavailable", reason: "vacation" }];
    case 1:
      return [
        {
          ...named("busy"),
          ...onDates(on(1)),
          effect: "busy",
          ...hours("10:00", "11:30"),
          reason: "dentist",
          source: "google_calendar",
        },
      ];
    case 2:
      return [
        {
          ...named("extra"),
          ...onDates(on(5)),
          effect: "available",
          ...hours("10:00", "14:00"),
          reason: "extra Saturday",
        },
      ];
    default:
      return [];
  }
}

function onDates(from_date: PlainDate, to_date = from_date) {
  return { from_date, to_date };
}

function hours(start_time: string, end_time: string) {
  return { start_time, end_time };
}

function mondayOf(date: PlainDate): PlainDate {
  const daysSinceMonday = WEEKDAYS.indexOf(weekdayOf(date));
  return addDays(date, -daysSinceMonday);
}
