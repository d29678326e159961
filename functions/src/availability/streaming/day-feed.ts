import * as logger from "firebase-functions/logger";
import type { StoredDay } from "../day/day.ts";
import { isValid } from "../day/epoch-protocol.ts";
import type { AvailabilityService } from "../generation/availability-service.ts";
import { shopRefusal } from "../../catalog/shop-refusal.ts";
import type { Shop } from "../../catalog/schema.ts";
import type { PlainDate } from "../../engine/types.ts";
import type { Millis } from "../../engine/units.ts";
import { Cost, type Clock } from "../../platform/scope.ts";
import type { DayView } from "./day-view.ts";
import { nextChange } from "./next-change.ts";
import type { WatchStore } from "./watch-store.ts";

/** A subscriber to a day. `published` is called with the present view and with every later one. */
export interface Follower {
  /** Whether the views are for the slots of a service, which days of the old seeder cannot answer. */
  readonly forService: boolean;
  readonly published: (view: DayView, now: Millis) => void;
  /** Called when the feed ends. */
  readonly ended: () => void;
}

interface Dependencies {
  readonly availability: Pick<AvailabilityService, "daysForDecision">;
  readonly watches: WatchStore;
  readonly clock: Clock;
}

const RETRY_MS = 1_000;
/** Timers are limited to about 24 days; refreshing once an hour is cheap. */
const MAX_WAIT_MS = 3_600_000;

/**
 * Follows one date of a shop with a listener on the day, a listener on the shop, and a timer for changes that the
 * passing of time makes. A valid day is published as stored; a stale one is generated (and filled) at once.
 */
export class DayFeed {
  readonly #followers = new Set<Follower>();
  readonly #stops: (() => void)[];
  #shop: Shop | undefined;
  #day: StoredDay | undefined;
  /** Listeners that have not delivered a document yet. */
  #awaited = new Set(["shop", "day"]);
  #views = new Map<boolean, DayView>();
  #isDirty = false;
  #isRefreshing = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly dependencies: Dependencies,
    private readonly shopId: string,
    private readonly date: PlainDate,
  ) {
    const failed = (error: Error) => this.#fail(error);
    const { watches } = dependencies;
    this.#stops = [
      watches.shop(shopId, { changed: (shop) => this.#received("shop", () => (this.#shop = shop)), failed }),
      watches.day(shopId, date, { changed: (day) => this.#received("day", () => (this.#day = day)), failed }),
    ];
  }

  get isIdle(): boolean {
    return this.#followers.size === 0;
  }

  /** Adds a follower and returns the function that removes it. The caller closes the feed when it is idle. */
  follow(follower: Follower): () => void {
    this.#followers.add(follower);
    const view = this.#views.get(follower.forService);
    if (view) follower.published(view, this.dependencies.clock.now());
    else this.#refresh();
    return () => this.#followers.delete(follower);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const stop of this.#stops) stop();
  }

  #received(what: string, note: () => unknown): void {
    note();
    this.#awaited.delete(what);
    this.#refresh();
  }

  #fail(error: Error): void {
    logger.error("day feed failed", { shop: this.shopId, date: this.date, cause: String(error) });
    this.#end();
  }

  #end(): void {
    for (const { ended } of [...this.#followers]) ended();
  }

  /** Publishes new views to all followers. Changes that arrive during a refresh cause one more refresh. */
  #refresh(): void {
    this.#isDirty = true;
    if (this.#isRefreshing || this.#isClosed || this.#awaited.size > 0) return;
    this.#isRefreshing = true;
    this.#catchUp()
      .catch((error: unknown) => {
        logger.warn("day feed not refreshed", { shop: this.shopId, date: this.date, cause: String(error) });
        this.#wakeIn(RETRY_MS);
      })
      .finally(() => {
        this.#isRefreshing = false;
        if (this.#isDirty) this.#refresh();
      });
  }

  async #catchUp(): Promise<void> {
    while (this.#isDirty && !this.#isClosed) {
      this.#isDirty = false;
      const now = this.dependencies.clock.now();
      const views = new Map<boolean, DayView>();
      for (const forService of new Set([...this.#followers].map((follower) => follower.forService))) {
        const view = await this.#view(forService, now);
        if (!view) return this.#end();
        views.set(forService, view);
      }
      // A change arrived during the read, so the views may be outdated.
      if (this.#isDirty) continue;
      this.#views = views;
      this.#publish();
    }
  }

  /** Returns the present view; undefined if there is nothing to offer: the shop has gone or closed, or is rezoned. */
  async #view(forService: boolean, now: Millis): Promise<DayView | undefined> {
    const [shop, day] = [this.#shop, this.#day];
    if (shop && !shopRefusal(shop) && day && isValid(day, shop.catalog_version, now)) {
      return { shop, content: { kind: "generated", mechanics: day.mechanics } };
    }
    const ask = { shopId: this.shopId, date: this.date, forService };
    const found = await this.dependencies.availability.daysForDecision(ask, { now, cost: new Cost() });
    return found.ok ? found.value : undefined;
  }

  #publish(): void {
    const now = this.dependencies.clock.now();
    for (const { forService, published } of [...this.#followers]) {
      const view = this.#views.get(forService);
      if (view) published(view, now);
    }
    const next = Math.min(...[...this.#views.values()].map((view) => nextChange(view, this.date, now)));
    const expiry = this.#day?.expires_at ?? Infinity;
    const wakeAt = Math.min(next, expiry > now ? expiry : Infinity);
    this.#wakeIn(wakeAt - now + 1);
  }

  #wakeIn(milliseconds: number): void {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    const wait = Math.max(1, Math.min(milliseconds, MAX_WAIT_MS));
    this.#timer = setTimeout(() => this.#refresh(), wait).unref();
  }
}
