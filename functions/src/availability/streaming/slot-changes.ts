import { createHash } from "node:crypto";
import type { MechanicSlot } from "../answers/slots.ts";

/** The free slots at one instant. The same slots have the same id in every instance of the server. */
export interface SlotState {
  readonly id: string;
  readonly slots: readonly MechanicSlot[];
}

export interface SlotChange {
  readonly id: string;
  readonly removed: readonly MechanicSlot[];
  readonly added: readonly MechanicSlot[];
}

/** Returns the state that these slots make up. */
export function slotState(slots: readonly MechanicSlot[]): SlotState {
  const hash = createHash("sha256");
  for (const slot of slots) hash.update(`${keyOf(slot)}\n`);
  return { id: hash.digest("base64url").slice(0, 22), slots };
}

/** Returns the change from one state to another. It may be applied twice: it removes and adds whole slots. */
export function changeBetween(before: SlotState, after: SlotState): SlotChange {
  const [old, current] = [keysOf(before.slots), keysOf(after.slots)];
  return {
    id: after.id,
    removed: before.slots.filter((slot) => !current.has(keyOf(slot))),
    added: after.slots.filter((slot) => !old.has(keyOf(slot))),
  };
}

function keysOf(slots: readonly MechanicSlot[]): Set<string> {
  return new Set(slots.map(keyOf));
}

function keyOf({ mechanicId, start, end, location_id }: MechanicSlot): string {
  return JSON.stringify([mechanicId, start, end, location_id]);
}

/** How many states are kept for clients that reconnect. */
const REMEMBERED = 50;

/** The latest states of one set of slots, to send a client that reconnects what has changed. */
export class SlotHistory {
  readonly #states = new Map<string, SlotState>();
  #latest: SlotState;

  constructor(first: SlotState) {
    this.#latest = first;
    this.#states.set(first.id, first);
  }

  get latest(): SlotState {
    return this.#latest;
  }

  /** Makes a state the latest. Returns the change from the one before; null if there is none. */
  advance(state: SlotState): SlotChange | null {
    if (state.id === this.#latest.id) return null;
    const change = changeBetween(this.#latest, state);
    this.#latest = state;
    this.#states.delete(state.id);
    this.#states.set(state.id, state);
    for (const [oldest] of this.#states) {
      if (this.#states.size <= REMEMBERED) break;
      this.#states.delete(oldest);
    }
    return change;
  }

  /** Returns the change since the state with that id; undefined if that state is no longer kept. */
  since(id: string): SlotChange | undefined {
    const state = this.#states.get(id);
    return state && changeBetween(state, this.#latest);
  }
}
