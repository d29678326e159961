import { describe, expect, it } from "vitest";
import {
  addDays,
  dayNumber,
  daysBetween,
  eachDate,
  isPlainDate,
  monthOf,
  plainDate,
  weekdayOf,
} from "./dates.ts";

describe("a plain date", () => {
  it.each(["1970-01-01", "2024-02-29", "2000-02-29", "2100-12-31", "9999-12-30"])("is %s", (text) => {
    expect(isPlainDate(text)).toBe(true);
  });

  it.each([
    "2026-02-30",
    "2025-02-29",
    "2100-02-29",
    "2026-13-01",
    "2026-00-10",
    "2026-01-00",
    "2026-04-31",
    "1969-12-31",
    "9999-12-31",
    "0026-01-01",
    "2026-1-1",
    "2026-01-01T00:00",
    " 2026-01-01",
    "2026-01-01\n",
    "२०२६-०१-०१",
    "+002026-01-01",
    "",
  ])("is not %j", (text) => {
    expect(isPlainDate(text)).toBe(false);
  });
});

describe("date arithmetic", () => {
  it("counts days from the Unix epoch and back", () => {
    expect(dayNumber("1970-01-01")).toBe(0);
    expect(dayNumber("2000-03-01")).toBe(11_017);
    for (let day = -1; day < 60_000; day += 13) expect(dayNumber(plainDate(day))).toBe(day);
  });

  it("crosses months, leap days and years in either direction", () => {
    expect(addDays("2024-02-28", 1)).toBe("2024-02-29");
    expect(addDays("2025-02-28", 1)).toBe("2025-03-01");
    expect(addDays("2026-01-01", -1)).toBe("2025-12-31");
    expect(addDays("2026-01-01", 27_028)).toBe("2100-01-01");
  });

  it("gives every plain date two neighbours and ends there", () => {
    expect(addDays("1970-01-01", -1)).toBe("1969-12-31");
    expect(addDays("9999-12-30", 1)).toBe("9999-12-31");
    expect(() => addDays("9999-12-30", 2)).toThrow(RangeError);
  });

  it("tells how far apart two dates are, with its sign", () => {
    expect(daysBetween("2026-03-01", "2026-03-31")).toBe(30);
    expect(daysBetween("2026-03-31", "2026-03-01")).toBe(-30);
  });

  it("knows the weekday", () => {
    expect(weekdayOf("1970-01-01")).toBe("thursday");
    expect(weekdayOf("2026-03-08")).toBe("sunday");
    expect(weekdayOf("2100-02-28")).toBe("sunday");
  });

  it("lists a range with both ends, and nothing when it runs backwards", () => {
    expect(eachDate("2026-02-27", "2026-03-02")).toEqual([
      "2026-02-27",
      "2026-02-28",
      "2026-03-01",
      "2026-03-02",
    ]);
    expect(eachDate("2026-02-27", "2026-02-27")).toEqual(["2026-02-27"]);
    expect(eachDate("2026-02-27", "2026-02-26")).toEqual([]);
  });

  it("names the month", () => {
    expect(monthOf("2026-02-27")).toBe("2026-02");
  });
});
