import { Timestamp } from "firebase-admin/firestore";
import { expect, it } from "vitest";
import { instantOf } from "./event-time.ts";

it.each([
  ["2026-01-19T12:00:00Z", 0],
  ["2026-01-19T12:00:00.5Z", 500_000_000],
  ["2026-01-19T12:00:00.123456Z", 123_456_000],
  ["2026-01-19T12:00:00.123456789Z", 123_456_789],
  ["2026-01-19T07:00:00.000001-05:00", 1_000],
])("reads %s at full precision", (text, nanoseconds) => {
  const expected = new Timestamp(Date.parse("2026-01-19T12:00:00Z") / 1000, nanoseconds);
  expect(instantOf(text)).toEqual(expected);
});

it("throws when the text is not a time", () => {
  expect(() => instantOf("yesterday")).toThrow(RangeError);
});
