import type { SelectionDependencies, SelectionQuery } from "../answers/selection.ts";
import type { AvailabilityService } from "../generation/availability-service.ts";
import type { PlainDate } from "../../engine/types.ts";
import type { Clock } from "../../platform/scope.ts";
import { DayFeed } from "./day-feed.ts";
import { SlotFeed, type SlotListener } from "./slot-feed.ts";
import type { WatchStore } from "./watch-store.ts";

interface Dependencies extends SelectionDependencies {
  readonly availability: Pick<AvailabilityService, "daysForDecision">;
  readonly watches: WatchStore;
  readonly clock: Clock;
}

/** Which slots of a shop and date a client listens to. */
export interface SlotQuestion {
  readonly shopId: string;
  readonly date: PlainDate;
  readonly query: SelectionQuery;
}

interface OpenFeed {
  readonly feed: SlotFeed;
  readonly unfollow: () => void;
}

/** The live feeds of an instance: one for each shop and date, and one for each question about it. */
export class SlotFeeds {
  readonly #days = new Map<string, DayFeed>();
  readonly #slots = new Map<string, OpenFeed>();

  constructor(private readonly dependencies: Dependencies) {}

  /** Adds a listener and returns the function that removes it; a feed without listeners is closed. */
  listen(question: SlotQuestion, listener: SlotListener, knownId: string | undefined): () => void {
    const { shopId, date, query } = question;
    const { serviceId, mechanicId, locationId, durationMinutes } = query;
    const dayKey = `${shopId}/${date}`;
    const key = JSON.stringify([dayKey, serviceId, mechanicId, locationId, durationMinutes]);
    const { feed, unfollow } = this.#slots.get(key) ?? this.#open(key, dayKey, question);
    const stop = feed.listen(listener, knownId);
    return () => {
      stop();
      if (!feed.isIdle || this.#slots.get(key)?.feed !== feed) return;
      this.#slots.delete(key);
      unfollow();
    };
  }

  #open(key: string, dayKey: string, { shopId, date, query }: SlotQuestion): OpenFeed {
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
