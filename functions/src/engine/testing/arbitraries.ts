import fc from "fast-check";
import {
  WEEKDAYS,
  type BusyInterval,
  type ExceptionRule,
  type ScheduleInterval,
  type WeeklySchedule,
} from "../types.ts";
import { millis, minutes } from "../units.ts";
import type { Question } from "./minute-oracle.ts";

/** Dates on and around clock changes of every kind, and some plain ones. */
const DATES: Readonly<Record<string, readonly string[]>> = {
  "America/New_York": ["2026-03-07", "2026-03-08", "2026-03-09", "2026-11-01", "2026-06-15", "2100-03-14"],
  "Europe/London": ["2026-03-29", "2026-10-25"],
  "Australia/Lord_Howe": ["2026-04-05", "2026-10-03", "2026-10-04"],
  "Asia/Beirut": ["2026-03-28", "2026-03-29", "2026-10-24", "2026-10-25"],
  "America/Santiago": ["2026-04-04", "2026-04-05", "2026-09-05", "2026-09-06"],
  "America/Havana": ["2026-03-08", "2026-10-31", "2026-11-01"],
  "America/Nuuk": ["2026-03-28", "2026-03-29", "2026-10-24"],
  "Asia/Kathmandu": ["2026-02-28"],
  "Asia/Tokyo": ["2024-02-29"],
  UTC: ["2026-12-31"],
};

const time = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
const dateAfter = (date: string, days: number) =>
  new Date(Date.parse(`${date}T00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

/** Wall times around midnight and around clock changes are as likely as all others together. */
const wallMinute = fc.oneof(
  fc.constantFrom(0, 30, 60, 90, 105, 120, 135, 150, 180, 210, 1320, 1380, 1410, 1440),
  fc.integer({ min: 0, max: 1440 }),
);
const place = fc.constantFrom(null, null, null, "north", "south");

/** Disjoint intervals, some of which meet, in any order; every other day begins or ends in a night shift. */
const hours: fc.Arbitrary<ScheduleInterval[]> = fc
  .tuple(fc.uniqueArray(wallMinute, { minLength: 2, maxLength: 6 }), fc.constantFrom([], [0, 1440]))
  .chain(([points, midnights]) => {
    const bounds = [...new Set([...points, ...midnights])].sort((a, b) => a - b);
    const pieces = bounds.slice(1).map((end, i) =>
      fc
        .record({ isOpen: fc.constantFrom(true, true, false), location_id: place })
        .map(({ isOpen, location_id }) => {
          return isOpen ? [{ start_time: time(bounds[i]!), end_time: time(end), location_id }] : [];
        }),
    );
    return fc
      .tuple(...pieces)
      .chain((lists) => fc.shuffledSubarray(lists.flat(), { minLength: lists.flat().length }));
  });

const weeklySchedule: fc.Arbitrary<WeeklySchedule> = fc.record(
  Object.fromEntries(WEEKDAYS.map((weekday) => [weekday, hours])),
  { requiredKeys: [] },
);

const exceptionNear = (date: string): fc.Arbitrary<ExceptionRule> =>
  fc
    .record({
      effect: fc.constantFrom("unavailable" as const, "available" as const, "busy" as const),
      firstDay: fc.integer({ min: -2, max: 2 }),
      days: fc.constantFrom(0, 0, 0, 1, 2, null),
      span: fc.option(fc.tuple(wallMinute, wallMinute), { freq: 5 }),
      rrule: fc.constantFrom(
        null,
        null,
        "FREQ=DAILY;INTERVAL=2",
        "FREQ=WEEKLY;BYDAY=SA,SU",
        "FREQ=MONTHLY;BYDAY=1SU",
      ),
      location_id: place,
    })
    .map(({ effect, firstDay, days, span, rrule, location_id }) => {
      const [start, end] = span === null ? [null, null] : [Math.min(...span), Math.max(...span)];
      const from_date = dateAfter(date, firstDay);
      return {
        effect,
        from_date,
        to_date: days === null ? (rrule === null ? from_date : null) : dateAfter(from_date, days),
        start_time: start === null ? null : time(start),
        end_time: end === null ? null : time(end),
        rrule,
        location_id,
      };
    });

const busyNear = (noon: number, now: number): fc.Arbitrary<BusyInterval> =>
  fc
    .record({
      offset: fc.integer({ min: -900, max: 1000 }),
      length: fc.integer({ min: 1, max: 180 }),
      expires_at: fc.constantFrom(null, null, millis(now - 1), millis(now), millis(now + 1)),
      location_id: place,
    })
    .map(({ offset, length, ...rest }) => ({
      start: minutes(noon + offset),
      end: minutes(noon + offset + length),
      ...rest,
    }));

/** A mechanic's date with everything that can bear on it. */
export const question: fc.Arbitrary<Question> = fc
  .constantFrom(...Object.entries(DATES).flatMap(([zone, dates]) => dates.map((date) => ({ zone, date }))))
  .chain(({ zone, date }) => {
    const noon = Date.parse(`${date}T12:00Z`) / 60_000;
    const anyNow = fc.oneof(
      fc.constant(0),
      fc.integer({ min: (noon - 900) * 60_000, max: (noon + 300) * 60_000 }),
    );
    return anyNow.chain((now) =>
      fc.record({
        zone: fc.constant(zone),
        date: fc.constant(date),
        weeklySchedule,
        exceptions: fc.array(exceptionNear(date), { maxLength: 4 }),
        busy: fc.array(busyNear(noon, now), { maxLength: 5 }),
        booked: fc.nat(3),
        held_until: fc.array(fc.constantFrom(now - 1, now, now + 1).map(millis), { maxLength: 2 }),
        max_bookings_per_day: fc.constantFrom(null, null, 3),
        durationMinutes: fc.integer({ min: 1, max: 200 }),
        stepMinutes: fc.oneof(fc.constantFrom(15, 20, 30, 60), fc.integer({ min: 5, max: 90 })),
        bufferBeforeMinutes: fc.constantFrom(0, 0, 7, 15),
        bufferAfterMinutes: fc.constantFrom(0, 0, 5, 30),
        travelMinutes: fc.constantFrom(0, 25),
        now: fc.constant(now),
        leadTimeMinutes: fc.constantFrom(0, 0, 90),
        horizonEnd: fc.option(fc.integer({ min: noon - 300, max: noon + 600 })),
      }),
    );
  });
