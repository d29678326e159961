import { RRuleTemporal } from "rrule-temporal";
import { describe, expect, it, vi } from "vitest";
import { eachDate } from "./dates.ts";
import { recursOn } from "./recurrence.ts";
import type { PlainDate } from "./types.ts";

describe("the cache of occurrences", () => {
  /** How often the library is asked for occurrences while the rule is evaluated on the date. */
  function lookUps(rrule: string, from: PlainDate, date: PlainDate): number {
    const between = vi.spyOn(RRuleTemporal.prototype, "between").mockClear();
    recursOn(rrule, from, date);
    return between.mock.calls.length;
  }

  const monthAfter = (i: number) =>
    `${2026 + Math.floor(i / 12)}-${String(1 + (i % 12)).padStart(2, "0")}-28`;

  it("answers for 240 months of a rule without asking the library again", () => {
    const rule = "FREQ=DAILY;INTERVAL=17";
    expect(lookUps(rule, "2026-01-01", monthAfter(0))).toBe(1);
    for (let i = 1; i < 240; i++) recursOn(rule, "2026-01-01", monthAfter(i));
    expect(lookUps(rule, "2026-01-01", monthAfter(0))).toBe(0);
  });

  it("forgets the months of a rule when a 241st is asked for", () => {
    const rule = "FREQ=DAILY;INTERVAL=18";
    for (let i = 0; i <= 240; i++) recursOn(rule, "2026-01-01", monthAfter(i));
    expect(lookUps(rule, "2026-01-01", monthAfter(0))).toBe(1);
  });

  // COUNT is resolved when a rule is compiled: one look-up more than the month's own.
  it("keeps a rule compiled for fifty first dates and forgets them at the next", () => {
    const rule = "FREQ=DAILY;INTERVAL=19;COUNT=1";
    const firstDates = eachDate("2026-01-01", "2026-02-20");
    expect(firstDates).toHaveLength(51);
    for (const from of firstDates.slice(0, 50)) recursOn(rule, from, from);
    expect(lookUps(rule, firstDates[0]!, firstDates[0]!)).toBe(0);
    recursOn(rule, firstDates[50]!, firstDates[50]!);
    expect(lookUps(rule, firstDates[0]!, firstDates[0]!)).toBe(2);
  });

  it("forgets a rule after a hundred others", () => {
    const rule = (interval: number) => `FREQ=DAILY;INTERVAL=${interval};COUNT=1`;
    expect(lookUps(rule(1000), "2026-01-01", "2026-01-01")).toBe(2);
    expect(lookUps(rule(1000), "2026-01-01", "2026-01-01")).toBe(0);
    for (let i = 1; i <= 100; i++) recursOn(rule(1000 + i), "2026-01-01", "2026-01-01");
    expect(lookUps(rule(1000), "2026-01-01", "2026-01-01")).toBe(2);
  });
});
