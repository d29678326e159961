import { describe, expect, it } from "vitest";
import { shopSchema } from "../../catalog/schema.ts";
import { slotRules } from "./slot-rules.ts";

const NOON = Date.parse("2026-01-19T12:00:00Z");
const WANTED = { service: undefined, durationMinutes: 60 };

function horizonEnd(horizon_days: number | null): number | null {
  const shop = { id: "s", ...shopSchema.parse({ time_zone: "UTC", policy: { horizon_days } }) };
  return slotRules(shop, "2026-01-19", WANTED, NOON).horizonEnd;
}

describe("the horizon", () => {
  it("ends with the last bookable date, today being day 0", () => {
    expect(horizonEnd(0)).toBe(Date.parse("2026-01-20T00:00:00Z") / 60_000);
    expect(horizonEnd(7)).toBe(Date.parse("2026-01-27T00:00:00Z") / 60_000);
  });

  it.each([null, 3_000_000, Number.MAX_SAFE_INTEGER])(
    "is none where it would lie past the calendar: %s",
    (days) => {
      expect(horizonEnd(days)).toBeNull();
    },
  );
});
