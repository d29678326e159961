import { Timestamp, type DocumentSnapshot } from "firebase-admin/firestore";
import { z } from "zod";
import { MAX_BUFFER_MINUTES } from "../catalog/schema.ts";
import { isPlainDate } from "../engine/dates.ts";
import { dateOf } from "../engine/zone.ts";
import { readDocument } from "../platform/firestore/documents.ts";
import { epochMinuteSchema, idSchema } from "../platform/http/fields.ts";
import { LANGUAGES } from "../catalog/language.ts";
import { BOOKING_STATUSES } from "../ledger/booking-status.ts";
import type { Booking } from "./booking.ts";

const instant = z.instanceof(Timestamp);
const minute = instant.transform((value) => Math.floor(value.toMillis() / 60_000)).pipe(epochMinuteSchema);
const buffer = z.int().min(0).max(MAX_BUFFER_MINUTES).default(0);
const millis = instant.transform((value) => value.toMillis());

/**
 * `shops/{shop}/bookings/{id}`. What a person with a console may leave out has a default; who, whom, what and when
 * must be there. What follows from that, or from the document's path, is not taken from its fields.
 */
const recordSchema = z
  .object({
    service_id: idSchema,
    mechanic_id: idSchema,
    date: z.string().refine(isPlainDate).optional().catch(undefined),
    start: minute,
    end: minute,
    buffer_before_minutes: buffer,
    buffer_after_minutes: buffer,
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
    request_hash: z.string().nullable().default(null),
    manage_salt: z.string().nullable().default(null),
    manage_token_hash: z.string().nullable().default(null),
  })
  .refine(({ start, end }) => start < end, "A booking ends after it starts.");

/** What is kept beside a booking to recognise its own requests and its guest. */
export interface BookingSecrets {
  /** Hash of the request that made it; null when it was not made with an Idempotency-Key. */
  readonly request_hash: string | null;
  readonly manage_salt: string | null;
  readonly manage_token_hash: string | null;
}

export interface BookingRecord {
  readonly booking: Booking;
  readonly secrets: BookingSecrets;
}

/**
 * A booking document; undefined when it is missing or cannot be read. `zone` is the shop's, for a date that the
 * document does not state: who looks at no date need not know it.
 */
export function readBooking(snapshot: DocumentSnapshot, zone = "UTC"): BookingRecord | undefined {
  const read = readDocument(snapshot, recordSchema);
  const shopId = snapshot.ref.parent.parent?.id;
  if (!read || shopId === undefined) return undefined;
  const { request_hash, manage_salt, manage_token_hash, ...stated } = read;
  const booking: Booking = {
    ...stated,
    shop_id: shopId,
    date: stated.date ?? dateOf(zone, stated.start),
    duration_minutes: stated.end - stated.start,
  };
  return { booking, secrets: { request_hash, manage_salt, manage_token_hash } };
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
