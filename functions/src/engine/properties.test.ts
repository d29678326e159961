import { millis, minutes } from "./units.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openIntervals } from "./open-time.ts";
import { freeSlots, gridSlots, whyNotBookable } from "./slots.ts";
import { question } from "./testing/arbitraries.ts";
import { MinuteOracle, type Question } from "./testing/minute-oracle.ts";
import type { MechanicDay, SlotRules } from "./types.ts";
import { dayBounds, formatWall } from "./zone.ts";

function mechanicDay(asked: Question): MechanicDay {
  const { busy, booked, held_until, max_bookings_per_day } = asked;
  return { open: openIntervals(asked), busy, booked, held_until, max_bookings_per_day };
}

function slotRules(asked: Question): SlotRules {
  const horizonEnd = asked.horizonEnd === null ? null : minutes(asked.horizonEnd);
  return { ...asked, now: millis(asked.now), horizonEnd, day: dayBounds(asked.zone, asked.date) };
}

function check(runs: number, property: (asked: Question) => void): void {
  fc.assert(fc.property(question, property), { numRuns: runs });
}

describe("the engine, for any schedule, exceptions, bookings and zone,", { timeout: 30_000 }, () => {
  it("starts and ends the date where the wall clock does", () => {
    check(15, (asked) => {
      expect(dayBounds(asked.zone, asked.date)).toEqual(new MinuteOracle(asked).bounds);
    });
  });

  it("gives a complete grid: the one that an oracle finds minute by minute", () => {
    check(90, (asked) => {
      expect(gridSlots(mechanicDay(asked), slotRules(asked))).toEqual(new MinuteOracle(asked).slots());
    });
  });

  it("gives the oracle's grid where a gap at midnight makes two shifts start together", () => {
    const hours = (start_time: string, end_time: string) => ({ start_time, end_time });
    const asked: Question = {
      zone: "America/Santiago",
      date: "2026-09-06",
      weeklySchedule: {
        saturday: [hours("23:30", "24:00")],
        sunday: [hours("00:00", "00:30"), hours("00:30", "01:00"), hours("01:00", "04:00")],
      },
      exceptions: [],
      busy: [],
      booked: 0,
      held_until: [],
      max_bookings_per_day: null,
      durationMinutes: 1,
      stepMinutes: 60,
      bufferBeforeMinutes: 0,
      bufferAfterMinutes: 0,
      travelMinutes: 0,
      now: 0,
      leadTimeMinutes: 0,
      horizonEnd: null,
    };
    const grid = gridSlots(mechanicDay(asked), slotRules(asked));
    expect(grid).toEqual(new MinuteOracle(asked).slots());
    expect(grid.map(({ start }) => formatWall(asked.zone, start))).toEqual([
      "2026-09-06T02:00:00",
      "2026-09-06T03:00:00",
    ]);
  });

  it("refuses a start anywhere for the oracle's reason", () => {
    check(30, (asked) => {
      const oracle = new MinuteOracle(asked);
      const [day, rules] = [mechanicDay(asked), slotRules(asked)];
      for (let start: number = rules.day.start - 40; start < rules.day.end + 40; start += 17) {
        const slot = { start: minutes(start), end: minutes(start + asked.durationMinutes) };
        expect(whyNotBookable(day, slot, rules)).toBe(oracle.refusal(start));
      }
    });
  });

  it("gives free slots that are open throughout, at one location, and overlap no live busy time", () => {
    check(30, (asked) => {
      const oracle = new MinuteOracle(asked);
      const live = asked.busy.filter(({ expires_at }) => expires_at === null || expires_at > asked.now);
      for (const { start, end, location_id } of freeSlots(mechanicDay(asked), slotRules(asked))) {
        const minutes = Array.from({ length: end - start }, (_, i) => start + i);
        expect(minutes.every((minute) => oracle.placeAt(minute) === location_id)).toBe(true);
        expect(live.some((busy) => minutes.some((m) => busy.start <= m && m < busy.end))).toBe(false);
      }
    });
  });

  it("gives open time that is sorted and disjoint, and starts on the date", () => {
    check(100, (asked) => {
      const { start: dayStart, end: dayEnd } = dayBounds(asked.zone, asked.date);
      let end = dayStart;
      for (const open of openIntervals(asked)) {
        expect(open.start).toBeGreaterThanOrEqual(end);
        expect(open.start).toBeLessThan(dayEnd);
        expect(open.end).toBeGreaterThan(open.start);
        expect(open.anchor).toBeLessThanOrEqual(open.start);
        end = open.end;
      }
    });
  });

  it("gives slots in order, disjoint on one grid when the step is at least the duration", () => {
    check(100, (asked) => {
      const apart = { ...asked, stepMinutes: Math.max(asked.stepMinutes, asked.durationMinutes) };
      const day = mechanicDay(apart);
      const anchorOf = (start: number) =>
        day.open.find((open) => open.start <= start && start < open.end)!.anchor;
      const slots = gridSlots(day, slotRules(apart));
      slots.slice(1).forEach(({ start }, i) => {
        expect(start).toBeGreaterThan(slots[i]!.start);
        if (anchorOf(start) === anchorOf(slots[i]!.start))
          expect(start).toBeGreaterThanOrEqual(slots[i]!.end);
      });
    });
  });

  it("gives the same grid whatever the order of its input", () => {
    check(100, (asked) => {
      const reversed = {
        ...asked,
        exceptions: asked.exceptions.toReversed(),
        busy: asked.busy.toReversed(),
        weeklySchedule: Object.fromEntries(
          Object.entries(asked.weeklySchedule).map(([weekday, hours]) => [weekday, hours.toReversed()]),
        ),
      };
      expect(gridSlots(mechanicDay(reversed), slotRules(reversed))).toEqual(
        gridSlots(mechanicDay(asked), slotRules(asked)),
      );
    });
  });
});
