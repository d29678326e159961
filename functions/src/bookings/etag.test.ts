import { millis, minutes } from "../engine/units.ts";
import { describe, expect, it } from "vitest";
import { etagOf } from "./etag.ts";
import { buildBooking } from "./testing/build-booking.ts";

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
