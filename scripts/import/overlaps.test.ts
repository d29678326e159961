import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { minutes } from "../../functions/src/engine/units.ts";
import { Overlaps } from "./overlaps.ts";

interface Time {
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

function leftOut(times: readonly Time[]): Map<number, number> {
  const overlaps = new Overlaps();
  for (const { line, start, end } of times)
    overlaps.add(line, "ada", { start: minutes(start), end: minutes(end) });
  return overlaps.resolve();
}

const meet = (a: Time, b: Time) => a.start < b.end && b.start < a.end;
const times = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 20 })), { maxLength: 25 })
  .map((drawn) =>
    drawn.map(([start, length], index): Time => ({ line: index + 1, start, end: start + length })),
  );

describe("overlapping bookings", () => {
  it("are left out beside the one that starts first", () => {
    const [nine, half, ten] = [
      { line: 4, start: 540, end: 600 },
      { line: 2, start: 570, end: 630 },
      { line: 3, start: 600, end: 660 },
    ];
    expect([...leftOut([nine, half, ten])]).toEqual([[2, 4]]);
  });

  it("do not exist between mechanics", () => {
    const overlaps = new Overlaps();
    const hour = { start: minutes(0), end: minutes(60) };
    overlaps.add(1, "ada", hour);
    overlaps.add(2, "grace", hour);
    expect(overlaps.resolve().size).toBe(0);
  });

  it("leave others that are disjoint, and each overlaps the line that it names", () => {
    fc.assert(
      fc.property(times, (drawn) => {
        const out = leftOut(drawn);
        const kept = drawn.filter(({ line }) => !out.has(line));
        for (const a of kept) for (const b of kept) expect(a === b || !meet(a, b)).toBe(true);
        for (const [line, other] of out) {
          expect(meet(drawn[line - 1]!, drawn[other - 1]!)).toBe(true);
          expect(out.has(other)).toBe(false);
        }
      }),
    );
  });

  it("are the same ones after any part of the others has been written", () => {
    const written = fc.array(fc.boolean(), { minLength: 25, maxLength: 25 });
    fc.assert(
      fc.property(times, written, (drawn, isWritten) => {
        const out = leftOut(drawn);
        const stored = drawn.filter(({ line }) => !out.has(line) && isWritten[line - 1]);
        const free = drawn.filter(
          (one) => !stored.includes(one) && !stored.some((other) => meet(one, other)),
        );
        const again = leftOut(free);
        const kept = [...stored, ...free.filter(({ line }) => !again.has(line))].map(({ line }) => line);
        expect(kept.sort((a, b) => a - b)).toEqual(
          drawn.filter(({ line }) => !out.has(line)).map(({ line }) => line),
        );
      }),
    );
  });
});
