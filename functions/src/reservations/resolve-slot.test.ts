import { describe, expect, it } from "vitest";
import { keepSlot, locateSlot, resolveSlot, rulesOf } from "./resolve-slot.ts";
import { buildService, buildShop, millisAt, minuteAt, minutes } from "./testing/builders.ts";

const TEN = minuteAt("2026-01-19T10:00");
const shop = buildShop();
const service = buildService({ durations_minutes: [60, 90] });

describe("resolveSlot", () => {
  it("refuses a service that does not exist", () => {
    const refusal = { error: "not_found", message: "There is no such service." };
    expect(resolveSlot(shop, undefined, { start: TEN, durationMinutes: null })).toEqual({
      ok: false,
      refusal,
    });
  });

  it("refuses a service that is not on offer any more, whatever its length", () => {
    const inactive = buildService({ active: false });
    const resolution = resolveSlot(shop, inactive, { start: TEN, durationMinutes: 7 });
    expect(resolution).toMatchObject({ ok: false, refusal: { error: "service_inactive" } });
  });

  it("refuses a length that the service is not offered in, and says which there are", () => {
    expect(resolveSlot(shop, service, { start: TEN, durationMinutes: 75 })).toMatchObject({
      ok: false,
      refusal: { error: "invalid_duration", details: { durations_minutes: [60, 90] } },
    });
  });

  it.each([
    { durationMinutes: null, length: 60 },
    { durationMinutes: 60, length: 60 },
    { durationMinutes: 90, length: 90 },
  ])(
    "takes a slot of $length minutes where $durationMinutes are asked for",
    ({ durationMinutes, length }) => {
      const resolution = resolveSlot(shop, service, { start: TEN, durationMinutes });
      expect(resolution).toEqual({ ok: true, value: locateSlot(shop, service, TEN, length) });
      expect(resolution).toMatchObject({ value: { slot: { start: TEN, end: TEN + length } } });
    },
  );
});

describe("keepSlot", () => {
  const kept = { start: TEN, durationMinutes: 45 };

  it("keeps a length that is not offered any more, and a start that only new bookings may not have", () => {
    const strict = buildShop({ lead_time_minutes: 1440, horizon_days: 0 });
    const outcome = keepSlot(strict, service, kept);
    expect(outcome).toMatchObject({ ok: true, value: { slot: { start: TEN, end: TEN + 45 } } });
    const rules = outcome.ok && rulesOf(outcome.value, millisAt("2026-01-18T08:00"));
    expect(rules).toMatchObject({ leadTimeMinutes: 0, horizonEnd: null, durationMinutes: 45 });
    const ofNewBooking = rulesOf(locateSlot(strict, service, TEN, 45), millisAt("2026-01-18T08:00"));
    expect(ofNewBooking).toMatchObject({ leadTimeMinutes: 1440, horizonEnd: minuteAt("2026-01-19T00:00") });
  });

  it("needs a service that is on offer", () => {
    expect(keepSlot(shop, undefined, kept)).toMatchObject({ refusal: { error: "not_found" } });
    const retired = buildService({ active: false });
    expect(keepSlot(shop, retired, kept)).toMatchObject({ refusal: { error: "service_inactive" } });
  });
});

describe("locateSlot", () => {
  it("adds each buffer at its own end", () => {
    const buffered = buildService({ buffer_before_minutes: 10, buffer_after_minutes: 25 });
    expect(locateSlot(shop, buffered, TEN, 45)).toEqual({
      keepsStart: false,
      shop,
      service: buffered,
      slot: { start: TEN, end: TEN + 45 },
      extent: { start: TEN - 10, end: TEN + 70 },
      date: "2026-01-19",
      ledgerDates: ["2026-01-19"],
    });
  });

  it("belongs to the date on which the slot starts in the shop's zone", () => {
    const start = minuteAt("2026-01-20T03:30");
    expect(locateSlot(buildShop({}, { time_zone: "America/New_York" }), service, start, 60).date).toBe(
      "2026-01-19",
    );
    expect(locateSlot(shop, service, start, 60).date).toBe("2026-01-20");
  });

  const midnight = minuteAt("2026-01-20T00:00");
  const [before, on] = ["2026-01-19", "2026-01-20"];
  it.each([
    { why: "the slot ends at midnight", start: -60, more: {}, travel: 0, dates: [before] },
    { why: "the slot crosses midnight", start: -59, more: {}, travel: 0, dates: [before, on] },
    {
      why: "the buffer after it does",
      start: -61,
      more: { buffer_after_minutes: 2 },
      travel: 0,
      dates: [before, on],
    },
    { why: "the way after it does", start: -61, more: {}, travel: 2, dates: [before, on] },
    { why: "the way ends at midnight", start: -62, more: {}, travel: 2, dates: [before] },
    { why: "the slot starts at midnight", start: 0, more: {}, travel: 0, dates: [on] },
    {
      why: "the buffer before it lies on the eve",
      start: 0,
      more: { buffer_before_minutes: 1 },
      travel: 0,
      dates: [before, on],
    },
    { why: "the way to it lies on the eve", start: 1, more: {}, travel: 2, dates: [before, on] },
    { why: "the way to it starts at midnight", start: 2, more: {}, travel: 2, dates: [on] },
  ])("is decided by the ledgers of $dates where $why", ({ start, more, travel, dates }) => {
    const resolved = locateSlot(
      buildShop({ travel_minutes: travel }),
      buildService(more),
      minutes(midnight + start),
      60,
    );
    expect(resolved.ledgerDates).toEqual(dates);
  });
});
