import { describe, expect, it } from "vitest";
import { dayNumber, weekdayOfDay } from "./dates.ts";
import { offsetAt, zoneOffsets } from "./zone-offsets.ts";

const noonOf = (day: number) => day * 1440 + 720;
const WEEKS_OF_SUMMER_TIME = 34;

function secondSundayOfMarch(year: number): number {
  let day = dayNumber(`${year}-03-08`);
  while (weekdayOfDay(day) !== "sunday") day++;
  return day;
}

describe("the cache of zones", () => {
  it("gives one object for one zone", () => {
    expect(zoneOffsets("Asia/Dubai")).toBe(zoneOffsets("Asia/Dubai"));
  });

  it("forgets a zone after a hundred others", () => {
    const first = zoneOffsets("Asia/Dubai");
    Intl.supportedValuesOf("timeZone")
      .filter((zone) => zone !== "Asia/Dubai")
      .slice(0, 100)
      .forEach(zoneOffsets);
    expect(zoneOffsets("Asia/Dubai")).not.toBe(first);
  });
});

describe("the cache of a zone's offsets", () => {
  it("holds 2,000 days at most, and gives the same offsets after it was emptied", () => {
    const offsets = zoneOffsets("Asia/Kathmandu");
    let largest = 0;
    for (let day = 10_000; day < 15_000; day++) {
      expect(offsetAt(offsets, noonOf(day))).toBe(345);
      largest = Math.max(largest, offsets.atDayStart.size);
    }
    expect(largest).toBe(2000);
  });

  it("holds 2,000 transitions at most, and gives the same offsets after it was emptied", () => {
    const offsets = zoneOffsets("America/New_York");
    let largest = 0;
    for (let year = 2007; year < 3100; year++) {
      const inMarch = secondSundayOfMarch(year);
      for (const day of [inMarch, inMarch + WEEKS_OF_SUMMER_TIME * 7]) {
        // The clock changes at 07:00 UTC in March and at 06:00 UTC in November.
        const isSummer = day === inMarch;
        expect(offsetAt(offsets, noonOf(day))).toBe(isSummer ? -240 : -300);
        expect(offsetAt(offsets, day * 1440 + 300)).toBe(isSummer ? -300 : -240);
        largest = Math.max(largest, offsets.transitions.size);
      }
    }
    expect(largest).toBe(2000);
  });
});
