import type { DocumentSnapshot } from "firebase-admin/firestore";
import { z } from "zod";
import { dateOf } from "../engine/zone.ts";
import { readDocument } from "../platform/firestore/documents.ts";
import {
  millisField,
  minutesField,
  timestampOfMillis,
  timestampOfMinutes,
} from "../platform/firestore/timestamps.ts";
import { bookingFields, type Booking, type FormerHashes } from "./booking.ts";

/** `shops/{shop}/bookings/{id}` as stored: the instants are Timestamps. */
export const bookingDocumentSchema = z
  .looseObject({
    start: minutesField,
    end: minutesField,
    created_at: millisField.optional(),
    updated_at: millisField.optional(),
  })
  .pipe(bookingFields);

export interface BookingRecord {
  readonly booking: Booking;
  readonly former: FormerHashes;
}

/**
 * Reads a booking document; undefined when it is missing or corrupt. `zone` is the shop's and serves a document that
 * states no date: callers that do not use the date may leave it out.
 */
export function readBooking(snapshot: DocumentSnapshot, zone = "UTC"): BookingRecord | undefined {
  const read = readDocument(snapshot, bookingDocumentSchema);
  const shopId = snapshot.ref.parent.parent?.id;
  if (!read || shopId === undefined) return undefined;
  const { request_hash, manage_token_hash, ...stated } = read;
  const booking: Booking = {
    ...stated,
    shop_id: shopId,
    date: stated.date ?? dateOf(zone, stated.start),
    duration_minutes: stated.end - stated.start,
  };
  return { booking, former: { request_hash, manage_token_hash } };
}

export function bookingDocument(booking: Booking) {
  return {
    ...booking,
    start: timestampOfMinutes(booking.start),
    end: timestampOfMinutes(booking.end),
    created_at: timestampOfMillis(booking.created_at),
    updated_at: timestampOfMillis(booking.updated_at),
  };
}
