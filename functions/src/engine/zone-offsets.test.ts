import { describe, expect, it } from "vitest";
import { dayNumber, weekdayOfDay } from "./dates.ts";
import { offsetAt, zoneOffsets } from "./zone-offsets.ts";
import { minutes } from "./units.ts";

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

describe("the cache of a zone's offsets", { timeout: 30_000 }, () => {
  it("holds 2,000 days at most, and gives the same offsets after it was emptied", () => {
    const offsets = zoneOffsets("Asia/Kathmandu");
    const seen = new Set<number>();
    let largest = 0;
    for (let day = 10_000; day < 12_010; day++) {
      seen.add(offsetAt(offsets, minutes(noonOf(day))));
      largest = Math.max(largest, offsets.atDayStart.size);
    }
    expect([...seen]).toEqual([345]);
    expect(largest).toBe(2000);
    expect(offsets.atDayStart.size).toBeLessThan(20);
  });

  it("holds 2,000 transitions at most, and gives the same offsets after it was emptied", () => {
    const offsets = zoneOffsets("America/New_York");
    const seen = new Set<string>();
    let largest = 0;
    for (let year = 2007; year < 3010; year++) {
      const inMarch = secondSundayOfMarch(year);
      const inNovember = inMarch + WEEKS_OF_SUMMER_TIME * 7;
      // The clock changes at 07:00 UTC in March and at 06:00 UTC in November.
      for (const [month, day] of [["March", inMarch] as const, ["November", inNovember] as const]) {
        seen.add(
          `${month}: ${offsetAt(offsets, minutes(day * 1440 + 300))} to ${offsetAt(offsets, minutes(noonOf(day)))}`,
        );
        largest = Math.max(largest, offsets.transitions.size);
      }
    }
    expect([...seen]).toEqual(["March: -300 to -240", "November: -240 to -300"]);
    expect(largest).toBe(2000);
    expect(offsets.transitions.size).toBeLessThan(20);
  });
});
