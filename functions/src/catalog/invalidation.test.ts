import { describe, expect, it } from "vitest";
import { mechanicInvalidation, serviceInvalidation, shopInvalidation } from "./invalidation.ts";
import { mechanicSchema, serviceSchema, shopSchema, type Mechanic } from "./schema.ts";

const mechanic = { ...mechanicSchema.parse({ name: "Ada", specialties: ["a"], active: true }), id: "ada" };
const service = { ...serviceSchema.parse({ name: "A", durations_minutes: [30] }), id: "a" };
const shop = { ...shopSchema.parse({ name: "S", time_zone: "Asia/Taipei" }), id: "s" };

describe("the catalog is stale", () => {
  it("when a mechanic is added, removed, or changes working hours", () => {
    const hours = { monday: [{ start_time: "09:00", end_time: "12:00" }] };
    const cases: readonly [Mechanic | undefined, Mechanic | undefined][] = [
      [undefined, mechanic],
      [mechanic, undefined],
      [mechanic, { ...mechanic, active: false }],
      [mechanic, { ...mechanic, specialties: [] }],
      [mechanic, { ...mechanic, weekly_schedule: hours }],
      [mechanic, { ...mechanic, max_bookings_per_day: 3 }],
    ];
    for (const [before, after] of cases) {
      expect(mechanicInvalidation(before, after)).toEqual({ kind: "catalog" });
    }
  });

  it("not when only a mechanic's name changes, or the mechanic is inactive", () => {
    const gone = { ...mechanic, active: false };
    expect(mechanicInvalidation(mechanic, { ...mechanic, name: "Ada L." })).toEqual({ kind: "none" });
    expect(mechanicInvalidation(gone, { ...gone, specialties: [] })).toEqual({ kind: "none" });
    expect(mechanicInvalidation(gone, undefined)).toEqual({ kind: "none" });
  });

  it("when any field of a service changes, because instances cache it whole", () => {
    expect(serviceInvalidation(service, { ...service, name: "B" })).toEqual({ kind: "catalog" });
    expect(serviceInvalidation(service, { ...service, buffer_after_minutes: 15 })).toEqual({
      kind: "catalog",
    });
    expect(serviceInvalidation(undefined, service)).toEqual({ kind: "catalog" });
    expect(serviceInvalidation(service, { ...service })).toEqual({ kind: "none" });
  });

  it("when the shop's zone or policy changes, or it closes, but not when its name changes", () => {
    expect(shopInvalidation(shop, { ...shop, active: false })).toEqual({ kind: "catalog" });
    const policy = { ...shop.policy, slot_interval_minutes: 15 };
    expect(shopInvalidation(shop, { ...shop, time_zone: "Asia/Tokyo" })).toEqual({ kind: "catalog" });
    expect(shopInvalidation(shop, { ...shop, policy })).toEqual({ kind: "catalog" });
    expect(shopInvalidation(shop, { ...shop, name: "T" })).toEqual({ kind: "none" });
  });
});
