import { describe, expect, it } from "vitest";
import { closureOf, isFoundByQueries } from "./unreadable-exception.ts";

const dayOff = {
  mechanic_id: "ada",
  from_date: "2026-01-19",
  to_date: "2026-01-20",
  start_time: null,
  end_time: null,
  effect: "unavailable",
  rrule: null,
};
const closed = { ...dayOff };

describe("what an unreadable exception closes", () => {
  it.each([
    ["whole days where an hour cannot be read", { start_time: "9:00" }, {}],
    ["whole days where the end is before the start", { start_time: "17:00", end_time: "09:00" }, {}],
    ["the dates, whatever its effect was meant to be", { effect: "available", end_time: "25:00" }, {}],
    [
      "everything until its last date without a first one",
      { from_date: "19.01." },
      { from_date: "1970-01-01" },
    ],
    ["everything from its first date on without a last one", { to_date: 7 }, { to_date: null }],
    ["everything from its first date on with an open end", { to_date: null, effect: 1 }, { to_date: null }],
    [
      "the dates between two that are in reverse order",
      { from_date: "2026-01-20", to_date: "2026-01-19" },
      {},
    ],
    ["the dates of the whole shop without a mechanic", { mechanic_id: undefined }, { mechanic_id: "*" }],
    ["the dates of the whole shop with an empty mechanic", { mechanic_id: "" }, { mechanic_id: "*" }],
    ["every date that it spans where its rule cannot be read", { rrule: "FREQ=SOMETIMES" }, {}],
    [
      "only the dates of a rule that can be read",
      { rrule: "FREQ=WEEKLY;BYDAY=TU", effect: 1 },
      { rrule: "FREQ=WEEKLY;BYDAY=TU" },
    ],
    [
      "every date where the rule has no date to count from",
      { from_date: null, rrule: "FREQ=WEEKLY;BYDAY=TU" },
      { from_date: "1970-01-01" },
    ],
    [
      "the mechanic for good if it names no date",
      { from_date: "x", to_date: "y" },
      { from_date: "1970-01-01", to_date: null },
    ],
  ])("is %s", (_what, damage, expected) => {
    expect(closureOf({ ...dayOff, ...damage })).toMatchObject({ ...closed, ...expected });
  });

  it("is nothing if it names neither a mechanic nor a date", () => {
    expect(closureOf({})).toBeNull();
    expect(closureOf({ mechanic_id: 7, from_date: 8, to_date: null, effect: "unavailable" })).toBeNull();
  });
});

describe("whether queries find an unreadable exception where it closes", () => {
  const found = (damage: object) => {
    const data = { ...dayOff, ...damage };
    const closure = closureOf(data);
    return closure && isFoundByQueries(data, closure);
  };

  it.each([{ start_time: "9:00" }, { effect: "x" }, { rrule: 7 }, { to_date: null, effect: "x" }])(
    "is true if mechanic and dates can be read: %j",
    (damage) => {
      expect(found(damage)).toBe(true);
    },
  );

  it.each([
    { mechanic_id: 7 },
    { from_date: "19.01.2026" },
    { to_date: undefined },
    { from_date: "2026-01-21" },
  ])("is false otherwise: %j", (damage) => {
    expect(found(damage)).toBe(false);
  });
});
