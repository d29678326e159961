import { describe, expect, it } from "vitest";
import type { Exception } from "../../catalog/schema.ts";
import { datesTouched } from "../../engine/exceptions.ts";
import { clearRange } from "./clear-range.ts";

function exception(changes: Partial<Exception>): Exception {
  return {
    id: "x",
    mechanic_id: "ada",
    from_date: "2026-01-05",
    to_date: "2026-01-25",
    start_time: null,
    end_time: null,
    effect: "unavailable",
    rrule: null,
    ...changes,
  };
}

const range = (from: string, to: string) => ({ from, to });
const parts = (...dates: [string, string | null][]) => ({
  kind: "parts",
  parts: dates.map(([from_date, to_date]) => ({ from_date, to_date })),
});

describe("clearing a range leaves of an exception", () => {
  it.each([
    ["nothing, inside it", range("2026-01-05", "2026-01-25"), parts()],
    ["its beginning", range("2026-01-20", "2026-01-31"), parts(["2026-01-05", "2026-01-19"])],
    ["its end", range("2026-01-01", "2026-01-05"), parts(["2026-01-06", "2026-01-25"])],
    [
      "both, where it reaches beyond on both sides",
      range("2026-01-10", "2026-01-10"),
      parts(["2026-01-05", "2026-01-09"], ["2026-01-11", "2026-01-25"]),
    ],
  ])("%s", (_what, cleared, left) => {
    expect(clearRange(exception({}), cleared)).toEqual(left);
  });

  it("everything, where its rule has no date in the range", () => {
    const mondays = exception({ rrule: "FREQ=WEEKLY;BYDAY=MO" });
    expect(clearRange(mondays, range("2026-01-06", "2026-01-11"))).toEqual({ kind: "untouched" });
  });

  it("a part that begins on the first occurrence after the range, where it recurs", () => {
    const mondays = exception({ rrule: "FREQ=WEEKLY;BYDAY=MO", to_date: null });
    expect(clearRange(mondays, range("2026-01-12", "2026-01-14"))).toEqual(
      parts(["2026-01-05", "2026-01-11"], ["2026-01-19", null]),
    );
  });

  it.each([
    ["FREQ=DAILY;INTERVAL=3"],
    ["FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH"],
    ["FREQ=WEEKLY"],
    ["FREQ=MONTHLY;BYDAY=1MO"],
    ["FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=15"],
    ["FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"],
    ["FREQ=DAILY;UNTIL=20260401"],
  ])("the same other dates: %s", (rrule) => {
    const whole = exception({ rrule, to_date: null });
    const cleared = range("2026-01-12", "2026-02-20");
    const left = clearRange(whole, cleared);
    if (left.kind !== "parts") throw new Error(`kept: ${rrule}`);
    const dates = (one: Exception) => datesTouched(one, "2026-01-01", "2028-12-31");
    const others = dates(whole).filter((date) => date < cleared.from || date > cleared.to);
    expect(left.parts.flatMap((part) => dates({ ...whole, ...part }))).toEqual(others);
  });

  it("its beginning only, where no occurrence is left after the range", () => {
    const mondays = exception({ rrule: "FREQ=WEEKLY;BYDAY=MO", to_date: "2026-01-25" });
    expect(clearRange(mondays, range("2026-01-12", "2026-01-20"))).toEqual(
      parts(["2026-01-05", "2026-01-11"]),
    );
  });

  it.each([
    ["counts its occurrences", exception({ rrule: "FREQ=DAILY;COUNT=20", to_date: null })],
    ["recurs too rarely to be followed", exception({ rrule: "FREQ=YEARLY;INTERVAL=5", to_date: null })],
  ])("all of it, where it reaches beyond the range and its rule %s", (_what, recurring) => {
    expect(clearRange(recurring, range("2026-01-05", "2026-01-06"))).toEqual({ kind: "kept" });
  });

  it.each([[null], ["FREQ=DAILY"]])("nothing after the last date of the calendar: %s", (rrule) => {
    const endless = exception({ rrule, to_date: null });
    expect(clearRange(endless, range("2026-01-10", "9999-12-30"))).toEqual(
      parts(["2026-01-05", "2026-01-09"]),
    );
  });
});
