import { describe, expect, it } from "vitest";
import { memoryProfile, trendMb } from "./memory.ts";

const run = (memoryAt: (part: number) => number) =>
  Array.from({ length: 1_000 }, (_, index) => memoryAt(index / 1_000));

describe("the memory of a run", () => {
  it("has its first sample, the median of each tenth, and its last sample", () => {
    const profile = memoryProfile(run((part) => 100 + 10 * Math.floor(part * 10)));
    expect(profile).toEqual([100, 100, 110, 120, 130, 140, 150, 160, 170, 180, 190, 190]);
  });

  it("does not grow when it is level after the start, whatever single samples are", () => {
    expect(trendMb(run((part) => (part < 0.2 ? 100 + 500 * part : 200)))).toBe(0);
    expect(trendMb(run((part) => (part > 0.95 && part < 0.96 ? 900 : 200)))).toBe(0);
  });

  it("grows by what a leak adds after the start", () => {
    expect(trendMb(run((part) => 200 + 100 * part))).toBeCloseTo(70, 0);
  });
});
