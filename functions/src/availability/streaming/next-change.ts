import type { DayContent } from "../day/day-content.ts";
import { mechanicDay } from "../day/day.ts";
import { firstMinuteFrom } from "../answers/slot-rules.ts";
import type { PlainDate } from "../../engine/types.ts";
import { millis, type Millis, minutes, toMillis, toMinutes } from "../../engine/units.ts";
import { dateOf, dayBounds } from "../../engine/zone.ts";
import type { DayView } from "./day-view.ts";

/**
 * Returns the first instant after `now` at which the passing of time may change which slots are free: a hold expires, a
 * start comes closer than the lead time, or the horizon advances at midnight. Infinity: never.
 */
export function nextChange({ shop, content }: DayView, date: PlainDate, now: Millis): Millis {
  const { time_zone: zone, policy } = shop;
  const candidates = expiriesOf(content);
  // A start becomes too soon at a full minute at most, and only while `now` plus the lead time lies on the date. A start
  // exactly one lead time ahead is still bookable, so the change comes one millisecond later.
  const day = dayBounds(zone, date);
  const firstTooSoon = toMillis(minutes(day.start - policy.lead_time_minutes));
  const lastTooSoon = toMillis(minutes(day.end - policy.lead_time_minutes));
  if (now <= lastTooSoon) candidates.push(millis(Math.max(firstTooSoon, toMillis(firstMinuteFrom(now))) + 1));
  if (policy.horizon_days !== null) {
    candidates.push(toMillis(dayBounds(zone, dateOf(zone, toMinutes(now))).end));
  }
  return millis(Math.min(...candidates.filter((instant) => instant > now), Infinity));
}

function expiriesOf(content: DayContent): Millis[] {
  if (content.kind === "legacy") return [...content.expiries];
  return Object.values(content.mechanics).flatMap((mechanic) =>
    (mechanicDay(mechanic)?.busy ?? []).flatMap(({ expires_at }) => expires_at ?? []),
  );
}
