import { describe, expect, it } from "vitest";
import { dayNumber } from "./dates.ts";
import { templateShifts } from "./schedule.ts";

const monday = dayNumber("2026-01-19");

describe("the function templateShifts", () => {
  it("returns the weekday's intervals in order, whatever order they are stored in", () => {
    const schedule = {
      monday: [
        { start_time: "13:00", end_time: "24:00", location_id: "north" },
        { start_time: "09:10", end_time: "12:00" },
      ],
      tuesday: [{ start_time: "08:00", end_time: "09:00" }],
    };
    expect(templateShifts(schedule, monday)).toEqual([
      { start: 550, end: 720, location_id: null },
      { start: 780, end: 1440, location_id: "north" },
    ]);
  });

  it("returns no shift on a missing or empty weekday", () => {
    expect(templateShifts({}, monday)).toEqual([]);
    expect(templateShifts({ monday: [] }, monday)).toEqual([]);
  });

  it("returns disjoint shifts of an overlapping schedule: the earlier interval keeps the minutes", () => {
    const schedule = {
      monday: [
        { start_time: "10:00", end_time: "14:00", location_id: "south" },
        { start_time: "09:00", end_time: "12:00", location_id: "north" },
        { start_time: "11:00", end_time: "11:30" },
        { start_time: "16:00", end_time: "15:00" },
      ],
    };
    expect(templateShifts(schedule, monday)).toEqual([
      { start: 540, end: 720, location_id: "north" },
      { start: 720, end: 840, location_id: "south" },
    ]);
  });
});
