import { describe, expect, it } from "vitest";
import type { MechanicSlot } from "../answers/slots.ts";
import { SlotHistory, slotState } from "./slot-changes.ts";
import { minutes } from "../../engine/units.ts";

const slot = (start: number, location_id: string | null = null): MechanicSlot => ({
  start: minutes(start),
  end: minutes(start + 30),
  location_id,
  mechanicId: "ada",
});
const state = (...starts: number[]) => slotState(starts.map((start) => slot(start)));

describe("the id of a state", () => {
  it("is equal for equal slots and differs for different slots", () => {
    expect(state(1, 2).id).toBe(state(1, 2).id);
    const ids = [state(), state(1), state(2), state(1, 2), slotState([slot(1, "north")])].map(({ id }) => id);
    expect(new Set(ids).size).toBe(5);
    expect(ids[0]).toMatch(/^[\w-]{22}$/);
  });
});

describe("a history", () => {
  it("returns what each new state removes and adds, and null if nothing changes", () => {
    const history = new SlotHistory(state(1, 2));
    expect(history.advance(state(1, 2))).toBeNull();
    expect(history.advance(state(2, 3))).toEqual({
      id: state(2, 3).id,
      removed: [slot(1)],
      added: [slot(3)],
    });
    expect(history.latest.slots).toEqual([slot(2), slot(3)]);
  });

  it("treats a slot at another location as another slot", () => {
    const history = new SlotHistory(slotState([slot(1, "main")]));
    const change = history.advance(slotState([slot(1, "north")]));
    expect(change).toMatchObject({ removed: [slot(1, "main")], added: [slot(1, "north")] });
  });

  it("returns the sum of all changes since a known state", () => {
    const history = new SlotHistory(state(1, 2));
    history.advance(state(1));
    history.advance(state(1, 3));
    expect(history.since(state(1, 2).id)).toMatchObject({ removed: [slot(2)], added: [slot(3)] });
    expect(history.since(state(1, 3).id)).toMatchObject({ removed: [], added: [] });
    expect(history.since("unknown")).toBeUndefined();
  });

  it("drops the oldest states, never the latest", () => {
    const history = new SlotHistory(state(0));
    for (let start = 1; start <= 60; start += 1) history.advance(state(start));
    expect(history.since(state(0).id)).toBeUndefined();
    expect(history.since(state(11).id)).toBeDefined();
    expect(history.latest.slots).toEqual([slot(60)]);
  });
});
