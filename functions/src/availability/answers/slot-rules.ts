import type { Service, Shop } from "../../catalog/schema.ts";
import { addDays, daysBetween, LAST_DATE } from "../../engine/dates.ts";
import type { PlainDate, SlotRules } from "../../engine/types.ts";
import { dateOf, dayBounds } from "../../engine/zone.ts";

/** What slots are wanted: of a service, or of the shop's general grid. */
export interface Wanted {
  readonly service: Service | undefined;
  readonly durationMinutes: number;
}

/**
 * The numbers of the slot arithmetic for one date. A service's starts run at the shop's slot interval; the general
 * grid has no overlapping slots, it steps by its own length.
 */
export function slotRules(shop: Shop, date: PlainDate, wanted: Wanted, now: number): SlotRules {
  const { policy, time_zone: zone } = shop;
  const { service, durationMinutes } = wanted;
  return {
    durationMinutes,
    stepMinutes: service ? policy.slot_interval_minutes : durationMinutes,
    bufferBeforeMinutes: service?.buffer_before_minutes ?? 0,
    bufferAfterMinutes: service?.buffer_after_minutes ?? 0,
    travelMinutes: policy.travel_minutes,
    day: dayBounds(zone, date),
    now,
    leadTimeMinutes: policy.lead_time_minutes,
    horizonEnd: horizonEnd(shop, now),
  };
}

/** The end of the last bookable date, in minutes since the epoch; null: unlimited. */
function horizonEnd(shop: Shop, now: number): number | null {
  const last = lastBookableDate(shop, now);
  return last === null ? null : dayBounds(shop.time_zone, last).end;
}

/** The shop's horizon as a date; null: unlimited, or beyond the calendar. */
export function lastBookableDate({ policy, time_zone: zone }: Shop, now: number): PlainDate | null {
  if (policy.horizon_days === null) return null;
  const today = dateOf(zone, Math.floor(now / 60_000));
  if (policy.horizon_days >= daysBetween(today, LAST_DATE)) return null;
  return addDays(today, policy.horizon_days);
}
