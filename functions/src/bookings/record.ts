import { Timestamp, type DocumentSnapshot } from "firebase-admin/firestore";
import { z } from "zod";
import { LANGUAGES } from "../notifications/language.ts";
import { BOOKING_STATUSES, type Booking } from "./booking.ts";

const instant = z.instanceof(Timestamp);
const minute = instant.transform((value) => Math.floor(value.toMillis() / 60_000));
const millis = instant.transform((value) => value.toMillis());

/**
 * `shops/{shop}/bookings/{id}`. What a person with a console may leave out has a default; who, whom, what and when
 * must be there.
 */
const bookingSchema = z.object({
  id: z.string(),
  shop_id: z.string(),
  service_id: z.string(),
  mechanic_id: z.string(),
  date: z.string(),
  start: minute,
  end: minute,
  duration_minutes: z.int(),
  buffer_before_minutes: z.int().min(0).default(0),
  buffer_after_minutes: z.int().min(0).default(0),
  location_id: z.string().nullable().default(null),
  status: z.enum(BOOKING_STATUSES),
  customer: z.object({
    name: z.string(),
    email: z.string().nullable().default(null),
    phone: z.string().nullable().default(null),
  }),
  customer_uid: z.string().nullable().default(null),
  notes: z.string().nullable().default(null),
  language: z.enum(LANGUAGES).nullable().default(null),
  sequence: z.int().min(0).default(0),
  outside_hours: z.boolean().default(false),
  created_at: millis.prefault(() => Timestamp.fromMillis(0)),
  updated_at: millis.prefault(() => Timestamp.fromMillis(0)),
});

/** What is kept beside a booking to recognise its own requests and its guest. */
export interface BookingSecrets {
  /** Hash of the request that made it; null when it was not made with an Idempotency-Key. */
  readonly request_hash: string | null;
  readonly manage_salt: string | null;
  readonly manage_token_hash: string | null;
}

const secretsSchema = z.object({
  request_hash: z.string().nullable().default(null),
  manage_salt: z.string().nullable().default(null),
  manage_token_hash: z.string().nullable().default(null),
});

export interface BookingRecord {
  readonly booking: Booking;
  readonly secrets: BookingSecrets;
}

/** A booking document; undefined when it is missing. Throws when it cannot be read. */
export function readBooking(snapshot: DocumentSnapshot): BookingRecord | undefined {
  if (!snapshot.exists) return undefined;
  const data = snapshot.data();
  return { booking: bookingSchema.parse(data), secrets: secretsSchema.parse(data) };
}

export function bookingDocument({ booking, secrets }: BookingRecord) {
  return {
    ...booking,
    ...secrets,
    start: Timestamp.fromMillis(booking.start * 60_000),
    end: Timestamp.fromMillis(booking.end * 60_000),
    created_at: Timestamp.fromMillis(booking.created_at),
    updated_at: Timestamp.fromMillis(booking.updated_at),
  };
}
