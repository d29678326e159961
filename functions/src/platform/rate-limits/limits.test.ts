import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { millis } from "../../engine/units.ts";
import { countRequest, limitOf, type WindowCount } from "./limits.ts";

const MINUTE_AND_DAY = [
  { requests: 2, seconds: 60 },
  { requests: 3, seconds: 86_400 },
];
const NOON = millis(Date.parse("2026-01-12T12:00:00Z"));

describe("the limit of a request", () => {
  it.each([
    ["GET", "/v1/shops/s/bookings", "reads"],
    ["HEAD", "/availability", "reads"],
    ["POST", "/v1/shops/s/bookings", "bookings"],
    ["POST", "/bookings", "bookings"],
    ["POST", "/Bookings/", "bookings"],
    ["PATCH", "/v1/shops/s/bookings/b", "bookings"],
    ["DELETE", "/v1/shops/s/holds/h", "holds"],
    ["POST", "/v1/shops/holds/bookings", "bookings"],
    ["POST", "/v1/shops/s/bookingsx", "reads"],
    ["POST", "/mcp", "reads"],
    ["TRACE", "/", "reads"],
    ["GET", "/healthz", null],
    ["GET", "/v1/health", null],
    ["OPTIONS", "/bookings", null],
  ])("%s %s is %s", (method, path, limit) => expect(limitOf(method, path)).toBe(limit));
});

describe("a request", () => {
  it("is refused until the window ends, and a refused one does not count", () => {
    const later = millis(NOON + 59_999);
    let counts: readonly WindowCount[] = [];
    for (let index = 0; index < 2; index += 1) ({ counts } = countRequest(MINUTE_AND_DAY, counts, later));
    for (let index = 0; index < 5; index += 1) {
      const refused = countRequest(MINUTE_AND_DAY, counts, later);
      expect(refused).toMatchObject({ allowed: false, retryAfterSeconds: 1 });
      ({ counts } = refused);
    }
    expect(countRequest(MINUTE_AND_DAY, counts, millis(NOON + 60_000)).allowed).toBe(true);
  });

  it("is refused until the longer window ends when both are full", () => {
    const day = NOON + 12 * 3_600_000;
    const counts = [
      { endsAt: NOON + 60_000, requests: 2 },
      { endsAt: day, requests: 3 },
    ];
    expect(countRequest(MINUTE_AND_DAY, counts, NOON)).toMatchObject({ retryAfterSeconds: 12 * 3600 });
  });

  it("counts in the window of an instance whose clock is ahead", () => {
    const ahead = countRequest(MINUTE_AND_DAY, [], millis(NOON + 60_000));
    const behind = countRequest(MINUTE_AND_DAY, ahead.counts, millis(NOON + 59_000));
    expect(behind.counts[0]).toEqual({ endsAt: NOON + 120_000, requests: 2 });
  });

  it("is never told to come back after 0 seconds, and may come back when it is told to", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (now) => {
        let counts: readonly WindowCount[] = [];
        let decision = countRequest(MINUTE_AND_DAY, counts, millis(now));
        while (decision.allowed) {
          ({ counts } = decision);
          decision = countRequest(MINUTE_AND_DAY, counts, millis(now));
        }
        expect(decision.retryAfterSeconds).toBeGreaterThanOrEqual(1);
        const then = millis(now + decision.retryAfterSeconds * 1000);
        expect(countRequest(MINUTE_AND_DAY, counts, then).allowed).toBe(true);
      }),
    );
  });
});
