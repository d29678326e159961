import NodeCache from "node-cache";
import type { Shop } from "../../catalog/schema.ts";
import type { PlainDate } from "../../engine/types.ts";
import type { DayContent } from "./day-content.ts";

export interface Level1Entry {
  readonly shop: Shop;
  readonly content: DayContent;
}

/** Proof of when a reader began: what it read is kept only if the day was not dropped since. */
type ReadMarker = string;

const MAX_DROPS_REMEMBERED = 10_000;

/** Availability days in the instance's own memory, for a few seconds. Local writes drop them; booking never asks. */
export class Level1 {
  readonly #cache: NodeCache | undefined;
  #drops = new Map<string, number>();
  #generation = 0;

  /** @param seconds how long an entry lives; 0 turns level 1 off. */
  constructor(seconds: number) {
    this.#cache = seconds > 0 ? new NodeCache({ stdTTL: seconds, useClones: false }) : undefined;
  }

  get(shopId: string, date: PlainDate): Level1Entry | undefined {
    return this.#cache?.get<Level1Entry>(keyOf(shopId, date));
  }

  marker(shopId: string, date: PlainDate): ReadMarker {
    return `${this.#generation}:${this.#drops.get(keyOf(shopId, date)) ?? 0}`;
  }

  /** Keeps what was read since `ticket`, unless a local write has changed the day in between. */
  keep(date: PlainDate, entry: Level1Entry, ticket: ReadMarker): void {
    if (this.marker(entry.shop.id, date) === ticket) this.#cache?.set(keyOf(entry.shop.id, date), entry);
  }

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

  close(): void {
    this.#cache?.close();
  }
}

function keyOf(shopId: string, date: PlainDate): string {
  return `${shopId}/${date}`;
}
