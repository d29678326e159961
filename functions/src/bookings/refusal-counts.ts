import * as logger from "firebase-functions/logger";
import { millis, MINUTE_MS, type Millis } from "../engine/units.ts";
import type { ErrorCode } from "../platform/errors.ts";
import type { RefusalStore, RefusedAt } from "./refusal-store.ts";

/** How long a count waits in memory for others. */
export const FLUSH_MS = MINUTE_MS;
/** More shops than an instance serves between two flushes; ids that are no shop's must not fill the memory. */
const MAX_SHOPS = 1_000;
/** Offsets of time zones are multiples of it, so all of it has one date. */
const QUARTER_MS = 15 * MINUTE_MS;

/**
 * Counts refused bookings in memory and adds them to their shops' daily counts in the background, at most a minute later
 * and before the instance ends: a refusal itself writes nothing. What cannot be added is kept for the next time.
 */
export class RefusalCounts {
  /** By shop, then by quarter of an hour and reason. */
  #counts = new Map<string, Map<string, RefusedAt>>();
  #uncounted = 0;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();

  constructor(private readonly store: Pick<RefusalStore, "add">) {}

  count(shopId: string, reason: ErrorCode, now: Millis): void {
    const at = millis(Math.floor(now / QUARTER_MS) * QUARTER_MS);
    this.#add(shopId, { at, reason, count: 1 });
  }

  /** Adds what has been counted so far to Firestore. Never throws. */
  flush(): Promise<void> {
    this.close();
    this.#flushing = this.#flushing.then(() => this.#flushAll());
    return this.#flushing;
  }

  /** Ends the timer; what has been counted is written only by `flush`. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #add(shopId: string, refused: RefusedAt): void {
    const ofShop = this.#counts.get(shopId) ?? new Map<string, RefusedAt>();
    if (ofShop.size === 0 && this.#counts.size >= MAX_SHOPS) {
      this.#uncounted += refused.count;
      return;
    }
    const key = `${refused.at} ${refused.reason}`;
    const count = (ofShop.get(key)?.count ?? 0) + refused.count;
    this.#counts.set(shopId, ofShop.set(key, { ...refused, count }));
    // Not an interval: an instance without refusals has nothing to do.
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MS).unref();
  }

  async #flushAll(): Promise<void> {
    const [counts, uncounted] = [this.#counts, this.#uncounted];
    this.#counts = new Map();
    this.#uncounted = 0;
    if (uncounted > 0) logger.warn("refused bookings were not counted", { uncounted });
    for (const [shopId, ofShop] of counts) {
      const refused = [...ofShop.values()];
      try {
        await this.store.add(shopId, refused);
      } catch (error) {
        logger.warn("refused bookings are counted later", { shopId, cause: String(error) });
        for (const one of refused) this.#add(shopId, one);
      }
    }
  }
}
