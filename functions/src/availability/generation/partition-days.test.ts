import { describe, expect, it } from "vitest";
import { shopSchema } from "../../catalog/schema.ts";
import type { StoredDay } from "../day/day.ts";
import { partitionDays } from "./partition-days.ts";
import { type Millis, millis } from "../../engine/units.ts";

const shop = { id: "s", ...shopSchema.parse({ time_zone: "UTC", catalog_version: 3 }) };
const NOW = 1_000;
const SLOT = { start: "", end: "", is_free: true, mechanic_id: "ada" };

const generated: StoredDay = {
  date: "generated",
  generated_dynamically: true,
  cached_at: millis(0),
  expires_at: millis(NOW + 10),
  epoch: 1,
  filled_epoch: 1,
  catalog_version: 3,
  mechanics: {},
  legacy_slots: null,
};
const legacy: StoredDay = {
  ...generated,
  date: "legacy",
  generated_dynamically: false,
  legacy_slots: [SLOT],
};
const stale: StoredDay = { ...generated, date: "stale", epoch: 2 };
const DATES = ["generated", "legacy", "stale", "absent"];
const stored = new Map(
  [generated, legacy, stale, { ...generated, date: "not requested" }].map((day) => [
    day.date,
    { day, updateTime: undefined },
  ]),
);

function partition(validAt: Millis | null, forService: boolean) {
  const parts = partitionDays({ shop, dates: DATES, stored, validAt, forService });
  return {
    generated: [...parts.generated.keys()],
    legacy: [...parts.legacy.keys()],
    missing: [...parts.missing].map(([date, { keepLegacy }]) => (keepLegacy ? `${date}, kept` : date)),
  };
}

describe("partitionDays", () => {
  it.each([
    ["serves valid and legacy days", NOW, false, ["generated"], ["legacy"], ["stale", "absent"]],
    [
      "generates legacy days for a service, to be kept",
      NOW,
      true,
      ["generated"],
      [],
      ["legacy, kept", "stale", "absent"],
    ],
    [
      "generates days that expire too soon",
      NOW + 10,
      false,
      [],
      ["legacy"],
      ["generated", "stale", "absent"],
    ],
    [
      "generates every day without a cache",
      null,
      false,
      [],
      [],
      ["generated", "legacy, kept", "stale", "absent"],
    ],
  ])("%s", (_title, validAt, forService, valid, honoured, missing) => {
    expect(partition(validAt === null ? null : millis(validAt), forService)).toEqual({
      generated: valid,
      legacy: honoured,
      missing,
    });
  });

  it("returns the content of the days and the version of the missing ones", () => {
    const parts = partitionDays({ shop, dates: DATES, stored, validAt: millis(NOW), forService: false });
    expect(parts.generated.get("generated")).toBe(generated.mechanics);
    expect(parts.legacy.get("legacy")).toEqual([SLOT]);
    expect(parts.missing.get("stale")).toEqual({ day: stale, updateTime: undefined, keepLegacy: false });
    expect(parts.missing.get("absent")).toEqual({ day: undefined, updateTime: undefined, keepLegacy: false });
  });
});
