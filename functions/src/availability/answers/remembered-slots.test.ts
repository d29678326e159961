import { expect, it } from "vitest";
import type { SlotRules } from "../../engine/types.ts";
import type { MechanicsOfDay } from "../day/day.ts";
import { RememberedSlots } from "./remembered-slots.ts";
import { type Millis, millis, minutes } from "../../engine/units.ts";

const MINUTE = Date.parse("2026-01-19T15:00:00Z");
const NEXT_MINUTE = Date.parse("2026-01-19T15:01:00Z");

const rulesAt = (now: number, more: Partial<SlotRules> = {}): SlotRules => ({
  durationMinutes: 30,
  stepMinutes: 30,
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
  travelMinutes: 0,
  day: { start: minutes(0), end: minutes(1440) },
  now: millis(now),
  leadTimeMinutes: 0,
  horizonEnd: null,
  ...more,
});

function dayWithHoldUntil(expires_at: Millis | null): MechanicsOfDay {
  const busy = [{ start: minutes(0), end: minutes(30), expires_at, location_id: null }];
  return { ada: { specialties: [], open: [], busy, booked: 0, held_until: [], max_bookings_per_day: null } };
}

/** Asks a question and returns how often an answer has been computed so far. */
function asker(day: MechanicsOfDay) {
  const remembered = new RememberedSlots();
  let computed = 0;
  return (rules: SlotRules, question: readonly unknown[] = []) => {
    remembered.of(day, rules, question, () => [(computed += 1)]);
    return computed;
  };
}

it("computes an answer once a minute, the full minute included", () => {
  const ask = asker(dayWithHoldUntil(null));
  expect(ask(rulesAt(MINUTE + 1))).toBe(1);
  expect(ask(rulesAt(NEXT_MINUTE - 1))).toBe(1);
  expect(ask(rulesAt(NEXT_MINUTE))).toBe(1);
  expect(ask(rulesAt(NEXT_MINUTE + 1))).toBe(2);
});

it("computes the answer again at the instant a hold expires", () => {
  const ask = asker(dayWithHoldUntil(millis(MINUTE + 10_000)));
  expect(ask(rulesAt(MINUTE + 1))).toBe(1);
  expect(ask(rulesAt(MINUTE + 9_999))).toBe(1);
  expect(ask(rulesAt(MINUTE + 10_000))).toBe(2);
  expect(ask(rulesAt(MINUTE + 10_001))).toBe(2);
});

it("computes the answer again when the clock is set back", () => {
  const ask = asker(dayWithHoldUntil(null));
  ask(rulesAt(MINUTE + 30_000));
  expect(ask(rulesAt(MINUTE + 29_999))).toBe(2);
});

it("computes an answer for each question and each set of rules", () => {
  const ask = asker(dayWithHoldUntil(null));
  ask(rulesAt(MINUTE), ["ada"]);
  expect(ask(rulesAt(MINUTE), ["grace"])).toBe(2);
  expect(ask(rulesAt(MINUTE, { leadTimeMinutes: 60 }), ["ada"])).toBe(3);
  expect(ask(rulesAt(MINUTE, { horizonEnd: minutes(5) }), ["ada"])).toBe(4);
  expect(ask(rulesAt(MINUTE), ["ada"])).toBe(4);
});

it("remembers nothing of another day", () => {
  const remembered = new RememberedSlots();
  const answer = (day: MechanicsOfDay, text: string) => remembered.of(day, rulesAt(MINUTE), [], () => [text]);
  expect(answer(dayWithHoldUntil(null), "one")).toEqual(["one"]);
  expect(answer(dayWithHoldUntil(null), "another")).toEqual(["another"]);
});

it("forgets all answers when they have too many slots together", () => {
  const remembered = new RememberedSlots();
  const day = dayWithHoldUntil(null);
  let computed = 0;
  const ask = (question: number, slots: number) => {
    remembered.of(day, rulesAt(MINUTE), [question], () => {
      computed += 1;
      return Array.from({ length: slots });
    });
    return computed;
  };
  expect([ask(1, 20_000), ask(2, 20_000), ask(1, 0)]).toEqual([1, 2, 2]);
  expect([ask(3, 1), ask(3, 1), ask(1, 1)]).toEqual([3, 3, 4]);
});
