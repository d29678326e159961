import { describe, expect, it } from "vitest";
import { shopSchema } from "../../catalog/schema.ts";
import { millis, toMinutes } from "../../engine/units.ts";
import { firstMinuteFrom, slotRules } from "./slot-rules.ts";

const NOON = Date.parse("2026-01-19T12:00:00Z");
const WANTED = { service: undefined, durationMinutes: 60 };

function horizonEnd(horizon_days: number | null): number | null {
  const shop = { id: "s", ...shopSchema.parse({ time_zone: "UTC", policy: { horizon_days } }) };
  return slotRules(shop, "2026-01-19", WANTED, millis(NOON)).horizonEnd;
}

describe("the horizon", () => {
  it("ends with the last bookable date, today being day 0", () => {
    expect(horizonEnd(0)).toBe(toMinutes(millis(Date.parse("2026-01-20T00:00:00Z"))));
    expect(horizonEnd(7)).toBe(toMinutes(millis(Date.parse("2026-01-27T00:00:00Z"))));
  });

  it.each([null, 3_000_000, Number.MAX_SAFE_INTEGER])(
    "is unlimited if it would lie beyond the calendar: %s",
    (days) => {
      expect(horizonEnd(days)).toBeNull();
    },
  );
});

describe("the first minute from an instant", () => {
  it.each([
    ["is the instant's own minute if that begins at it", "12:00:00.000", "12:00:00"],
    ["is the next minute a millisecond later", "12:00:00.001", "12:01:00"],
    ["is the next minute until that begins", "12:00:59.999", "12:01:00"],
  ])("%s", (_title, instant, minute) => {
    const at = (time: string) => Date.parse(`2026-01-19T${time}Z`);
    expect(firstMinuteFrom(millis(at(instant)))).toBe(toMinutes(millis(at(minute))));
  });
});
