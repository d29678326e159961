import type { Minutes } from "../../engine/units.ts";
import { dateOf, wallToMinute } from "../../engine/zone.ts";

const WARM_UP_AT = 2 * 60;
const HOUR = 60;

/**
 * Whether a shop's warm-up, 02:00 on its own clock, has come due within the hour that ends now. A clock that skips
 * 02:00 shows 03:00 instead; one that shows it twice means the first. Called once an hour, it is due once a date.
 */
export function isWarmUpDue(zone: string, now: Minutes): boolean {
  const due = wallToMinute(zone, dateOf(zone, now), WARM_UP_AT);
  return due <= now && now < due + HOUR;
}
