import { describe, expect, it } from "vitest";
import { isWallEnd, isWallStart, minuteOfWallTime, wallTimeOfMinute } from "./wall-time.ts";

describe("a wall time", () => {
  it("runs from 00:00 to 23:59 as a start", () => {
    expect(["00:00", "09:10", "19:59", "23:59"].every(isWallStart)).toBe(true);
    expect(["24:00", "23:60", "9:00", "0900", "09:00:00", "-1:00", ""].some(isWallStart)).toBe(false);
  });

  it("runs from 00:01 to 24:00 as an end", () => {
    expect(["00:01", "12:00", "23:59", "24:00"].every(isWallEnd)).toBe(true);
    expect(["00:00", "24:01", "25:00"].some(isWallEnd)).toBe(false);
  });

  it("is converted to a minute of the day and back", () => {
    expect(minuteOfWallTime("24:00")).toBe(1440);
    for (let minute = 0; minute <= 1440; minute++)
      expect(minuteOfWallTime(wallTimeOfMinute(minute))).toBe(minute);
    expect(wallTimeOfMinute(65)).toBe("01:05");
  });
});
