import { describe, expect, it } from "vitest";
import { openIntervals } from "./open-time.ts";
import type { ExceptionRule, ScheduleInterval, Weekday, WeeklySchedule } from "./types.ts";
import { formatWithOffset } from "./zone.ts";
import { minutes } from "./units.ts";

const NEW_YORK = "America/New_York";

const hours = (text: string, location_id: string | null = null): ScheduleInterval => {
  const [start_time, end_time] = text.split("-") as [string, string];
  return { start_time, end_time, location_id };
};

const week = (days: Partial<Record<Weekday, string[]>>): WeeklySchedule =>
  Object.fromEntries(Object.entries(days).map(([day, texts]) => [day, texts.map((text) => hours(text))]));

const exception = (
  effect: ExceptionRule["effect"],
  date: string,
  text: string | null = null,
  location_id: string | null = null,
): ExceptionRule => {
  const [start_time, end_time] = text === null ? [null, null] : (text.split("-") as [string, string]);
  return { effect, from_date: date, to_date: date, start_time, end_time, rrule: null, location_id };
};

interface Case {
  zone?: string;
  week: WeeklySchedule;
  exceptions?: ExceptionRule[];
}

/** Each interval as `start end`, and the anchor where it differs from the start. */
function openOn(date: string, { zone = NEW_YORK, week, exceptions = [] }: Case): string[] {
  const text = (minute: number) =>
    formatWithOffset(zone, minutes(minute)).replace(":00-", "-").replace(":00+", "+");
  return openIntervals({ zone, date, weeklySchedule: week, exceptions }).map(({ start, end, anchor }) =>
    [text(start), text(end), ...(anchor === start ? [] : [`anchor ${text(anchor)}`])].join(" "),
  );
}

describe("open time", () => {
  it("is the weekday's intervals in shop wall time", () => {
    const monday = { week: week({ monday: ["09:00-12:00", "14:00-18:00"] }) };
    expect(openOn("2026-01-19", monday)).toEqual([
      "2026-01-19T09:00-05:00 2026-01-19T12:00-05:00",
      "2026-01-19T14:00-05:00 2026-01-19T18:00-05:00",
    ]);
    expect(openOn("2026-01-20", monday)).toEqual([]);
  });

  it("follows the same rules in 2100 and on the first date", () => {
    const every = { week: week({ thursday: ["09:00-12:00"], monday: ["09:00-12:00"] }) };
    expect(openOn("2100-01-04", every)).toEqual(["2100-01-04T09:00-05:00 2100-01-04T12:00-05:00"]);
    expect(openOn("1970-01-01", every)).toEqual(["1970-01-01T09:00-05:00 1970-01-01T12:00-05:00"]);
  });

  it("keeps intervals that meet within a date apart", () => {
    expect(openOn("2026-01-19", { week: week({ monday: ["09:10-12:00", "12:00-13:00"] }) })).toHaveLength(2);
  });
});

describe("a shift over midnight", () => {
  const night = { week: week({ monday: ["22:00-24:00"], tuesday: ["00:00-06:00", "10:00-11:00"] }) };

  it("ends after midnight for the slots of its first date", () => {
    expect(openOn("2026-01-19", night)).toEqual(["2026-01-19T22:00-05:00 2026-01-20T06:00-05:00"]);
  });

  it("starts at midnight for the slots of its second date, on the grid of its own start", () => {
    expect(openOn("2026-01-20", night)).toEqual([
      "2026-01-20T00:00-05:00 2026-01-20T06:00-05:00 anchor 2026-01-19T22:00-05:00",
      "2026-01-20T10:00-05:00 2026-01-20T11:00-05:00",
    ]);
  });

  it("is two shifts when its halves are at different locations or a minute apart", () => {
    const twoPlaces = {
      week: { monday: [hours("22:00-24:00", "north")], tuesday: [hours("00:00-06:00", "south")] },
    };
    expect(openOn("2026-01-19", twoPlaces)).toEqual(["2026-01-19T22:00-05:00 2026-01-20T00:00-05:00"]);
    expect(openOn("2026-01-20", twoPlaces)).toEqual(["2026-01-20T00:00-05:00 2026-01-20T06:00-05:00"]);
    const oneMinute = { week: week({ monday: ["22:00-23:59"], tuesday: ["00:00-06:00"] }) };
    expect(openOn("2026-01-20", oneMinute)).toEqual(["2026-01-20T00:00-05:00 2026-01-20T06:00-05:00"]);
  });

  it("is anchored one date back and ends one date later when the hours are round the clock", () => {
    const always = {
      week: week({ sunday: ["00:00-24:00"], monday: ["00:00-24:00"], tuesday: ["00:00-24:00"] }),
    };
    expect(openOn("2026-01-19", always)).toEqual([
      "2026-01-19T00:00-05:00 2026-01-21T00:00-05:00 anchor 2026-01-18T00:00-05:00",
    ]);
  });

  it("keeps its anchor when the first date is taken, and loses it when that date's hours are replaced", () => {
    const dayOff = [exception("unavailable", "2026-01-19")];
    expect(openOn("2026-01-20", { ...night, exceptions: dayOff })[0]).toBe(
      "2026-01-20T00:00-05:00 2026-01-20T06:00-05:00 anchor 2026-01-19T22:00-05:00",
    );
    const otherHours = [exception("available", "2026-01-19", "09:00-12:00")];
    expect(openOn("2026-01-20", { ...night, exceptions: otherHours })[0]).toBe(
      "2026-01-20T00:00-05:00 2026-01-20T06:00-05:00",
    );
  });

  it("ends at midnight when the second date is taken", () => {
    const dayOff = [exception("unavailable", "2026-01-20")];
    expect(openOn("2026-01-19", { ...night, exceptions: dayOff })).toEqual([
      "2026-01-19T22:00-05:00 2026-01-20T00:00-05:00",
    ]);
    expect(openOn("2026-01-20", { ...night, exceptions: dayOff })).toEqual([]);
    const firstHour = [exception("unavailable", "2026-01-20", "00:00-01:00")];
    expect(openOn("2026-01-19", { ...night, exceptions: firstHour })).toEqual([
      "2026-01-19T22:00-05:00 2026-01-20T00:00-05:00",
    ]);
    expect(openOn("2026-01-20", { ...night, exceptions: firstHour })[0]).toBe(
      "2026-01-20T01:00-05:00 2026-01-20T06:00-05:00 anchor 2026-01-19T22:00-05:00",
    );
  });

  it("joins available hours to the template's", () => {
    const exceptions = [exception("available", "2026-01-19", "20:30-24:00")];
    expect(openOn("2026-01-20", { ...night, exceptions })[0]).toContain("anchor 2026-01-19T20:30-05:00");
  });
});

describe("openIntervals with exceptions", () => {
  const monday = week({ monday: ["09:00-17:00"] });

  it("replaces the template on a date with available exceptions", () => {
    const exceptions = [
      exception("available", "2026-01-19", "18:00-20:00"),
      exception("available", "2026-01-21"),
    ];
    expect(openOn("2026-01-19", { week: monday, exceptions })).toEqual([
      "2026-01-19T18:00-05:00 2026-01-19T20:00-05:00",
    ]);
  });

  it("takes unavailable and busy time out of available hours without moving an anchor", () => {
    const exceptions = [
      exception("busy", "2026-01-19", "13:00-13:20"),
      exception("available", "2026-01-19", "10:00-16:00"),
      exception("unavailable", "2026-01-19", "09:00-10:10"),
      exception("unavailable", "2026-01-19", "15:30-24:00"),
    ];
    const expected = [
      "2026-01-19T10:10-05:00 2026-01-19T13:00-05:00 anchor 2026-01-19T10:00-05:00",
      "2026-01-19T13:20-05:00 2026-01-19T15:30-05:00 anchor 2026-01-19T10:00-05:00",
    ];
    expect(openOn("2026-01-19", { week: monday, exceptions })).toEqual(expected);
    expect(openOn("2026-01-19", { week: monday, exceptions: exceptions.toReversed() })).toEqual(expected);
  });

  it("is empty when an exception takes the whole day", () => {
    expect(openOn("2026-01-19", { week: monday, exceptions: [exception("busy", "2026-01-19")] })).toEqual([]);
  });

  it("takes the same time out whether exceptions meet, overlap or contain each other", () => {
    const rest = [
      "2026-01-19T09:00-05:00 2026-01-19T10:00-05:00",
      "2026-01-19T14:00-05:00 2026-01-19T17:00-05:00 anchor 2026-01-19T09:00-05:00",
    ];
    for (const texts of [
      ["12:00-14:00", "10:00-12:00"],
      ["10:00-14:00", "11:00-12:00"],
      ["10:00-14:00", "10:00-12:00", "12:00-14:00"],
    ]) {
      const exceptions = texts.map((text) => exception("unavailable", "2026-01-19", text));
      expect(openOn("2026-01-19", { week: monday, exceptions })).toEqual(rest);
    }
  });

  it("follows the recurrence rule of an exception", () => {
    const firstMonday = {
      ...exception("unavailable", "2026-01-01"),
      to_date: null,
      rrule: "FREQ=MONTHLY;BYDAY=1MO",
    };
    expect(openOn("2100-03-01", { week: monday, exceptions: [firstMonday] })).toEqual([]);
    expect(openOn("2100-03-08", { week: monday, exceptions: [firstMonday] })).toHaveLength(1);
  });
});

describe("openIntervals when the clock changes", () => {
  it("shortens a shift over the gap by an hour and lengthens one over the repeated hour", () => {
    const sunday = { week: week({ sunday: ["01:00-10:00"] }) };
    expect(openOn("2026-03-08", sunday)).toEqual(["2026-03-08T01:00-05:00 2026-03-08T10:00-04:00"]);
    expect(openOn("2026-11-01", sunday)).toEqual(["2026-11-01T01:00-04:00 2026-11-01T10:00-05:00"]);
  });

  it("moves a shift inside the gap to after it, and drops one that becomes empty", () => {
    expect(openOn("2026-03-08", { week: week({ sunday: ["02:15-02:45"] }) })).toEqual([
      "2026-03-08T03:15-04:00 2026-03-08T03:45-04:00",
    ]);
    expect(openOn("2026-03-08", { week: week({ sunday: ["02:00-03:00"] }) })).toEqual([]);
    expect(openOn("2026-03-08", { week: week({ sunday: ["02:30-03:10"] }) })).toEqual([]);
  });

  it("keeps shifts disjoint that the gap makes overlap, the later one on its own grid", () => {
    expect(openOn("2026-03-08", { week: week({ sunday: ["02:00-02:45", "03:00-04:00"] }) })).toEqual([
      "2026-03-08T03:00-04:00 2026-03-08T03:45-04:00",
      "2026-03-08T03:45-04:00 2026-03-08T04:00-04:00 anchor 2026-03-08T03:00-04:00",
    ]);
  });

  it("ignores an exception that the gap makes empty", () => {
    const sunday = week({ sunday: ["01:00-10:00"] });
    for (const text of ["02:00-03:00", "02:30-03:10"]) {
      expect(
        openOn("2026-03-08", { week: sunday, exceptions: [exception("busy", "2026-03-08", text)] }),
      ).toEqual(["2026-03-08T01:00-05:00 2026-03-08T10:00-04:00"]);
    }
  });

  it("takes the earlier instant of a start or an end that exists twice", () => {
    expect(openOn("2026-11-01", { week: week({ sunday: ["01:00-01:30"] }) })).toEqual([
      "2026-11-01T01:00-04:00 2026-11-01T01:30-04:00",
    ]);
    expect(openOn("2026-11-01", { week: week({ sunday: ["01:30-02:00"] }) })).toEqual([
      "2026-11-01T01:30-04:00 2026-11-01T02:00-05:00",
    ]);
  });

  it("joins a night shift over a midnight that does not exist", () => {
    const night = { zone: "Asia/Beirut", week: week({ saturday: ["22:00-24:00"], sunday: ["00:00-03:00"] }) };
    expect(openOn("2026-03-28", night)).toEqual(["2026-03-28T22:00+02:00 2026-03-29T03:00+03:00"]);
    expect(openOn("2026-03-29", night)).toEqual([
      "2026-03-29T01:00+03:00 2026-03-29T03:00+03:00 anchor 2026-03-28T22:00+02:00",
    ]);
  });

  describe("at a midnight that does not exist, where several shifts start in the date's first minute", () => {
    const saturday = [hours("22:00-24:00")];
    const openOnSunday = (...sunday: ScheduleInterval[]) =>
      openOn("2026-09-06", { zone: "America/Santiago", week: { saturday, sunday } });

    it("continues the evening's grid in the first shift and gives the others their own", () => {
      expect(openOnSunday(hours("00:00-00:30"), hours("01:00-03:00"))).toEqual([
        "2026-09-06T01:00-03:00 2026-09-06T01:30-03:00 anchor 2026-09-05T22:00-04:00",
        "2026-09-06T01:30-03:00 2026-09-06T03:00-03:00 anchor 2026-09-06T01:00-03:00",
      ]);
    });

    it("continues the evening's grid in no shift when the first is at another location", () => {
      expect(openOnSunday(hours("00:00-00:30", "north"), hours("01:00-03:00"))).toEqual([
        "2026-09-06T01:00-03:00 2026-09-06T01:30-03:00",
        "2026-09-06T01:30-03:00 2026-09-06T03:00-03:00 anchor 2026-09-06T01:00-03:00",
      ]);
    });

    it("continues the evening's grid in the shift that starts after the gap when none lies in it", () => {
      const joined = "2026-09-06T01:00-03:00 2026-09-06T03:00-03:00 anchor 2026-09-05T22:00-04:00";
      expect(openOnSunday(hours("01:00-03:00"))).toEqual([joined]);
      expect(openOnSunday(hours("00:00-01:00"), hours("01:00-03:00"))).toEqual([joined]);
    });
  });

  it("is empty on a date that the zone skipped", () => {
    expect(openOn("2011-12-30", { zone: "Pacific/Apia", week: week({ friday: ["09:00-17:00"] }) })).toEqual(
      [],
    );
  });
});
