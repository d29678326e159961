/**
 * A booking: an appointment of a customer with a mechanic.
 *
 * Life cycle: `confirmed` when it is made; then `cancelled_by_customer`, `cancelled_by_shop`, `completed` or `no_show`
 * (`transitions.ts` is the table). Every change is one transaction that writes the booking, its ledger entries, the
 * availability days, one audit line and, where the customer is told, one notification.
 *
 * What must hold: a booking whose status occupies time is in its mechanic's ledgers with the same interval, and no
 * other booking is; one Idempotency-Key makes one booking; a client that got 201 finds its booking.
 */
import { z } from "zod";
import { LANGUAGES } from "../catalog/language.ts";
import { MAX_BUFFER_MINUTES } from "../catalog/schema.ts";
import { isPlainDate } from "../engine/dates.ts";
import type { Interval } from "../engine/types.ts";
import { millis, minutes } from "../engine/units.ts";
import { formatWithOffset } from "../engine/zone.ts";
import { BOOKING_STATUSES } from "../ledger/booking-status.ts";
import { epochMinuteSchema, idSchema } from "../platform/http/fields.ts";
import { asMillis } from "../platform/unit-schemas.ts";

const buffer = z.int().min(0).max(MAX_BUFFER_MINUTES).default(0);
const instant = asMillis(z.number());

const customerSchema = z.object({
  name: z.string(),
  email: z.string().nullable().default(null),
  phone: z.string().nullable().default(null),
});

/**
 * The fields of `shops/{shop}/bookings/{id}`, with Timestamps read as minutes or milliseconds. Fields that an edit in
 * the console may omit have defaults; who, what and when must be present.
 */
export const bookingFields = z
  .object({
    service_id: idSchema,
    mechanic_id: idSchema,
    /** The shop-local date on which it starts; derived from `start` where the document states none. */
    date: z.string().refine(isPlainDate).optional().catch(undefined),
    start: epochMinuteSchema,
    end: epochMinuteSchema,
    buffer_before_minutes: buffer,
    buffer_after_minutes: buffer,
    location_id: z.string().nullable().default(null),
    status: z.enum(BOOKING_STATUSES),
    customer: customerSchema,
    /** The signed-in customer; null for a guest. */
    customer_uid: z.string().nullable().default(null),
    notes: z.string().nullable().default(null),
    /** The language of the customer's messages; null: the shop's. */
    language: z.enum(LANGUAGES).nullable().default(null),
    /** How often it was moved or cancelled: calendar programs recognise a newer invitation by it. */
    sequence: z.int().min(0).default(0),
    created_at: instant.default(millis(0)),
    updated_at: instant.default(millis(0)),
    /** Raised to revoke the manage links that were sent. */
    manage_token_version: z.int().min(1).default(1),
    /** Only in documents of before manage tokens were keyed hashes. */
    request_hash: z.string().nullable().default(null),
    /** Only in documents of before manage tokens were keyed hashes: the hash of the token that the guest was given. */
    manage_token_hash: z.string().nullable().default(null),
  })
  .refine(({ start, end }) => start < end, "A booking ends after it starts.");
type BookingFields = z.output<typeof bookingFields>;

/** What older documents recognise their request and their guest by. New ones have neither. */
export type FormerHashes = Readonly<Pick<BookingFields, "request_hash" | "manage_token_hash">>;

/** A booking with what follows from its document's path and its times. */
export type Booking = Readonly<
  Omit<BookingFields, keyof FormerHashes | "date"> & {
    id: string;
    shop_id: string;
    date: string;
    duration_minutes: number;
  }
>;

/** The slot with its buffers: the time that a booking takes. */
export function extentOf(
  booking: Pick<Booking, "start" | "end" | "buffer_before_minutes" | "buffer_after_minutes">,
): Interval {
  return {
    start: minutes(booking.start - booking.buffer_before_minutes),
    end: minutes(booking.end + booking.buffer_after_minutes),
  };
}

/** The booking as its customer and the staff see it. */
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
