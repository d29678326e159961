import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dayNumber, eachDate, plainDate } from "./dates.ts";
import { recurrenceRuleProblem, recursOn } from "./recurrence.ts";
import type { PlainDate } from "./types.ts";

const occurrences = (rrule: string, start: PlainDate, from: PlainDate, to: PlainDate) =>
  eachDate(from, to).filter((date) => recursOn(rrule, start, date));

describe("a recurrence", () => {
  it("falls on the first Monday of the month", () => {
    expect(occurrences("FREQ=MONTHLY;BYDAY=1MO", "2026-01-01", "2026-01-01", "2026-04-30")).toEqual([
      "2026-01-05",
      "2026-02-02",
      "2026-03-02",
      "2026-04-06",
    ]);
  });

  it("falls on every second Friday, counted from its first date", () => {
    const everySecondFriday = "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR";
    expect(occurrences(everySecondFriday, "2026-01-02", "2026-01-01", "2026-02-15")).toEqual([
      "2026-01-02",
      "2026-01-16",
      "2026-01-30",
      "2026-02-13",
    ]);
    expect(occurrences(everySecondFriday, "2026-01-09", "2026-01-01", "2026-01-31")).toEqual([
      "2026-01-09",
      "2026-01-23",
    ]);
  });

  it("falls on the same date every year, and on 29 February only in leap years", () => {
    expect(occurrences("FREQ=YEARLY", "2026-12-25", "2026-01-01", "2028-12-31")).toEqual([
      "2026-12-25",
      "2027-12-25",
      "2028-12-25",
    ]);
    expect(occurrences("FREQ=YEARLY", "2024-02-29", "2024-01-01", "2030-12-31")).toEqual([
      "2024-02-29",
      "2028-02-29",
    ]);
  });

  it("falls on one Monday and on every Friday of the month", () => {
    const rule = "FREQ=MONTHLY;BYDAY=1MO,FR";
    expect(recurrenceRuleProblem(rule)).toBeNull();
    expect(occurrences(rule, "2026-01-01", "2026-02-01", "2026-03-31")).toEqual([
      "2026-02-02",
      "2026-02-06",
      "2026-02-13",
      "2026-02-20",
      "2026-02-27",
      "2026-03-02",
      "2026-03-06",
      "2026-03-13",
      "2026-03-20",
      "2026-03-27",
    ]);
  });

  it("falls on Thanksgiving and on the last working day of the month", () => {
    expect(occurrences("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "2026-01-01", "2026-01-01", "2027-12-31")).toEqual(
      ["2026-11-26", "2027-11-25"],
    );
    const lastWorkingDay = "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1";
    expect(occurrences(lastWorkingDay, "2026-01-01", "2026-05-01", "2026-06-30")).toEqual([
      "2026-05-29",
      "2026-06-30",
    ]);
  });

  it("falls on days and weeks of the year, also where a week belongs to the year beside it", () => {
    const weeks = "FREQ=YEARLY;BYWEEKNO=1,51;BYDAY=MO,SU";
    expect(occurrences(weeks, "2024-01-01", "2024-12-01", "2025-12-31")).toEqual([
      "2024-12-16",
      "2024-12-22",
      "2024-12-30",
      "2025-01-05",
      "2025-12-15",
      "2025-12-21",
      "2025-12-29",
    ]);
    expect(occurrences("FREQ=YEARLY;BYYEARDAY=60,-1", "2027-01-01", "2027-01-01", "2028-12-31")).toEqual([
      "2027-03-01",
      "2027-12-31",
      "2028-02-29",
      "2028-12-31",
    ]);
  });

  it("falls only on dates that match every part of a yearly rule", () => {
    const fridays = "FREQ=YEARLY;BYMONTH=2,3,11;BYMONTHDAY=13;BYDAY=FR";
    expect(occurrences(fridays, "2026-01-01", "2026-01-01", "2027-12-31")).toEqual([
      "2026-02-13",
      "2026-03-13",
      "2026-11-13",
    ]);
    expect(occurrences("FREQ=YEARLY;BYDAY=-1SA,52FR", "2026-01-01", "2026-01-01", "2026-12-31")).toEqual([
      "2026-12-25",
      "2026-12-26",
    ]);
  });

  it("includes its first date only when the rule does", () => {
    expect(occurrences("FREQ=WEEKLY;BYDAY=MO", "2026-01-07", "2026-01-01", "2026-01-14")).toEqual([
      "2026-01-12",
    ]);
  });

  it("ends with COUNT and, inclusively, with UNTIL", () => {
    expect(occurrences("FREQ=DAILY;COUNT=3", "2026-01-30", "2026-01-01", "2026-12-31")).toEqual([
      "2026-01-30",
      "2026-01-31",
      "2026-02-01",
    ]);
    for (const until of ["20260202", "20260202T000000Z", "20260202T235959Z"]) {
      expect(
        occurrences(`FREQ=WEEKLY;BYDAY=MO;UNTIL=${until}`, "2026-01-20", "2026-01-01", "2026-12-31"),
      ).toEqual(["2026-01-26", "2026-02-02"]);
    }
    expect(
      occurrences("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=8", "2026-01-01", "2027-01-01", "2027-12-31"),
    ).toEqual(["2027-01-31"]);
  });

  it("ends with COUNT after as many years as it counts", () => {
    expect(occurrences("FREQ=YEARLY;COUNT=3", "2026-12-25", "2026-01-01", "2032-12-31")).toEqual([
      "2026-12-25",
      "2027-12-25",
      "2028-12-25",
    ]);
  });

  it("may be written with its name in front, as calendars export it", () => {
    for (const rrule of ["RRULE:FREQ=DAILY;COUNT=2", "rrule:freq=daily;until=20260102\r\n"]) {
      expect(occurrences(rrule, "2026-01-01", "2026-01-01", "2026-12-31")).toEqual([
        "2026-01-01",
        "2026-01-02",
      ]);
    }
  });

  it("is evaluated on a far date without iterating over the years before", () => {
    const startedAt = performance.now();
    for (const rrule of [
      "FREQ=DAILY",
      "FREQ=DAILY;INTERVAL=3",
      "FREQ=WEEKLY;BYDAY=MO,WE",
      "FREQ=MONTHLY;BYDAY=1MO",
    ]) {
      occurrences(rrule, "1970-01-01", "2100-12-01", "2100-12-31");
    }
    expect(performance.now() - startedAt).toBeLessThan(500);
  });

  it("keeps its interval over any distance", () => {
    const day = fc.integer({ min: dayNumber("1970-01-01"), max: dayNumber("2200-01-01") });
    fc.assert(
      fc.property(day, fc.nat(60_000), fc.integer({ min: 1, max: 40 }), (start, distance, interval) => {
        const [from, date] = [plainDate(start), plainDate(start + distance)];
        expect(recursOn(`FREQ=DAILY;INTERVAL=${interval}`, from, date)).toBe(distance % interval === 0);
        const isSameWeekday = distance % 7 === 0;
        const everyFewWeeks = recursOn(`FREQ=WEEKLY;INTERVAL=${interval}`, from, date);
        expect(everyFewWeeks).toBe(isSameWeekday && (distance / 7) % interval === 0);
      }),
    );
  });

  it("falls on no date when no date matches its rule", () => {
    expect(
      occurrences("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "2026-01-01", "2026-01-01", "2027-12-31"),
    ).toEqual([]);
    expect(recursOn("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=2", "2026-01-01", "2030-02-28")).toBe(false);
  });
});

describe("a recurrence rule", () => {
  it.each([
    "FREQ=DAILY",
    "freq=weekly;byday=mo",
    "RRULE:FREQ=WEEKLY;BYDAY=MO",
    "rrule:freq=daily\n",
    "FREQ=WEEKLY;WKST=SU;INTERVAL=2;BYDAY=TU",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=YEARLY;BYDAY=20MO",
  ])("can be %s", (text) => {
    expect(recurrenceRuleProblem(text)).toBeNull();
    expect(() => recursOn(text, "2026-01-01", "2026-06-01")).not.toThrow();
  });

  it.each([
    ["", '"" is not a part'],
    ["BYDAY=MO", "needs FREQ"],
    ["FREQ=HOURLY", "FREQ takes DAILY"],
    ["FREQ=DAILY;BYHOUR=3", '"BYHOUR=3" is not a part'],
    ["EXDATE:20260103", '"EXDATE:20260103" is not a part'],
    ["FREQ=DAILY\nEXDATE:20260103T000000Z", "one line"],
    ["RRULE:FREQ=WEEKLY;BYDAY=MO\r\nEXDATE:20260105", "one line"],
    ["DTSTART:20260103\nRRULE:FREQ=DAILY", "one line"],
    ["FREQ=DAILY;FREQ=WEEKLY", "FREQ is given twice"],
    ["FREQ=DAILY;INTERVAL=0", "INTERVAL takes a number from 1"],
    ["FREQ=DAILY;COUNT=1000", "COUNT takes a number from 1 to 999"],
    ["FREQ=DAILY;COUNT=1,2", "COUNT takes a number from 1 to 999"],
    ["FREQ=DAILY;INTERVAL=1,2", "INTERVAL takes a number from 1"],
    ["FREQ=DAILY,WEEKLY", "FREQ takes DAILY"],
    ["FREQ=WEEKLY;WKST=MO,SU", "WKST takes a weekday"],
    ["FREQ=DAILY;UNTIL=20260201,20260301", "UNTIL takes a date"],
    ["FREQ=YEARLY;BYMONTH=1,13", "BYMONTH takes months from 1 to 12"],
    ["FREQ=YEARLY;BYMONTH=13,1", "BYMONTH takes months from 1 to 12"],
    ["FREQ=YEARLY;BYMONTH=0", "BYMONTH takes months from 1 to 12"],
    ["FREQ=DAILY;UNTIL=20260230", "UNTIL takes a date"],
    ["FREQ=DAILY;COUNT=2;UNTIL=20260201", "exclude each other"],
    ["FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY takes"],
    ["FREQ=MONTHLY;BYDAY=6MO", "at most five"],
    ["FREQ=MONTHLY;BYDAY=-0MO", "BYDAY takes weekdays"],
    ["FREQ=WEEKLY;BYDAY=", "BYDAY takes weekdays"],
    ["FREQ=WEEKLY;BYDAY=1MO", "numeric value"],
    ["FREQ=WEEKLY;BYMONTHDAY=3", "WEEKLY"],
    ["FREQ=YEARLY;BYDAY=53SA", "count to 52"],
    ["FREQ=YEARLY;BYDAY=-53SA", "count to 52"],
    ["FREQ=YEARLY;BYWEEKNO=53;BYDAY=SU", "The last weeks"],
    ["FREQ=YEARLY;BYWEEKNO=51,-53;BYDAY=SU", "The last weeks"],
    ["FREQ=YEARLY;BYWEEKNO=52;BYDAY=SU", "The last weeks"],
    ["FREQ=YEARLY;BYWEEKNO=-1;BYDAY=SU", "The last weeks"],
    ["FREQ=YEARLY;BYWEEKNO=51", "BYWEEKNO needs BYDAY"],
    ["FREQ=YEARLY;BYWEEKNO=51;BYMONTHDAY=17", "BYWEEKNO needs BYDAY"],
    ["FREQ=YEARLY;BYWEEKNO=51;BYMONTHDAY=17;BYDAY=MO", "cannot be combined with BYMONTHDAY"],
    ["FREQ=YEARLY;BYWEEKNO=51;BYDAY=1MO", "BYDAY"],
    ["FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=16;BYYEARDAY=2", "BYYEARDAY cannot be combined"],
    ["FREQ=YEARLY;BYYEARDAY=2;BYDAY=MO", "BYYEARDAY cannot be combined"],
    ["FREQ=MONTHLY;BYYEARDAY=2", "BYYEARDAY"],
    ["FREQ=YEARLY;BYMONTHDAY=13;BYDAY=3FR", "counted in a year"],
    ["FREQ=YEARLY;BYDAY=1MO,FR", "counted in a year"],
    ["FREQ=DAILY;constructor=1", "is not a part"],
    [`FREQ=DAILY;BYMONTH=${"1,".repeat(300)}1`, "at most 500 characters"],
  ])("cannot be %j", (text, why) => {
    expect(recurrenceRuleProblem(text)).toContain(why);
  });
});
