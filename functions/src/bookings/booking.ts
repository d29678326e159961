import type { EpochMinute, Interval, PlainDate } from "../engine/types.ts";
import { formatWithOffset } from "../engine/zone.ts";
import type { Language } from "../catalog/language.ts";
import type { BookingStatus } from "../ledger/booking-status.ts";

export interface Customer {
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
}

/** An appointment, as the record keeps it. */
export interface Booking {
  readonly id: string;
  readonly shop_id: string;
  readonly service_id: string;
  readonly mechanic_id: string;
  /** The shop-local date on which it starts. */
  readonly date: PlainDate;
  readonly start: EpochMinute;
  readonly end: EpochMinute;
  readonly duration_minutes: number;
  readonly buffer_before_minutes: number;
  readonly buffer_after_minutes: number;
  readonly location_id: string | null;
  readonly status: BookingStatus;
  readonly customer: Customer;
  /** The signed-in customer; null for a guest. */
  readonly customer_uid: string | null;
  readonly notes: string | null;
  /** What its customer is written to in; null: the shop's language. */
  readonly language: Language | null;
  /** How often it was moved or cancelled: what calendar programs tell a newer invitation by. */
  readonly sequence: number;
  readonly outside_hours: boolean;
  /** Milliseconds since the epoch. */
  readonly created_at: number;
  readonly updated_at: number;
}

/** The time that a booking takes with its buffers. */
export function extentOf(booking: Booking): Interval {
  return {
    start: booking.start - booking.buffer_before_minutes,
    end: booking.end + booking.buffer_after_minutes,
  };
}

/** What its customer and the staff may see. */
export function presentBooking(booking: Booking, zone: string) {
  return {
    id: booking.id,
    shop_id: booking.shop_id,
    service_id: booking.service_id,
    mechanic_id: booking.mechanic_id,
    start: formatWithOffset(zone, booking.start),
    end: formatWithOffset(zone, booking.end),
    duration_minutes: booking.duration_minutes,
    location_id: booking.location_id,
    status: booking.status,
    customer: booking.customer,
    notes: booking.notes,
    created_at: new Date(booking.created_at).toISOString(),
    updated_at: new Date(booking.updated_at).toISOString(),
  };
}
