import type { SelectionDependencies, SelectionQuery } from "../answers/selection.ts";
import type { AvailabilityService } from "../generation/availability-service.ts";
import type { PlainDate } from "../../engine/types.ts";
import type { Clock } from "../../platform/scope.ts";
import { DayFeed } from "./day-feed.ts";
import { SlotFeed, type SlotListener } from "./slot-feed.ts";
import type { WatchStore } from "./watch-store.ts";

interface Dependencies extends SelectionDependencies {
  readonly availability: AvailabilityService;
  readonly watches: WatchStore;
  readonly clock: Clock;
}

export interface SlotQuestion {
  readonly shopId: string;
  readonly date: PlainDate;
  readonly query: SelectionQuery;
}

interface Open {
  readonly feed: SlotFeed;
  readonly unfollow: () => void;
}

/** The live feeds of an instance: one for each shop and date, and on it one for each question that somebody asks. */
export class SlotFeeds {
  readonly #days = new Map<string, DayFeed>();
  readonly #slots = new Map<string, Open>();

  constructor(private readonly dependencies: Dependencies) {}

  /** Begins to listen; returns what ends it. The last one to go takes the feed's listeners and timers along. */
  listen(question: SlotQuestion, listener: SlotListener, knownId: string | undefined): () => void {
    const { shopId, date, query } = question;
    const { service_id, mechanic_id, location_id, duration_minutes } = query;
    const dayKey = `${shopId}/${date}`;
    const key = JSON.stringify([dayKey, service_id, mechanic_id, location_id, duration_minutes]);
    const { feed, unfollow } = this.#slots.get(key) ?? this.#open(key, dayKey, question);
    const stop = feed.listen(listener, knownId);
    return () => {
      stop();
      if (!feed.isIdle || this.#slots.get(key)?.feed !== feed) return;
      this.#slots.delete(key);
      unfollow();
    };
  }

  #open(key: string, dayKey: string, { shopId, date, query }: SlotQuestion): Open {
    const day = this.#days.get(dayKey) ?? new DayFeed(this.dependencies, shopId, date);
    this.#days.set(dayKey, day);
    const feed = new SlotFeed(this.dependencies, date, query);
    const leave = day.follow(feed);
    const unfollow = () => {
      leave();
      if (!day.isIdle) return;
      day.close();
      this.#days.delete(dayKey);
    };
    const open = { feed, unfollow };
    this.#slots.set(key, open);
    return open;
  }
}
