import { gridSlots } from "../../engine/slots.ts";
import type { PlainDate } from "../../engine/types.ts";
import { formatWall } from "../../engine/zone.ts";
import { mechanicDay, type LegacySlot, type MechanicsOfDay } from "../../availability/day/day.ts";
import { slotRules } from "../../availability/answers/slot-rules.ts";
import type { Shop } from "../../catalog/schema.ts";
import { millis } from "../../engine/units.ts";

/**
 * The slots of a date as the weekly seeder stores them: every mechanic's general grid, in shop wall time. All are marked
 * free: bookings, daily limits, lead time and horizon are applied when a request is answered.
 */
export function slotsToSeed(shop: Shop, date: PlainDate, mechanics: MechanicsOfDay): LegacySlot[] {
  const wanted = { service: undefined, durationMinutes: shop.policy.default_slot_minutes };
  const atAnyTime = { leadTimeMinutes: 0, now: millis(Number.NEGATIVE_INFINITY), horizonEnd: null };
  const rules = { ...slotRules(shop, date, wanted, millis(0)), ...atAnyTime };
  return Object.entries(mechanics)
    .flatMap(([mechanic_id, mechanic]) => {
      const day = mechanicDay(mechanic);
      const untouched = day && { ...day, busy: [], max_bookings_per_day: null };
      return untouched ? gridSlots(untouched, rules).map((slot) => ({ ...slot, mechanic_id })) : [];
    })
    .sort((a, b) => a.start - b.start || (a.mechanic_id < b.mechanic_id ? -1 : 1))
    .map(({ start, end, is_free, mechanic_id }) => ({
      start: formatWall(shop.time_zone, start),
      end: formatWall(shop.time_zone, end),
      is_free,
      mechanic_id,
    }));
}
