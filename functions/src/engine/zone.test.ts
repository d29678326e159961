import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import { addDays, dayNumber, plainDate } from "./dates.ts";
import {
  dateOf,
  dayBounds,
  formatWall,
  formatWithOffset,
  isTimeZone,
  minuteToWall,
  offsetMinutesAt,
  wallToMinute,
} from "./zone.ts";
import { minutes } from "./units.ts";

const at = (text: string) => Date.parse(text) / 60_000;

describe("a shop's time zone", () => {
  it("is an IANA name", () => {
    expect(["America/New_York", "Asia/Kathmandu", "UTC", "Etc/GMT+5"].every(isTimeZone)).toBe(true);
    expect(["Mars/Olympus", "+05:00", "", "-0800", "America/New_York\n"].some(isTimeZone)).toBe(false);
  });
});

describe("wall time", () => {
  it("is set on the date, not added to midnight, on the day the clock changes", () => {
    expect(wallToMinute("America/New_York", "2026-03-08", 600)).toBe(at("2026-03-08T10:00-04:00"));
    expect(wallToMinute("America/New_York", "2026-11-01", 600)).toBe(at("2026-11-01T10:00-05:00"));
  });

  it("moves forward by the gap where it does not exist", () => {
    expect(wallToMinute("America/New_York", "2026-03-08", 150)).toBe(at("2026-03-08T03:30-04:00"));
    expect(wallToMinute("Australia/Lord_Howe", "2026-10-04", 135)).toBe(at("2026-10-04T02:45+11:00"));
  });

  it("is the earlier instant where it exists twice", () => {
    expect(wallToMinute("America/New_York", "2026-11-01", 90)).toBe(at("2026-11-01T01:30-04:00"));
    expect(wallToMinute("Australia/Lord_Howe", "2026-04-05", 105)).toBe(at("2026-04-05T01:45+11:00"));
  });

  it("ends a date at 24:00, which is 00:00 of the next", () => {
    for (const date of ["2026-03-07", "2026-03-08", "2026-10-31", "2026-11-01"]) {
      const midnight = wallToMinute("America/New_York", addDays(date, 1), 0);
      expect(wallToMinute("America/New_York", date, 1440)).toBe(midnight);
    }
  });

  it("is written with and without the offset", () => {
    const minute = at("2026-01-15T14:05-05:00");
    expect(formatWithOffset("America/New_York", minutes(minute))).toBe("2026-01-15T14:05:00-05:00");
    expect(formatWithOffset("Asia/Kathmandu", minutes(minute))).toBe("2026-01-16T00:50:00+05:45");
    expect(formatWithOffset("America/St_Johns", minutes(minute))).toBe("2026-01-15T15:35:00-03:30");
    expect(formatWithOffset("UTC", minutes(minute))).toBe("2026-01-15T19:05:00+00:00");
    expect(formatWall("America/New_York", minutes(minute))).toBe("2026-01-15T14:05:00");
  });
});

describe("the day between a date's bounds", () => {
  const hours = (zone: string, date: string) => {
    const { start, end } = dayBounds(zone, date);
    return (end - start) / 60;
  };

  it("has 23 or 25 hours when the clock changes, 23.5 or 24.5 on Lord Howe", () => {
    expect(hours("America/New_York", "2026-03-07")).toBe(24);
    expect(hours("America/New_York", "2026-03-08")).toBe(23);
    expect(hours("America/New_York", "2026-11-01")).toBe(25);
    expect(hours("Australia/Lord_Howe", "2026-10-04")).toBe(23.5);
    expect(hours("Australia/Lord_Howe", "2026-04-05")).toBe(24.5);
  });

  it.each([
    ["Asia/Beirut", "2026-03-29"],
    ["America/Santiago", "2026-09-06"],
    ["Africa/Cairo", "2026-04-24"],
  ])("starts at 01:00 in %s on %s, whose midnight does not exist", (zone, date) => {
    expect(formatWall(zone, dayBounds(zone, date).start)).toBe(`${date}T01:00:00`);
    expect(hours(zone, date)).toBe(23);
  });

  it("is empty on a date that a zone skipped", () => {
    expect(hours("Pacific/Apia", "2011-12-30")).toBe(0);
  });

  it("has its clock change in 2100", () => {
    expect(hours("Europe/Berlin", "2100-03-28")).toBe(23);
    expect(formatWithOffset("Europe/Berlin", dayBounds("Europe/Berlin", "2100-07-01").start)).toBe(
      "2100-07-01T00:00:00+02:00",
    );
  });
});

describe("the zone arithmetic, compared with Temporal,", { timeout: 30_000 }, () => {
  const zones = Intl.supportedValuesOf("timeZone");
  const manyRules = [
    "America/New_York",
    "Europe/London",
    "America/Santiago",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "America/Nuuk",
    "Africa/Casablanca",
    "Pacific/Chatham",
    "Asia/Tokyo",
  ];

  /** What this resolver and Temporal say differently about a date and about times of its day. */
  function differences(zone: string, date: Temporal.PlainDate, minutesOfDay: readonly number[]): string[] {
    const startOf = (day: Temporal.PlainDate) => day.toZonedDateTime(zone).epochMilliseconds / 60_000;
    const bounds = dayBounds(zone, date.toString());
    const found = [];
    if (bounds.start !== startOf(date)) found.push(`${zone} ${date.toString()} starts`);
    if (bounds.end !== startOf(date.add({ days: 1 }))) found.push(`${zone} ${date.toString()} ends`);
    for (const minuteOfDay of minutesOfDay) {
      const wall = date.toPlainDateTime().add({ minutes: minuteOfDay });
      const instant = wall.toZonedDateTime(zone, { disambiguation: "compatible" });
      const minute = instant.epochMilliseconds / 60_000;
      const shown = minuteToWall(zone, minutes(minute));
      const isSame =
        wallToMinute(zone, date.toString(), minuteOfDay) === minute &&
        formatWithOffset(zone, minutes(minute)) === instant.toString({ timeZoneName: "never" }) &&
        shown.date === instant.toPlainDate().toString() &&
        shown.minuteOfDay === instant.hour * 60 + instant.minute;
      if (!isSame) found.push(`${zone} ${wall.toString()}`);
    }
    return found;
  }

  function transitions(zone: string, fromYear: number, toYear: number): Temporal.ZonedDateTime[] {
    const found: Temporal.ZonedDateTime[] = [];
    const from = Temporal.Instant.from(`${fromYear}-01-01T00:00Z`).toZonedDateTimeISO(zone);
    let next = from.getTimeZoneTransition("next");
    while (next !== null && next.year <= toYear) {
      found.push(next);
      next = next.getTimeZoneTransition("next");
    }
    return found;
  }

  it("agrees around every transition from 2020 to 2040", () => {
    let checked = 0;
    for (const zone of manyRules) {
      for (const transition of transitions(zone, 2020, 2040)) {
        const [date, minute] = [transition.toPlainDate(), transition.epochMilliseconds / 60_000];
        for (const near of [date.subtract({ days: 1 }), date]) {
          expect(differences(zone, near, [0, 90, 135, 1410])).toEqual([]);
        }
        expect(offsetMinutesAt(zone, minutes(minute))).toBe(transition.offsetNanoseconds / 60e9);
        expect(offsetMinutesAt(zone, minutes(minute - 1))).not.toBe(offsetMinutesAt(zone, minutes(minute)));
        checked++;
      }
    }
    expect(checked).toBeGreaterThan(280);
  });

  it("agrees where zones crossed the date line or changed the clock a minute after midnight", () => {
    for (const zone of ["Pacific/Apia", "Pacific/Kwajalein", "America/St_Johns", "Asia/Pyongyang"]) {
      for (const transition of transitions(zone, 1993, 2019)) {
        const date = transition.toPlainDate();
        for (const near of [date.subtract({ days: 1 }), date, date.add({ days: 1 })]) {
          expect(differences(zone, near, [0, 1, 60, 720, 1439])).toEqual([]);
        }
      }
    }
  });

  it("agrees on dates anywhere from 1973 to 2100, in any zone", () => {
    const day = fc.integer({ min: dayNumber("1973-01-01"), max: dayNumber("2100-12-31") });
    const minuteOfDay = fc.integer({ min: 0, max: 1440 });
    fc.assert(
      fc.property(fc.constantFrom(...zones), day, minuteOfDay, (zone, number, minute) => {
        const date = Temporal.PlainDate.from(plainDate(number));
        expect(differences(zone, date, [0, minute])).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("returns the date at an instant", () => {
    expect(dateOf("Asia/Tokyo", minutes(at("2026-01-15T15:00Z")))).toBe("2026-01-16");
    expect(dateOf("America/New_York", minutes(at("2026-01-15T04:59Z")))).toBe("2026-01-14");
  });
});
