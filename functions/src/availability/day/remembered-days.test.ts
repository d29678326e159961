import { expect, it } from "vitest";
import type { StoredDay } from "./day.ts";
import { RememberedDays } from "./remembered-days.ts";

function dayOf(mechanics: number): StoredDay {
  const ids = Array.from({ length: mechanics }, (_, index) => `m${index}`);
  return { mechanics: Object.fromEntries(ids.map((id) => [id, {}])) } as unknown as StoredDay;
}

it("decodes a version once and returns the same object again", () => {
  const days = new RememberedDays();
  let decoded = 0;
  const decode = () => {
    decoded += 1;
    return dayOf(1);
  };
  const first = days.of("a", "v1", decode);
  expect(days.of("a", "v1", decode)).toBe(first);
  expect(days.of("a", "v2", decode)).not.toBe(first);
  expect(days.of("b", "v2", decode)).not.toBe(first);
  expect(decoded).toBe(3);
});

it("does not remember a missing document", () => {
  const days = new RememberedDays();
  expect(days.of("a", "v1", () => undefined)).toBeUndefined();
  expect(days.of("a", "v1", () => dayOf(1))).toBeDefined();
});

it("drops the oldest days above the limit, never the one just read", () => {
  const days = new RememberedDays();
  const [small, large] = [dayOf(10), dayOf(25_000)];
  days.of("small", "v", () => small);
  expect(days.of("large", "v", () => large)).toBe(large);
  expect(days.of("small", "v", () => dayOf(10))).not.toBe(small);
});
