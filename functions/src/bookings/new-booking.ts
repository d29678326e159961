import type { Mechanic } from "../catalog/schema.ts";
import type { Millis } from "../engine/units.ts";
import type { LedgerEntry } from "../ledger/ledger.ts";
import type { ResolvedSlot } from "../reservations/resolve-slot.ts";
import type { Booking } from "./booking.ts";
import type { BookingRequest } from "./booking-request.ts";

interface NewBookingInputs {
  readonly resolved: ResolvedSlot;
  readonly mechanic: Mechanic;
  /** The entry that the booking has on the ledgers. */
  readonly entry: LedgerEntry;
  readonly request: BookingRequest;
  readonly customerUid: string | null;
  readonly now: Millis;
}

/** Returns the booking of an accepted reservation. */
export function newBooking({
  resolved,
  mechanic,
  entry,
  request,
  customerUid,
  now,
}: NewBookingInputs): Booking {
  const { shop, service, slot } = resolved;
  return {
    id: entry.id,
    shop_id: shop.id,
    service_id: service.id,
    mechanic_id: mechanic.id,
    date: resolved.date,
    start: slot.start,
    end: slot.end,
    duration_minutes: slot.end - slot.start,
    buffer_before_minutes: service.buffer_before_minutes,
    buffer_after_minutes: service.buffer_after_minutes,
    location_id: entry.location_id,
    status: "confirmed",
    customer: request.customer,
    customer_uid: customerUid,
    notes: request.notes,
    language: request.language,
    manage_token_version: 1,
    sequence: 0,
    created_at: now,
    updated_at: now,
  };
}
