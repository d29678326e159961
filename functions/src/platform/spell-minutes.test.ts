import { expect, test } from "vitest";
import { spellMinutes } from "./spell-minutes.ts";

test("lengths of time are spelled in the largest units, one as one", () => {
  expect([1, 10, 60, 90, 1440, 1501].map(spellMinutes)).toEqual([
    "1 minute",
    "10 minutes",
    "1 hour",
    "1 hour 30 minutes",
    "1 day",
    "1 day 1 hour 1 minute",
  ]);
});
