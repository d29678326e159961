import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MechanicsOfDay } from "../day/day.ts";
import { freeSlotsOf } from "../answers/slots.ts";
import { shopSchema } from "../../catalog/schema.ts";
import { MINUTE_MS, type Millis, millis, minutes, toMinutes } from "../../engine/units.ts";
import type { DayView } from "./day-view.ts";
import { nextChange } from "./next-change.ts";

const DATE = "2026-01-19";
const MIDNIGHT = millis(Date.parse(`${DATE}T00:00:00Z`));
const HOUR_MS = 3_600_000;
const at = (time: string) => millis(Date.parse(`${DATE}T${time}Z`));
const minute = (hour: number) => minutes(toMinutes(MIDNIGHT) + hour * 60);

function view(policy: object, expiresAt: Millis | null): DayView {
  const shop = { id: "s", ...shopSchema.parse({ time_zone: "UTC", policy }) };
  const busy =
    expiresAt === null
      ? []
      : [{ start: minute(10), end: minute(11), expires_at: expiresAt, location_id: null }];
  const open = [{ start: minute(9), end: minute(17), anchor: minute(9), location_id: null }];
  const mechanics: MechanicsOfDay = {
    ada: { specialties: [], open, busy, booked: 0, held_until: [], max_bookings_per_day: null },
  };
  return { shop, content: { kind: "generated", mechanics } };
}

const selection = { service: undefined, durationMinutes: 60, mechanicId: undefined };
const startsAt = ({ shop, content }: DayView, now: number) =>
  freeSlotsOf({ shop, date: DATE, content, selection, now: millis(now) }).map(({ start }) => start);

describe("the next change that the passing of time makes", () => {
  it.each([
    ["is a millisecond after a start", "09:00:00", "09:00:00.001"],
    ["is at the next minute after that", "09:00:00.001", "09:01:00.001"],
    ["is after the minute's end within a minute", "08:59:30", "09:00:00.001"],
    ["is expected long before the first opening", "00:00:00", "00:00:00.001"],
  ])("%s", (_title, now, next) => {
    expect(nextChange(view({}, null), DATE, at(now))).toBe(at(next));
  });

  it("is never after the date has ended", () => {
    expect(nextChange(view({}, null), DATE, millis(MIDNIGHT + 25 * HOUR_MS))).toBe(Infinity);
  });

  it("is not preceded by any change of the free slots", () => {
    const policy = fc.record({
      lead_time_minutes: fc.constantFrom(0, 30, 45),
      horizon_days: fc.constantFrom(null, 0, 1),
    });
    // Instants around whole minutes, to the millisecond: that is where free slots change.
    const instant = fc
      .tuple(fc.integer({ min: -20 * 60, max: 20 * 60 }), fc.constantFrom(-1, 0, 1, 30_000))
      .map(([past, ms]) => millis(at("09:00:00") + past * MINUTE_MS + ms));
    fc.assert(
      fc.property(
        policy,
        fc.option(instant),
        instant,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (...given) => {
          const [rules, expiresAt, now, share] = given;
          const day = view(rules, expiresAt);
          const next = nextChange(day, DATE, millis(now));
          expect(next).toBeGreaterThan(now);
          const until = Math.min(next - 1, now + 48 * HOUR_MS);
          const between = now + Math.floor((until - now) * share);
          expect(startsAt(day, between)).toEqual(startsAt(day, now));
          expect(startsAt(day, until)).toEqual(startsAt(day, now));
        },
      ),
      { numRuns: 500 },
    );
  });
});
