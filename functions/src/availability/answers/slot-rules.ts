import type { Service, Shop } from "../../catalog/schema.ts";
import { addDays, daysBetween, LAST_DATE } from "../../engine/dates.ts";
import type { PlainDate, SlotRules } from "../../engine/types.ts";
import { minutes, toMillis, toMinutes, type Millis, type Minutes } from "../../engine/units.ts";
import { dateOf, dayBounds } from "../../engine/zone.ts";

/** Which slots are requested: those of a service, or those of the shop's general grid. */
export interface Wanted {
  readonly service: Service | undefined;
  readonly durationMinutes: number;
}

/**
 * Returns the rules of slot arithmetic for one date. Slots of a service start at the shop's slot interval; slots of the
 * general grid do not overlap, so its step is their length.
 */
export function slotRules(shop: Shop, date: PlainDate, wanted: Wanted, now: Millis): SlotRules {
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

/** Returns the end of the last bookable date; null: unlimited. */
function horizonEnd(shop: Shop, now: Millis): Minutes | null {
  const last = lastBookableDate(shop, now);
  return last === null ? null : dayBounds(shop.time_zone, last).end;
}

/** Returns the last date that may be booked; null: unlimited, or beyond the calendar. */
export function lastBookableDate({ policy, time_zone: zone }: Shop, now: Millis): PlainDate | null {
  if (policy.horizon_days === null) return null;
  const today = dateOf(zone, toMinutes(now));
  if (policy.horizon_days >= daysBetween(today, LAST_DATE)) return null;
  return addDays(today, policy.horizon_days);
}

/** Returns the first minute that does not begin before the instant. */
export function firstMinuteFrom(instant: Millis): Minutes {
  const minute = toMinutes(instant);
  return toMillis(minute) === instant ? minute : minutes(minute + 1);
}
