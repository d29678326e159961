import * as logger from "firebase-functions/logger";
import type { WatchStore } from "../availability/streaming/watch-store.ts";
import type { Shop } from "../catalog/schema.ts";
import type { ServicesMemory } from "../catalog/services-memory.ts";
import { etagOfShown } from "../platform/http/etag.ts";
import { Cost } from "../platform/scope.ts";
import type { CalendarDay, CalendarDocuments, CalendarStore } from "./calendar-store.ts";
import { presentCalendarDay } from "./show-calendar.ts";

/** A subscriber to a day: `shown` is called with the present day and whenever it differs. */
export interface CalendarListener {
  readonly shown: (day: object, id: string) => void;
  /** Called when the day is followed no longer; the client may connect again and learn why. */
  readonly ended: () => void;
}

interface Dependencies {
  readonly calendars: CalendarStore;
  readonly watches: WatchStore;
  readonly services: ServicesMemory;
}

/** Follows one day for all its subscribers, with a listener on the shop and one on each of the day's queries. */
class CalendarFeed {
  readonly listeners = new Set<CalendarListener>();
  readonly #stopShop: () => void;
  #stopDay: (() => void) | undefined;
  #shop: Shop | undefined;
  #documents: CalendarDocuments | undefined;
  #latest: { readonly day: object; readonly id: string } | undefined;
  #turn: Promise<void> = Promise.resolve();
  #isEnded = false;

  constructor(
    private readonly dependencies: Dependencies,
    private readonly asked: CalendarDay,
  ) {
    const changed = (shop: Shop | undefined) => this.#shopChanged(shop);
    this.#stopShop = dependencies.watches.shop(asked.shopId, { changed, failed: this.#failed });
  }

  listen(listener: CalendarListener): void {
    this.listeners.add(listener);
    if (this.#isEnded) listener.ended();
    else if (this.#latest) listener.shown(this.#latest.day, this.#latest.id);
  }

  close(): void {
    this.#stopShop();
    this.#stopDay?.();
  }

  #shopChanged(shop: Shop | undefined): void {
    const isSameDay = this.#shop === undefined || this.#shop.time_zone === shop?.time_zone;
    // The date begins at another instant in another zone: clients connect again.
    if (!shop || !isSameDay) return this.#end();
    this.#shop = shop;
    this.#stopDay ??= this.dependencies.calendars.watchDay(this.asked, shop.time_zone, {
      changed: (documents) => {
        this.#documents = documents;
        this.#refresh();
      },
      failed: this.#failed,
    });
    this.#refresh();
  }

  readonly #failed = (error: Error): void => {
    logger.error("calendar feed failed", { shop: this.asked.shopId, cause: String(error) });
    this.#end();
  };

  #refresh(): void {
    this.#turn = this.#turn.then(() => this.#show()).catch(this.#failed);
  }

  async #show(): Promise<void> {
    const [shop, documents] = [this.#shop, this.#documents];
    if (!shop || !documents) return;
    const services = await this.dependencies.services.of(shop, new Cost());
    const sources = { ...documents, shop, services, date: this.asked.date };
    const day = presentCalendarDay(sources, this.asked);
    if (!day) return this.#end();
    const id = etagOfShown(day).replaceAll('"', "");
    if (id === this.#latest?.id) return;
    this.#latest = { day, id };
    for (const { shown } of [...this.listeners]) shown(day, id);
  }

  #end(): void {
    this.#isEnded = true;
    for (const { ended } of [...this.listeners]) ended();
  }
}

/** The calendar days that clients of this instance follow: one feed for each question. */
export class CalendarFeeds {
  readonly #feeds = new Map<string, CalendarFeed>();

  constructor(private readonly dependencies: Dependencies) {}

  /** The number of days that are followed. */
  get size(): number {
    return this.#feeds.size;
  }

  /** Adds a listener and returns the function that removes it; a feed without listeners is closed. */
  listen(asked: CalendarDay, listener: CalendarListener): () => void {
    const { shopId, mechanicId, date, statuses } = asked;
    const key = JSON.stringify([shopId, mechanicId, date, statuses.toSorted()]);
    const feed = this.#feeds.get(key) ?? new CalendarFeed(this.dependencies, asked);
    this.#feeds.set(key, feed);
    feed.listen(listener);
    return () => {
      feed.listeners.delete(listener);
      if (feed.listeners.size > 0 || this.#feeds.get(key) !== feed) return;
      this.#feeds.delete(key);
      feed.close();
    };
  }
}
