import { expect, it } from "vitest";
import { locateSlot } from "../reservations/resolve-slot.ts";
import {
  buildEntry,
  buildMechanic,
  buildService,
  buildShop,
  millisAt,
  minuteAt,
} from "../reservations/testing/builders.ts";
import { newBooking } from "./new-booking.ts";

it("newBooking returns a confirmed booking with the slot, its buffers, and what the request says", () => {
  const now = millisAt("2026-01-19T08:00:00.123");
  const start = minuteAt("2026-01-20T03:00");
  const shop = buildShop({}, { time_zone: "America/New_York" });
  const service = buildService({ buffer_before_minutes: 5, buffer_after_minutes: 15 });
  const customer = { name: "Grace", email: "grace@example.org", phone: "212 555 0100" };
  const booking = newBooking({
    resolved: locateSlot(shop, service, start, 90),
    mechanic: buildMechanic(),
    entry: buildEntry("entry", start, 90, { location_id: "north" }),
    request: {
      serviceId: "repair",
      mechanicId: null,
      start,
      durationMinutes: 90,
      customer,
      notes: "Ring twice",
      language: "zh-Hant",
      hold: null,
      override: null,
    },
    customerUid: "uid",
    now,
  });
  expect(booking).toEqual({
    id: "entry",
    shop_id: "shop",
    service_id: "repair",
    mechanic_id: "ada",
    date: "2026-01-19",
    start,
    end: start + 90,
    duration_minutes: 90,
    buffer_before_minutes: 5,
    buffer_after_minutes: 15,
    location_id: "north",
    status: "confirmed",
    customer,
    customer_uid: "uid",
    notes: "Ring twice",
    language: "zh-Hant",
    sequence: 0,
    manage_token_version: 1,
    created_at: now,
    updated_at: now,
  });
});
