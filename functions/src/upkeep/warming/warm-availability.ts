import * as logger from "firebase-functions/logger";
import type { AvailabilityService } from "../../availability/generation/availability-service.ts";
import type { Shop } from "../../catalog/schema.ts";
import { addDays, eachDate } from "../../engine/dates.ts";
import { MINUTE_MS, toMinutes, type Millis } from "../../engine/units.ts";
import { dateOf } from "../../engine/zone.ts";
import { Cost, type Clock } from "../../platform/scope.ts";
import { isWarmUpDue } from "./warm-up-due.ts";
import type { ShopsStore } from "./shops-store.ts";

const HOUR_MS = 60 * MINUTE_MS;
/** Long enough to last until after the next warm-up. A change makes a day stale whatever its lifetime. */
const LIFETIMES = { minLifetimeMs: 24 * HOUR_MS, ttlMs: 26 * HOUR_MS };
const DATES_AT_A_TIME = 15;

interface Dependencies {
  readonly availability: AvailabilityService;
  readonly clock: Clock;
  readonly shops: ShopsStore;
  readonly warmDays: number;
}

export interface WarmUp {
  readonly shops: number;
  readonly days_filled: number;
  readonly failed: number;
  /** Shops that were due but not started before the deadline. */
  readonly left: number;
}

/**
 * Fills the availability days, from today on, of every active shop whose warm-up is due, where they are missing or would
 * expire before the next one. Shops are filled one after the other, to leave capacity for customers' requests; a shop
 * that fails does not stop the others.
 *
 * @param deadline the instant after which no further shop is started
 */
export async function warmAvailability(
  { availability, clock, shops, warmDays }: Dependencies,
  deadline: Millis,
): Promise<WarmUp> {
  const total = { shops: 0, days_filled: 0, failed: 0, left: 0 };
  const startedAt = clock.now();
  for await (const shop of shops.all()) {
    if (!shop.active || !isWarmUpDue(shop.time_zone, toMinutes(startedAt))) continue;
    if (clock.now() >= deadline) {
      total.left += 1;
      continue;
    }
    try {
      total.days_filled += await warmShop(availability, shop, warmDays, clock.now());
      total.shops += 1;
    } catch (error) {
      total.failed += 1;
      logger.error("warm-up failed", { shop: shop.id, cause: String(error) });
    }
  }
  const log = total.failed + total.left > 0 ? logger.warn : logger.info;
  log("warm-up done", total);
  return total;
}

async function warmShop(
  availability: AvailabilityService,
  { id: shopId, time_zone }: Shop,
  warmDays: number,
  now: Millis,
): Promise<number> {
  const cost = new Cost();
  const today = dateOf(time_zone, toMinutes(now));
  const all = eachDate(today, addDays(today, warmDays));
  let filled = 0;
  for (let first = 0; first < all.length; first += DATES_AT_A_TIME) {
    const dates = all.slice(first, first + DATES_AT_A_TIME);
    const made = await availability.daysForWarmUp({ shopId, dates, ...LIFETIMES }, { now, cost });
    if (made.ok) filled += made.value.filled.length;
    const { reads, writes } = cost;
    logger.info("warm-up", { shop: shopId, through: dates.at(-1), filled, of: all.length, reads, writes });
  }
  return filled;
}
