import * as logger from "firebase-functions/logger";
import { resolveSelection, type SelectionDependencies, type SelectionQuery } from "../answers/selection.ts";
import { freeSlotsOf, type Selection } from "../answers/slots.ts";
import type { PlainDate } from "../../engine/types.ts";
import type { Millis } from "../../engine/units.ts";
import { Cost } from "../../platform/scope.ts";
import type { Follower } from "./day-feed.ts";
import type { DayView } from "./day-view.ts";
import { SlotHistory, slotState, type SlotChange, type SlotState } from "./slot-changes.ts";

/** A listener to the free slots of a date. `zone` is the shop's present time zone. */
export interface SlotListener {
  /** Called first, with all slots, unless the listener already knows a state. */
  readonly began: (state: SlotState, zone: string) => void;
  readonly changed: (change: SlotChange, zone: string) => void;
  readonly ended: () => void;
}

/** Computes the free slots of one selection once for all clients that listen to them. */
export class SlotFeed implements Follower {
  readonly forService: boolean;
  readonly #listeners = new Set<SlotListener>();
  /** Listeners that have not been called yet, with the id of the last state they know. */
  readonly #waiting = new Map<SlotListener, string | undefined>();
  #history: SlotHistory | undefined;
  #zone = "UTC";
  #selected: { readonly selection: Selection; readonly catalogVersion: number } | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly dependencies: SelectionDependencies,
    private readonly date: PlainDate,
    private readonly query: SelectionQuery,
  ) {
    this.forService = query.serviceId !== undefined;
  }

  get isIdle(): boolean {
    return this.#listeners.size === 0;
  }

  /** Adds a listener and returns the function that removes it. `knownId`: the last state the listener has received. */
  listen(listener: SlotListener, knownId: string | undefined): () => void {
    this.#listeners.add(listener);
    this.#waiting.set(listener, knownId);
    this.#tellWaiting();
    return () => {
      this.#listeners.delete(listener);
      this.#waiting.delete(listener);
    };
  }

  readonly published = (view: DayView, now: Millis): void => {
    this.#turn = this.#turn
      .then(() => this.#show(view, now))
      .catch((error: unknown) => {
        logger.error("slot feed failed", {
          shop: view.shop.id,
          date: this.date,
          cause: String(error),
        });
        this.ended();
      });
  };

  readonly ended = (): void => {
    for (const { ended } of [...this.#listeners]) ended();
  };

  async #show(view: DayView, now: Millis): Promise<void> {
    const selection = await this.#select(view, now);
    // The selection is no longer offered; a client that reconnects gets the refusal.
    if (!selection) return this.ended();
    const { shop, content } = view;
    this.#zone = shop.time_zone;
    const state = slotState(freeSlotsOf({ shop, date: this.date, content, selection, now }));
    if (this.#history) {
      const change = this.#history.advance(state);
      for (const listener of change ? [...this.#listeners] : []) {
        if (change && !this.#waiting.has(listener)) listener.changed(change, this.#zone);
      }
    } else this.#history = new SlotHistory(state);
    this.#tellWaiting();
  }

  /** Returns the selection, resolved again if the catalog has changed; undefined if it is no longer offered. */
  async #select({ shop, content }: DayView, now: Millis): Promise<Selection | undefined> {
    if (this.#selected?.catalogVersion === shop.catalog_version) return this.#selected.selection;
    const scope = { now, cost: new Cost() };
    const wanted = { shop, days: [content], query: this.query };
    const chosen = await resolveSelection(this.dependencies, wanted, scope);
    if (!chosen.ok) return undefined;
    this.#selected = { selection: chosen.value, catalogVersion: shop.catalog_version };
    return chosen.value;
  }

  #tellWaiting(): void {
    const history = this.#history;
    if (!history) return;
    for (const [listener, knownId] of [...this.#waiting]) {
      this.#waiting.delete(listener);
      const missed = knownId === undefined ? undefined : history.since(knownId);
      if (!missed) listener.began(history.latest, this.#zone);
      else if (missed.removed.length + missed.added.length > 0) listener.changed(missed, this.#zone);
    }
  }
}
