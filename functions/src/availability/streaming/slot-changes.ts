import { createHash } from "node:crypto";
import type { MechanicSlot } from "../answers/slots.ts";

/** The free slots at one moment. The id is the same for the same slots, in every instance. */
export interface SlotState {
  readonly id: string;
  readonly slots: readonly MechanicSlot[];
}

export interface SlotChange {
  readonly id: string;
  readonly removed: readonly MechanicSlot[];
  readonly added: readonly MechanicSlot[];
}

export function slotState(slots: readonly MechanicSlot[]): SlotState {
  const hash = createHash("sha256");
  for (const slot of slots) hash.update(`${keyOf(slot)}\n`);
  return { id: hash.digest("base64url").slice(0, 22), slots };
}

/** What leads from one state to the other. Applying it twice does no harm: removals and additions are of whole slots. */
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

function keyOf({ mechanic_id, start, end, location_id }: MechanicSlot): string {
  return JSON.stringify([mechanic_id, start, end, location_id]);
}

/** How many states back a client that comes again is told only what has changed since. */
const REMEMBERED = 50;

/** The latest states of one set of slots, to tell a client that was away what it has missed. */
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

  /** Makes a state the latest and returns what has changed by it; null where nothing has. */
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

  /** What has changed since the state of that id; undefined where it is not known any more. */
  since(id: string): SlotChange | undefined {
    const state = this.#states.get(id);
    return state && changeBetween(state, this.#latest);
  }
}
