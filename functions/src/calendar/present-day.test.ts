import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import { buildBooking } from "../bookings/testing/build-booking.ts";
import { WHOLE_SHOP, type Mechanic } from "../catalog/schema.ts";
import { question } from "../engine/testing/arbitraries.ts";
import { MinuteOracle, type Question } from "../engine/testing/minute-oracle.ts";
import { millis, minutes, toMinutes, type Minutes } from "../engine/units.ts";
import { buildException, buildMechanic, buildShop, minuteAt } from "../reservations/testing/builders.ts";
import { MonthCounts } from "./month-counts.ts";
import { presentMechanicDay, presentShopDay, type CalendarSources } from "./present-day.ts";

/** The first minute of a date, by Temporal. */
function firstMinute(zone: string, date: Temporal.PlainDate): Minutes {
  return toMinutes(millis(date.toZonedDateTime({ timeZone: zone }).epochMilliseconds));
}

function wallTime(zone: string, minute: number): string {
  const shown = Temporal.Instant.fromEpochMilliseconds(minute * 60_000).toZonedDateTimeISO(zone);
  return shown.toPlainTime().toString({ smallestUnit: "minute" });
}

/** Tells whether the oracle finds the time closed. Nothing else can refuse it. */
function isClosed(asked: Question, date: string, start: number, durationMinutes: number): boolean {
  const free = { busy: [], booked: 0, held_until: [], max_bookings_per_day: null };
  const always = { now: 0, leadTimeMinutes: 0, horizonEnd: null };
  const oracle = new MinuteOracle({ ...asked, ...free, ...always, date, durationMinutes });
  return oracle.refusal(start) === "outside_hours";
}

const posed = fc.record({
  asked: question,
  /** Minutes from the first of the date to the appointment's start. */
  offset: fc.oneof(
    fc.constantFrom(-60, -30, 0, 60, 120, 1380, 1410, 1440),
    fc.integer({ min: -700, max: 1500 }),
  ),
  length: fc.oneof(fc.constantFrom(30, 60, 120), fc.integer({ min: 1, max: 720 })),
});

describe("for any zone, schedule, exceptions and appointment, presentMechanicDay", () => {
  it("shows it on every date that it touches, by the wall clock, and outside hours as an oracle finds it", () => {
    fc.assert(
      fc.property(posed, ({ asked, offset, length }) => {
        const { zone } = asked;
        const date = Temporal.PlainDate.from(asked.date);
        const start = minutes(firstMinute(zone, date) + offset);
        const booking = buildBooking({ start, end: minutes(start + length) });
        const ownDate = Temporal.Instant.fromEpochMilliseconds(start * 60_000).toZonedDateTimeISO(zone);
        const outside = isClosed(asked, ownDate.toPlainDate().toString(), start, length);
        const mechanic = buildMechanic({
          weekly_schedule: asked.weeklySchedule as Mechanic["weekly_schedule"],
        });
        const exceptions = asked.exceptions.map((rule, index) => ({
          ...rule,
          ...{ id: `exception ${index}`, mechanic_id: WHOLE_SHOP, reason: null },
        }));
        const shop = buildShop({}, { time_zone: zone });
        const dates = [-1, 0, 1, 2].map((days) => date.add({ days }));
        const page = { month: "", totalDays: 0, page: 1, limit: 31, dates: dates.map(String) };
        const counts = new MonthCounts(zone, page);
        counts.add({ mechanicId: "ada", start, end: booking.end });
        const { days } = counts.present({ byMechanic: false });
        for (const [index, one] of dates.entries()) {
          const sources = {
            shop,
            date: one.toString(),
            services: new Map(),
            mechanics: [mechanic],
            exceptions,
          };
          const { events } = presentMechanicDay({ ...sources, bookings: [booking] }, mechanic);
          const [from, to] = [firstMinute(zone, one), firstMinute(zone, one.add({ days: 1 }))];
          const isOn = start < to && booking.end > from;
          const expected = {
            start_time: wallTime(zone, Math.max(start, from)),
            end_time: booking.end >= to ? "24:00" : wallTime(zone, booking.end),
            outside_hours: outside,
          };
          const appointments = events.filter(({ type }) => type === "appointment");
          expect(appointments).toMatchObject(isOn ? [expected] : []);
          expect(days[index]?.appointment_count).toBe(isOn ? 1 : 0);
        }
      }),
      { numRuns: 60 },
    );
  });
});

const TEN = minuteAt("2026-01-19T10:00");
function sourcesOf(more: Partial<CalendarSources> = {}): CalendarSources {
  const sources = {
    shop: buildShop(),
    date: "2026-01-19",
    services: new Map(),
    mechanics: [buildMechanic()],
  };
  return { ...sources, bookings: [], exceptions: [], ...more };
}

describe("presentMechanicDay", () => {
  it("marks a confirmed appointment alone as outside hours", () => {
    const night = { start: minutes(TEN - 300), end: minutes(TEN - 240) };
    const marks = (["confirmed", "completed", "no_show", "cancelled_by_shop"] as const).map((status) => {
      const sources = sourcesOf({ bookings: [buildBooking({ ...night, status })] });
      const [event] = presentMechanicDay(sources, buildMechanic()).events;
      return event?.type === "appointment" && event.outside_hours;
    });
    expect(marks).toEqual([true, false, false, false]);
  });

  it("names a service that is unknown or has no name by its id", () => {
    const sources = sourcesOf({ bookings: [buildBooking()] });
    expect(presentMechanicDay(sources, buildMechanic()).events[0]?.title).toBe("Grace - repair");
  });

  it("shows the exceptions that apply to the date, with what they do", () => {
    const exceptions = [
      { ...buildException("2026-01-19", { id: "a", effect: "busy", start_time: "12:00" }), reason: null },
      {
        ...buildException("2026-01-19", { id: "b", effect: "available", end_time: "11:00" }),
        reason: "late",
      },
      { ...buildException("2026-01-18", { id: "c" }), reason: null },
      { ...buildException("2026-01-19", { id: "d", mechanic_id: "bob" }), reason: null },
    ];
    const { events } = presentMechanicDay(sourcesOf({ exceptions }), buildMechanic());
    expect(events).toMatchObject([
      { exception_id: "b", title: "Available", start_time: "00:00", end_time: "11:00", reason: "late" },
      { exception_id: "a", title: "Busy", start_time: "12:00", end_time: "24:00" },
    ]);
  });
});

describe("presentShopDay", () => {
  it("shows an appointment of a mechanic who does not exist, always outside hours", () => {
    const sources = sourcesOf({ mechanics: [], bookings: [buildBooking()] });
    expect(presentShopDay(sources)).toMatchObject([
      { mechanic_id: "ada", name: "", open: [], events: [{ booking_id: "booking", outside_hours: true }] },
    ]);
  });
});
