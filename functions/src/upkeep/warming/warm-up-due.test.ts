import { describe, expect, it } from "vitest";
import { millis, minutes, toMinutes } from "../../engine/units.ts";
import { isWarmUpDue } from "./warm-up-due.ts";

/** The hours of a UTC date, counted from its start, at which the warm-up is due for an hourly job. */
function dueHours(zone: string, date: string, minutesLate = 0): number[] {
  const midnight = toMinutes(millis(Date.parse(`${date}T00:00:00Z`)));
  return Array.from({ length: 24 }, (_, hour) => hour).filter((hour) =>
    isWarmUpDue(zone, minutes(midnight + hour * 60 + minutesLate)),
  );
}

describe("a shop's warm-up, checked every hour", () => {
  it("is due at 02:00 on the shop's clock, once", () => {
    expect(dueHours("UTC", "2026-01-19")).toEqual([2]);
    expect(dueHours("America/New_York", "2026-01-19")).toEqual([7]);
    expect(dueHours("Asia/Tokyo", "2026-01-19")).toEqual([17]);
  });

  it("is due at the next full hour where the zone is half an hour off", () => {
    expect(dueHours("Asia/Kolkata", "2026-01-19")).toEqual([21]);
    expect(dueHours("Asia/Kathmandu", "2026-01-19")).toEqual([21]);
  });

  it("is due once on the dates when the clock skips 02:00 or shows it twice", () => {
    expect(dueHours("America/New_York", "2026-03-08")).toEqual([7]);
    expect(dueHours("Europe/Berlin", "2026-10-25")).toEqual([0]);
    expect(dueHours("America/New_York", "2026-11-01")).toEqual([7]);
  });

  it("is due when the job is some minutes late", () => {
    expect(dueHours("America/New_York", "2026-01-19", 9)).toEqual([7]);
  });
});
