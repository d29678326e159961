import * as logger from "firebase-functions/logger";
import { resolveSelection, type SelectionDependencies, type SelectionQuery } from "../answers/selection.ts";
import { freeSlotsOf, type Selection } from "../answers/slots.ts";
import type { PlainDate } from "../../engine/types.ts";
import { Cost } from "../../platform/scope.ts";
import type { DayView, Follower } from "./day-feed.ts";
import { SlotHistory, slotState, type SlotChange, type SlotState } from "./slot-changes.ts";

/** Who listens to the free slots of a date. Every call names the shop's present time zone. */
export interface SlotListener {
  /** All slots. */
  readonly began: (state: SlotState, zone: string) => void;
  readonly changed: (change: SlotChange, zone: string) => void;
  readonly ended: () => void;
}

/** The free slots of one selection, however many clients listen to them: worked out once, told to all. */
export class SlotFeed implements Follower {
  readonly forService: boolean;
  readonly #listeners = new Set<SlotListener>();
  /** Listeners that have not been told anything, with the id of the last state that they know of. */
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
    this.forService = query.service_id !== undefined;
  }

  get isIdle(): boolean {
    return this.#listeners.size === 0;
  }

  /** `knownId`: the last state that the listener has seen, in this instance or another. */
  listen(listener: SlotListener, knownId: string | undefined): () => void {
    this.#listeners.add(listener);
    this.#waiting.set(listener, knownId);
    this.#tellWaiting();
    return () => {
      this.#listeners.delete(listener);
      this.#waiting.delete(listener);
    };
  }

  readonly published = (view: DayView, now: number): void => {
    this.#turn = this.#turn
      .then(() => this.#show(view, now))
      .catch((error: unknown) => {
        logger.error("slots cannot be followed", {
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

  async #show(view: DayView, now: number): Promise<void> {
    const selection = await this.#select(view, now);
    // What was asked for is no longer on offer: whoever asks again will be told so.
    if (!selection) return this.ended();
    const { shop, content } = view;
    this.#zone = shop.time_zone;
    const state = slotState(freeSlotsOf(shop, this.date, content, selection, now));
    if (this.#history) {
      const change = this.#history.advance(state);
      for (const listener of change ? [...this.#listeners] : []) {
        if (change && !this.#waiting.has(listener)) listener.changed(change, this.#zone);
      }
    } else this.#history = new SlotHistory(state);
    this.#tellWaiting();
  }

  /** Ids are resolved again only when the catalog has changed. */
  async #select({ shop, content }: DayView, now: number): Promise<Selection | undefined> {
    if (this.#selected?.catalogVersion === shop.catalog_version) return this.#selected.selection;
    const scope = { now, cost: new Cost() };
    const chosen = await resolveSelection(this.dependencies, shop, [content], this.query, scope);
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
