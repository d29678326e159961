import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SortedList } from "./sorted-list.ts";

const byNumber = (a: number, b: number) => a - b;

describe("a sorted list", () => {
  it("equals a sorted set after inserts and removals over many chunks", () => {
    const step = fc.tuple(fc.boolean(), fc.nat({ max: 3000 }));
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 3000 }), { maxLength: 2000, size: "max" }),
        fc.array(step, { maxLength: 2000, size: "max" }),
        fc.nat({ max: 3000 }),
        (initial, steps, start) => {
          const model = new Set(initial);
          const list = new SortedList(byNumber, model);
          for (const [isInsert, number] of steps) {
            if (isInsert) list.insert(number);
            else expect(list.remove(number)).toBe(model.has(number));
            if (isInsert) model.add(number);
            else model.delete(number);
          }
          const expected = [...model].sort(byNumber).filter((number) => number >= start);
          expect([...list.from((number) => number >= start)]).toEqual(expected);
          expect(list.size).toBe(model.size);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("grows from empty, chunk by chunk", () => {
    const list = new SortedList(byNumber);
    const numbers = Array.from({ length: 5000 }, (_, i) => (i * 2477) % 5000);
    for (const number of numbers) list.insert(number);
    expect([...list.from(() => true)]).toEqual([...numbers].sort(byNumber));
    for (const number of numbers) expect(list.remove(number)).toBe(true);
    expect(list.size).toBe(0);
    expect([...list.from(() => true)]).toEqual([]);
  });
});
