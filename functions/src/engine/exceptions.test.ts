import { describe, expect, it } from "vitest";
import { availableShifts, datesTouched, exceptionTouches, takenOn } from "./exceptions.ts";
import type { ExceptionRule } from "./types.ts";

function exception(fields: Partial<ExceptionRule>): ExceptionRule {
  return {
    from_date: "2026-01-20",
    to_date: "2026-01-20",
    start_time: null,
    end_time: null,
    effect: "unavailable",
    rrule: null,
    ...fields,
  };
}

const available = (start_time: string, end_time: string, location_id: string | null = null) =>
  exception({ effect: "available", start_time, end_time, location_id });

describe("an exception", () => {
  it("touches every date of its range, both ends included", () => {
    const vacation = exception({ from_date: "2026-01-20", to_date: "2026-01-22" });
    const touched = ["2026-01-19", "2026-01-20", "2026-01-22", "2026-01-23"].map((date) =>
      exceptionTouches(vacation, date),
    );
    expect(touched).toEqual([false, true, true, false]);
  });

  it("touches its rule's dates until its last date", () => {
    const fridays = exception({
      from_date: "2026-01-01",
      to_date: "2026-01-16",
      rrule: "FREQ=WEEKLY;BYDAY=FR",
    });
    expect(datesTouched(fridays, "2025-01-01", "2027-01-01")).toEqual([
      "2026-01-02",
      "2026-01-09",
      "2026-01-16",
    ]);
    const forEver = { ...fridays, to_date: null };
    expect(datesTouched(forEver, "2100-01-01", "2100-01-10")).toEqual(["2100-01-01", "2100-01-08"]);
  });

  it("touches no date of a range outside its own or of a reversed range", () => {
    const vacation = exception({ from_date: "2026-01-20", to_date: "2026-01-22" });
    expect(datesTouched(vacation, "2026-01-21", "2026-03-01")).toEqual(["2026-01-21", "2026-01-22"]);
    expect(datesTouched(vacation, "2026-02-01", "2026-03-01")).toEqual([]);
    expect(datesTouched(vacation, "2026-01-22", "2026-01-20")).toEqual([]);
  });

  it("takes out the whole date or its hours", () => {
    const exceptions = [
      exception({}),
      exception({ effect: "busy", start_time: "09:00", end_time: "10:30" }),
      available("08:00", "18:00"),
      exception({ from_date: "2026-01-21", to_date: "2026-01-21" }),
    ];
    expect(takenOn(exceptions, "2026-01-20")).toEqual([
      { start: 0, end: 1440 },
      { start: 540, end: 630 },
    ]);
  });
});

describe("the function availableShifts", () => {
  it("returns null when no available exception touches the date", () => {
    expect(availableShifts([exception({}), available("08:00", "09:00")], "2026-01-21")).toBeNull();
    expect(availableShifts([exception({})], "2026-01-20")).toBeNull();
  });

  it("returns the union of the exceptions, in any order", () => {
    const exceptions = [
      available("15:00", "16:00"),
      available("10:00", "12:00"),
      available("08:00", "10:30"),
    ];
    const union = [
      { start: 480, end: 720, location_id: null },
      { start: 900, end: 960, location_id: null },
    ];
    expect(availableShifts(exceptions, "2026-01-20")).toEqual(union);
    expect(availableShifts(exceptions.toReversed(), "2026-01-20")).toEqual(union);
  });

  it("joins exceptions that meet at one location, and no others", () => {
    expect(availableShifts([available("10:00", "12:00"), available("08:00", "10:00")], "2026-01-20")).toEqual(
      [{ start: 480, end: 720, location_id: null }],
    );
    expect(
      availableShifts(
        [available("10:00", "12:00", "north"), available("08:00", "10:00", "south")],
        "2026-01-20",
      ),
    ).toEqual([
      { start: 480, end: 600, location_id: "south" },
      { start: 600, end: 720, location_id: "north" },
    ]);
  });

  it("returns the longer of two exceptions when the other lies inside it", () => {
    const outer = available("08:00", "12:00");
    for (const inner of [
      available("09:00", "10:00"),
      available("08:00", "10:00"),
      available("10:00", "12:00"),
      available("09:00", "10:00", "north"),
    ]) {
      expect(availableShifts([outer, inner], "2026-01-20")).toEqual([
        { start: 480, end: 720, location_id: null },
      ]);
    }
  });

  it("gives minutes claimed for two locations to the shift that starts first", () => {
    const exceptions = [
      available("12:00", "14:00", "north"),
      available("09:30", "13:00", "south"),
      available("09:00", "10:00", "north"),
    ];
    expect(availableShifts(exceptions, "2026-01-20")).toEqual([
      { start: 540, end: 600, location_id: "north" },
      { start: 600, end: 780, location_id: "south" },
      { start: 780, end: 840, location_id: "north" },
    ]);
  });

  it("returns the whole date for an exception without hours", () => {
    expect(availableShifts([exception({ effect: "available" })], "2026-01-20")).toEqual([
      { start: 0, end: 1440, location_id: null },
    ]);
  });
});
