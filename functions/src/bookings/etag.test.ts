import { millis, minutes } from "../engine/units.ts";
import { describe, expect, it } from "vitest";
import { etagOf, isKnown, matches } from "./etag.ts";
import { buildBooking } from "./testing/build-booking.ts";

const ETAG = '"abc"';

describe("etagOf", () => {
  it("is a quoted text that is the same for the same booking", () => {
    expect(etagOf(buildBooking())).toMatch(/^"[\w-]{27}"$/);
    expect(etagOf(buildBooking())).toBe(etagOf(buildBooking()));
  });

  it("differs when anything differs that the API shows, and only then", () => {
    const before = buildBooking();
    expect(etagOf({ ...before, updated_at: millis(before.updated_at + 1) })).not.toBe(etagOf(before));
    expect(etagOf({ ...before, status: "completed" })).not.toBe(etagOf(before));
    expect(etagOf({ ...before, start: minutes(before.start + 1) })).not.toBe(etagOf(before));
    expect(etagOf({ ...before, sequence: 7, buffer_after_minutes: 99 })).toBe(etagOf(before));
  });
});

describe("isKnown", () => {
  it.each([ETAG, ` ${ETAG} `, `W/${ETAG}`, `"x", ${ETAG}`, `"x",W/${ETAG} , "y"`, "*", " * "])(
    "is true for If-None-Match: %s",
    (header) => expect(isKnown(header, ETAG)).toBe(true),
  );
  it.each([undefined, "", '"x"', "abc", `xW/${ETAG}`, `"*"`])("is false for If-None-Match: %s", (header) => {
    expect(isKnown(header, ETAG)).toBe(false);
  });
});

describe("matches", () => {
  it.each([null, ETAG, ` ${ETAG} `, `"x", ${ETAG}`, "*", " * "])("is true for If-Match: %s", (header) => {
    expect(matches(header, ETAG)).toBe(true);
  });
  it.each(["", '"x"', "abc", `W/${ETAG}`, `"*"`, "**"])("is false for If-Match: %s", (header) => {
    expect(matches(header, ETAG)).toBe(false);
  });
});
