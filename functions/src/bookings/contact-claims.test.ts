import { describe, expect, it } from "vitest";
import { millis } from "../engine/units.ts";
import { decideClaim, mayBeFull, type ClaimedBookings, type ContactClaim } from "./contact-claims.ts";

const NOW = millis(1_000_000_000);
const MINUTE = 60_000;
const claim = (bookingId: string, minutesAgo = 0): ContactClaim => ({
  bookingId,
  claimedAt: millis(NOW - minutesAgo * MINUTE),
});
const FIVE = ["a", "b", "c", "d", "e"].map((id) => claim(id, 90));
const inMinutes = (...starts: readonly (readonly [string, number])[]): ClaimedBookings =>
  new Map(starts.map(([id, minutes]) => [id, millis(NOW + minutes * MINUTE)]));
const UPCOMING = inMinutes(["a", 50], ["b", 20], ["c", 30], ["d", 40], ["e", 60]);

describe("a contact's claim", () => {
  it("is added without a look at fewer than five others", () => {
    const others = FIVE.slice(0, 4);
    expect(mayBeFull(others)).toBe(false);
    expect(decideClaim(claim("new"), others, new Map())).toEqual({
      allowed: true,
      claims: [...others, claim("new")],
    });
    expect(mayBeFull(FIVE)).toBe(true);
  });

  it("is refused beside five upcoming bookings, until the first of them begins", () => {
    expect(decideClaim(claim("new"), FIVE, UPCOMING)).toEqual({
      allowed: false,
      freeAt: NOW + 20 * MINUTE,
    });
  });

  it.each([
    ["has begun", millis(NOW)],
    ["is not confirmed", null],
  ])("takes the place of a booking that %s", (_what, start) => {
    const decision = decideClaim(claim("new"), FIVE, new Map([...UPCOMING, ["b", start]]));
    expect(decision.allowed && decision.claims.map(({ bookingId }) => bookingId)).toEqual([
      ...["a", "c", "d", "e", "new"],
    ]);
  });

  it("is refused beside five bookings that are being made, for a minute at most", () => {
    const justNow = FIVE.map(({ bookingId }) => claim(bookingId, 0.5));
    expect(decideClaim(claim("new"), justNow, new Map())).toEqual({
      allowed: false,
      freeAt: NOW + MINUTE / 2,
    });
    const cancelled = new Map(FIVE.map(({ bookingId }) => [bookingId, null]));
    expect(decideClaim(claim("new"), justNow, cancelled)).toMatchObject({ allowed: true });
    const earlier = FIVE.map(({ bookingId }) => claim(bookingId, 1));
    expect(decideClaim(claim("new"), earlier, new Map())).toEqual({ allowed: true, claims: [claim("new")] });
  });
});
