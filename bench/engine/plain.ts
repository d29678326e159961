import { addMinutes, areIntervalsOverlapping, isAfter } from "date-fns";
import { RRuleTemporal } from "rrule-temporal";
import { Temporal } from "temporal-polyfill";
import type { ExceptionRule, ScheduleInterval, Weekday } from "../../functions/src/engine/types.ts";
import { toMillis } from "../../functions/src/engine/units.ts";
import { DURATION_MINUTES, STEP_MINUTES, ZONE, type Case, type Mechanic } from "./cases.ts";

/*
 * The plain way to answer the same question: Temporal resolves wall times, date-fns steps through slots as Date
 * objects and compares each with everything that is taken. Right, readable, and what one would write first.
 */

interface DateInterval {
  start: Date;
  end: Date;
}

const WEEKDAYS: readonly Weekday[] = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
];

/** The starts of all free slots, in milliseconds since the epoch. */
export function plainFreeStarts({ dates, mechanics }: Case): number[] {
  const starts: number[] = [];
  for (const mechanic of mechanics) {
    const occurrences = new Map(
      mechanic.exceptions.map((rule) => [rule, occurrencesOf(rule, dates.at(-1)!)]),
    );
    const touches = (rule: ExceptionRule, date: string) => occurrences.get(rule)!.has(date);
    for (const date of dates) starts.push(...freeStartsOn(mechanic, date, touches));
  }
  return starts;
}

type Touches = (rule: ExceptionRule, date: string) => boolean;

function freeStartsOn(mechanic: Mechanic, date: string, touches: Touches): number[] {
  const plainDate = Temporal.PlainDate.from(date);
  const day = { start: wallToDate(plainDate, "00:00"), end: wallToDate(plainDate, "24:00") };
  const bookings = (mechanic.busyOn.get(date) ?? []).map(({ start, end }) => ({
    start: new Date(toMillis(start)),
    end: new Date(toMillis(end)),
  }));
  const taken = [...bookings, ...takenBy(mechanic, plainDate, touches)];
  const starts: number[] = [];
  for (const shift of shiftsAround(mechanic, plainDate, touches)) {
    for (let start = shift.start; ; start = addMinutes(start, STEP_MINUTES)) {
      const slot = { start, end: addMinutes(start, DURATION_MINUTES) };
      if (isAfter(slot.end, shift.end)) break;
      if (start < day.start || start >= day.end) continue;
      if (!taken.some((other) => areIntervalsOverlapping(slot, other))) starts.push(start.getTime());
    }
  }
  return starts;
}

/** The date's shifts, with those of the neighbouring dates that run into it or that it runs into. */
function shiftsAround(mechanic: Mechanic, date: Temporal.PlainDate, touches: Touches): DateInterval[] {
  const shifts: DateInterval[] = [];
  for (const days of [-1, 0, 1]) {
    for (const shift of shiftsOn(mechanic, date.add({ days }), touches)) {
      const last = shifts.at(-1);
      if (last !== undefined && last.end.getTime() === shift.start.getTime()) last.end = shift.end;
      else shifts.push(shift);
    }
  }
  return shifts;
}

function shiftsOn(mechanic: Mechanic, date: Temporal.PlainDate, touches: Touches): DateInterval[] {
  const available = mechanic.exceptions.filter(
    (rule) => rule.effect === "available" && touches(rule, date.toString()),
  );
  const template = mechanic.weeklySchedule[WEEKDAYS[date.dayOfWeek - 1]!] ?? [];
  return (available.length > 0 ? available : template).map((hours) => resolved(date, hours));
}

function takenBy(mechanic: Mechanic, date: Temporal.PlainDate, touches: Touches): DateInterval[] {
  return mechanic.exceptions
    .filter((rule) => rule.effect !== "available" && touches(rule, date.toString()))
    .map((rule) => resolved(date, rule));
}

function resolved(date: Temporal.PlainDate, hours: ScheduleInterval | ExceptionRule): DateInterval {
  return {
    start: wallToDate(date, hours.start_time ?? "00:00"),
    end: wallToDate(date, hours.end_time ?? "24:00"),
  };
}

function wallToDate(date: Temporal.PlainDate, time: string): Date {
  const zoned =
    time === "24:00"
      ? date.add({ days: 1 }).toZonedDateTime(ZONE)
      : date.toZonedDateTime({ timeZone: ZONE, plainTime: time });
  return new Date(zoned.epochMilliseconds);
}

/** The dates that an exception touches, up to the last one asked for. */
function occurrencesOf(rule: ExceptionRule, last: string): Set<string> {
  if (rule.rrule !== null) {
    const dtstart = `DTSTART;TZID=UTC:${rule.from_date.replaceAll("-", "")}T000000`;
    const recurrence = new RRuleTemporal({ rruleString: `${dtstart}\nRRULE:${rule.rrule}` });
    const occurrences = recurrence.between(new Date(rule.from_date), new Date(last), true);
    return new Set(occurrences.map((occurrence) => occurrence.toString().slice(0, 10)));
  }
  const dates = new Set<string>();
  const end = Temporal.PlainDate.from(rule.to_date ?? last);
  for (
    let date = Temporal.PlainDate.from(rule.from_date);
    Temporal.PlainDate.compare(date, end) <= 0;
    date = date.add({ days: 1 })
  ) {
    dates.add(date.toString());
  }
  return dates;
}
