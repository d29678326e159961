import type { Minutes } from "../../engine/units.ts";
import { dateOf, wallToMinute } from "../../engine/zone.ts";

const WARM_UP_AT = 2 * 60;
const HOUR = 60;

/**
 * Whether a shop's warm-up, at 02:00 of its own clock, has become due within the hour that ends now. Where the clock
 * skips 02:00, it is due at 03:00; where it shows 02:00 twice, at the first. For an hourly job it is due once a date.
 */
export function isWarmUpDue(zone: string, now: Minutes): boolean {
  const due = wallToMinute(zone, dateOf(zone, now), WARM_UP_AT);
  return due <= now && now < due + HOUR;
}
