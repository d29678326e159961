import { describe, expect, it } from "vitest";
import { exceptionSchema } from "./schema.ts";

const dayOff = { mechanic_id: "ada", from_date: "2026-01-19", effect: "unavailable" };
const problemsOf = (fields: object) =>
  exceptionSchema.safeParse({ ...dayOff, ...fields }).error?.issues.map(({ message }) => message) ?? [];

describe("an exception", () => {
  it.each([
    ["the whole day", {}],
    ["an hour", { start_time: "09:00", end_time: "10:00" }],
    ["the rest of the day", { start_time: "23:00", end_time: "24:00" }],
    ["all before a time", { end_time: "00:01" }],
    ["all after a time", { start_time: "23:59" }],
    ["what a calendar exports", { rrule: "RRULE:FREQ=WEEKLY;BYDAY=MO" }],
  ])("may be about %s", (_what, fields) => {
    expect(problemsOf(fields)).toEqual([]);
  });

  it.each([
    ["no time", { start_time: "09:00", end_time: "09:00" }, "ends after it starts"],
    [
      "a night",
      { effect: "available", start_time: "22:00", end_time: "02:00" },
      "two, the first until 24:00",
    ],
    ["a midnight that is not 24:00", { start_time: "22:00", end_time: "00:00" }, "Not HH:MM"],
    ["a rule with dates left out", { rrule: "FREQ=DAILY\nEXDATE:20260120" }, "is one line"],
    ["a rule of hours", { rrule: "FREQ=HOURLY" }, "FREQ takes DAILY"],
  ])("may not be about %s, and says why", (_what, fields, why) => {
    expect(problemsOf(fields).join(" ")).toContain(why);
  });
});
