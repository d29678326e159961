import { millisAt, minuteAt } from "../../reservations/testing/builders.ts";
import type { Booking } from "../booking.ts";

/** Returns a guest's confirmed booking of Ada for 2026-01-19, 10:00 to 11:00 UTC, unless told otherwise. */
export function buildBooking(more: Partial<Booking> = {}): Booking {
  return {
    id: "booking",
    shop_id: "shop",
    service_id: "repair",
    mechanic_id: "ada",
    date: "2026-01-19",
    start: minuteAt("2026-01-19T10:00"),
    end: minuteAt("2026-01-19T11:00"),
    duration_minutes: 60,
    buffer_before_minutes: 5,
    buffer_after_minutes: 10,
    location_id: null,
    status: "confirmed",
    customer: { name: "Grace", email: null, phone: null },
    customer_uid: null,
    notes: null,
    language: null,
    sequence: 0,
    manage_token_version: 1,
    created_at: millisAt("2026-01-10T08:00"),
    updated_at: millisAt("2026-01-10T08:00"),
    ...more,
  };
}
