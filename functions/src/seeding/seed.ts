import { gridSlots } from "../engine/slots.ts";
import type { PlainDate } from "../engine/types.ts";
import { formatWall } from "../engine/zone.ts";
import { mechanicDay, type LegacySlot, type MechanicsOfDay } from "../availability/day.ts";
import { slotRules } from "../availability/slot-rules.ts";
import type { Shop } from "../catalog/schema.ts";

/** The slots of a date as the weekly seeder stores them: every mechanic's general grid, in shop wall time. */
export function slotsToSeed(
  shop: Shop,
  date: PlainDate,
  mechanics: MechanicsOfDay,
  now: number,
): LegacySlot[] {
  const wanted = { service: undefined, durationMinutes: shop.policy.default_slot_minutes };
  // What is too soon by the time somebody asks is decided then, not now: seed as if nothing were.
  const rules = { ...slotRules(shop, date, wanted, now), leadTimeMinutes: 0, now: Number.NEGATIVE_INFINITY };
  return Object.entries(mechanics)
    .flatMap(([mechanic_id, mechanic]) => {
      const day = mechanicDay(mechanic);
      return day ? gridSlots(day, rules).map((slot) => ({ ...slot, mechanic_id })) : [];
    })
    .sort((a, b) => a.start - b.start || (a.mechanic_id < b.mechanic_id ? -1 : 1))
    .map(({ start, end, is_free, mechanic_id }) => ({
      start: formatWall(shop.time_zone, start),
      end: formatWall(shop.time_zone, end),
      is_free,
      mechanic_id,
    }));
}
