import NodeCache from "node-cache";
import type { Shop } from "../../catalog/schema.ts";
import type { PlainDate } from "../../engine/types.ts";
import { mechanicDays, type DayContent } from "./day-content.ts";

export interface Level1Entry {
  readonly shop: Shop;
  readonly content: DayContent;
}

/** Identifies the last drop before a read: the result is kept only if the day has not been dropped since. */
type ReadMarker = string;

const MAX_DROPS_REMEMBERED = 10_000;
/** A mechanic's day takes about a kilobyte. */
const MAX_MECHANIC_DAYS = 4_000;

/** Keeps availability days in the instance's memory for a few seconds. Local writes drop them; bookings do not use it. */
export class Level1 {
  readonly #cache: NodeCache | undefined;
  #drops = new Map<string, number>();
  #generation = 0;
  #mechanicDays = 0;

  /** @param seconds how long an entry lives; 0 turns level 1 off. */
  constructor(seconds: number) {
    if (seconds <= 0) return;
    this.#cache = new NodeCache({ stdTTL: seconds, checkperiod: seconds, useClones: false });
    this.#cache.on("del", (_key: string, { content }: Level1Entry) => {
      this.#mechanicDays -= mechanicDays(content);
    });
  }

  get(shopId: string, date: PlainDate): Level1Entry | undefined {
    return this.#cache?.get<Level1Entry>(keyOf(shopId, date));
  }

  /** Returns the marker of a read that begins now. */
  marker(shopId: string, date: PlainDate): ReadMarker {
    return `${this.#generation}:${this.#drops.get(keyOf(shopId, date)) ?? 0}`;
  }

  /**
   * Keeps the result of a read that began at `marker`, unless the day has been dropped since. When there is no room for
   * it, all other days are dropped.
   */
  keep(date: PlainDate, entry: Level1Entry, marker: ReadMarker): void {
    if (!this.#cache || this.marker(entry.shop.id, date) !== marker) return;
    const key = keyOf(entry.shop.id, date);
    const size = mechanicDays(entry.content);
    this.#cache.del(key);
    if (this.#mechanicDays + size > MAX_MECHANIC_DAYS) {
      this.#cache.flushAll();
      this.#mechanicDays = 0;
    }
    this.#cache.set(key, entry);
    this.#mechanicDays += size;
  }

  /** Removes the day, and keeps running reads from storing theirs. */
  drop(shopId: string, date: PlainDate): void {
    if (!this.#cache) return;
    const key = keyOf(shopId, date);
    this.#cache.del(key);
    if (this.#drops.size >= MAX_DROPS_REMEMBERED) {
      this.#drops = new Map();
      this.#generation += 1;
    }
    this.#drops.set(key, (this.#drops.get(key) ?? 0) + 1);
  }

  /** Removes all days of the shop, and keeps running reads of any shop from storing theirs. */
  dropShop(shopId: string): void {
    if (!this.#cache) return;
    this.#cache.del(this.#cache.keys().filter((key) => key.startsWith(`${shopId}/`)));
    this.#drops = new Map();
    this.#generation += 1;
  }

  close(): void {
    this.#cache?.close();
  }
}

function keyOf(shopId: string, date: PlainDate): string {
  return `${shopId}/${date}`;
}
