import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contains, intersect, meets, normalise, overlaps, subtract, union } from "./intervals.ts";
import type { Interval } from "./types.ts";
import { minutes } from "./units.ts";

const between = (start: number, end: number): Interval => ({ start: minutes(start), end: minutes(end) });

describe("an interval", () => {
  it("overlaps another when they share a minute, and not when they only meet", () => {
    expect(overlaps(between(0, 60), between(59, 90))).toBe(true);
    expect(overlaps(between(0, 60), between(60, 90))).toBe(false);
    expect(overlaps(between(10, 20), between(0, 60))).toBe(true);
  });

  it("meets another when one ends where the other starts, in either order", () => {
    expect(meets(between(0, 60), between(60, 90))).toBe(true);
    expect(meets(between(60, 90), between(0, 60))).toBe(true);
    expect(meets(between(0, 60), between(61, 90))).toBe(false);
    expect(meets(between(0, 60), between(30, 90))).toBe(false);
  });

  it("contains another that ends no later than it does", () => {
    expect(contains(between(0, 60), between(0, 60))).toBe(true);
    expect(contains(between(0, 60), between(30, 61))).toBe(false);
    expect(contains(between(1, 60), between(0, 30))).toBe(false);
  });
});

describe("a list of intervals", () => {
  it("is normalised by sorting, merging what overlaps or meets, and dropping empty intervals", () => {
    const untidy = [
      between(50, 60),
      between(5, 5),
      between(0, 10),
      between(10, 20),
      between(15, 18),
      between(9, 3),
    ];
    expect(normalise(untidy)).toEqual([between(0, 20), between(50, 60)]);
  });

  it("keeps the other properties of its intervals in a subtraction", () => {
    const open = { ...between(0, 100), anchor: -30, location_id: "north" };
    expect(subtract([open], [between(20, 30), between(90, 200)])).toEqual([
      { start: 0, end: 20, anchor: -30, location_id: "north" },
      { start: 30, end: 90, anchor: -30, location_id: "north" },
    ]);
  });

  it("holds no empty or reversed interval after a subtraction up to or past an end", () => {
    const left = (...taken: Interval[]) => subtract([between(10, 20), between(30, 40)], taken);
    expect(left(between(15, 20))).toEqual([between(10, 15), between(30, 40)]);
    expect(left(between(15, 25))).toEqual([between(10, 15), between(30, 40)]);
    expect(left(between(15, 35))).toEqual([between(10, 15), between(35, 40)]);
    expect(left(between(10, 15), between(35, 90))).toEqual([between(15, 20), between(30, 35)]);
    expect(left(between(10, 20), between(30, 40))).toEqual([]);
    expect(left(between(0, 90))).toEqual([]);
  });
});

describe("every operation on lists of intervals", () => {
  const bound = 60;
  const list = fc.array(
    fc.tuple(fc.nat(bound), fc.nat(12)).map(([start, length]) => between(start, start + length)),
    { maxLength: 8 },
  );
  const minutes = (intervals: readonly Interval[]) =>
    Array.from({ length: bound + 20 }, (_, m) => intervals.some(({ start, end }) => start <= m && m < end));
  const isNormal = (intervals: readonly Interval[]) =>
    intervals.every(({ start, end }, i) => start < end && (i === 0 || intervals[i - 1]!.end < start));

  it("gives what the same operation gives minute by minute", () => {
    fc.assert(
      fc.property(list, list, (rawA, rawB) => {
        const [a, b] = [normalise(rawA), normalise(rawB)];
        const [inA, inB] = [minutes(rawA), minutes(rawB)];
        expect(minutes(a)).toEqual(inA);
        expect(minutes(union(rawA, rawB))).toEqual(inA.map((has, m) => has || inB[m]!));
        expect(minutes(intersect(a, b))).toEqual(inA.map((has, m) => has && inB[m]!));
        expect(minutes(subtract(a, b))).toEqual(inA.map((has, m) => has && !inB[m]!));
        for (const result of [a, union(rawA, rawB), intersect(a, b), subtract(a, b)]) {
          expect(isNormal(result)).toBe(true);
        }
      }),
    );
  });
});
