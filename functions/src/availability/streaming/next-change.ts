import type { DayContent } from "../day/day-content.ts";
import { mechanicDay } from "../day/day.ts";
import type { PlainDate } from "../../engine/types.ts";
import { dateOf, dayBounds } from "../../engine/zone.ts";
import type { DayView } from "./day-feed.ts";

const MINUTE_MS = 60_000;

/**
 * When, in milliseconds since the epoch, time alone may next change which slots are free, later than `now`: a hold
 * expires, a start comes nearer than the lead time allows, or at midnight the horizon moves on. Infinity: never.
 */
export function nextChange({ shop, content }: DayView, date: PlainDate, now: number): number {
  const { time_zone: zone, policy } = shop;
  const candidates = expiriesOf(content);
  // Starts go one by one, minute by minute at most; before the date's first and after its last none does. A start that
  // is just as far off as the lead time is still to be had, so it goes a millisecond later.
  const day = dayBounds(zone, date);
  const leadMs = policy.lead_time_minutes * MINUTE_MS;
  const firstGoes = day.start * MINUTE_MS - leadMs;
  const lastGoes = day.end * MINUTE_MS - leadMs;
  if (now <= lastGoes) candidates.push(Math.max(firstGoes, Math.ceil(now / MINUTE_MS) * MINUTE_MS) + 1);
  if (policy.horizon_days !== null) {
    candidates.push(dayBounds(zone, dateOf(zone, Math.floor(now / MINUTE_MS))).end * MINUTE_MS);
  }
  return Math.min(...candidates.filter((instant) => instant > now), Infinity);
}

function expiriesOf(content: DayContent): number[] {
  if (content.kind === "legacy") return [...content.expiries];
  return Object.values(content.mechanics).flatMap((mechanic) =>
    (mechanicDay(mechanic)?.busy ?? []).flatMap(({ expires_at }) => expires_at ?? []),
  );
}
