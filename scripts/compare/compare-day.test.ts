import { describe, expect, it } from "vitest";
import { millis } from "../../functions/src/engine/units.ts";
import { wallToMinute } from "../../functions/src/engine/zone.ts";
import { compareDay, type Comparison, type Slot } from "./compare-day.ts";

const ZONE = "America/New_York";
const DATE = "2026-01-19";
const comparison: Comparison = {
  shop: {
    zone: ZONE,
    leadMinutes: 60,
    horizonDays: 30,
    specialties: new Map([["ada", ["inspection"]]]),
  },
  serviceId: null,
  freeOnly: false,
  now: millis(Date.parse("2026-01-12T12:00:00Z")),
};

/** The slots of a whole hour, or of the minutes from it. */
function slot(
  hour: number,
  isFree: boolean,
  more: { mechanicId?: string | null; length?: number; date?: string } = {},
): Slot {
  const { mechanicId = "ada", length = 60, date = DATE } = more;
  const start = wallToMinute(ZONE, date, hour * 60);
  return { start, end: wallToMinute(ZONE, date, hour * 60 + length), isFree, mechanicId };
}
const compare = (there: Slot[], here: Slot[], more: Partial<Comparison> = {}) =>
  compareDay(there, here, { ...comparison, ...more }).map(({ start, difference, is_free, reason }) => [
    start.slice(11, 16),
    difference,
    is_free,
    reason,
  ]);

describe("the slots of a date", () => {
  it("do not differ where both list the same, in any order", () => {
    expect(compare([slot(9, true), slot(10, false)], [slot(10, false), slot(9, true)])).toEqual([]);
  });

  it("differ where only one has them, or one has them free", () => {
    const there = [slot(12, true), slot(11, false), slot(10, true), slot(9, true)];
    const here = [slot(9, false), slot(11, true), slot(12, true), slot(14, true)];
    expect(compare(there, here)).toEqual([
      ["09:00", "free_there_taken_here", false, "slot_taken"],
      ["10:00", "only_there", true, "outside_hours"],
      ["11:00", "taken_there_free_here", true, null],
      ["14:00", "only_here", true, null],
    ]);
  });

  it.each<[string, Slot, Slot[], Partial<Comparison>]>([
    ["unknown_mechanic", slot(9, true, { mechanicId: "alan" }), [], {}],
    ["not_qualified", slot(9, true), [], { serviceId: "welding" }],
    ["too_soon", slot(7, true, { date: "2026-01-12" }), [slot(7, false, { date: "2026-01-12" })], {}],
    ["beyond_horizon", slot(9, true, { date: "2026-02-12" }), [slot(9, false, { date: "2026-02-12" })], {}],
    ["slot_taken", slot(9, true), [slot(9, false)], { serviceId: "inspection" }],
    ["different_length", slot(9, true), [slot(9, true, { length: 30 })], {}],
    ["different_grid", slot(9, true), [slot(9.5, true)], {}],
    ["outside_hours", slot(9, true), [slot(10, true), slot(9, true, { mechanicId: "grace" })], {}],
  ])("are not offered here because of %s", (reason, there, here, more) => {
    const [difference] = compareDay([there], here, { ...comparison, ...more }).filter(
      ({ reason: why }) => why !== null,
    );
    expect(difference?.reason).toBe(reason);
  });

  it("are compared by their times where the old system does not name mechanics", () => {
    const there = [slot(9, true, { mechanicId: null }), slot(10, true, { mechanicId: null })];
    const here = [slot(9, false), slot(9, true, { mechanicId: "grace" }), slot(10, false), slot(11, false)];
    expect(compare(there, here, { freeOnly: true })).toEqual([
      ["10:00", "free_there_taken_here", false, "slot_taken"],
    ]);
  });

  it("differ where only we offer them, also from a system that lists free slots only", () => {
    expect(compare([], [slot(9, true), slot(10, false)], { freeOnly: true })).toEqual([
      ["09:00", "only_here", true, null],
    ]);
  });
});
