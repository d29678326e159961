import { Timestamp, type CollectionReference, type DocumentReference } from "firebase-admin/firestore";
import type { Language } from "../catalog/language.ts";
import { toMillis, type Millis, type Minutes } from "../engine/units.ts";
import type { BookingStatus } from "../ledger/booking-status.ts";
import type { NotificationKind, Recipient } from "./notice.ts";

/** The part of a booking that a notification is made from. */
export interface NotifiedBooking {
  readonly id: string;
  readonly service_id: string;
  readonly mechanic_id: string;
  readonly start: Minutes;
  readonly end: Minutes;
  readonly status: BookingStatus;
  readonly customer: Recipient;
  readonly language: Language | null;
  readonly sequence: number;
  readonly updated_at: Millis;
}

/** What happened to a booking that its customer is to be told. */
export interface BookingEvent {
  readonly kind: NotificationKind;
  /** As it is from now on. */
  readonly booking: NotifiedBooking;
  /** Where it was before it was moved. */
  readonly previousStart: Minutes | null;
}

interface Creator {
  create(ref: DocumentReference, data: object): unknown;
}

/** The id of what tells of this occasion: one for each state of a booking, so that nothing is told twice. */
function notificationId({ kind, booking }: BookingEvent): string {
  const event = kind.replace("booking_", "");
  return booking.sequence === 0 ? `${booking.id}_${event}` : `${booking.id}_${event}_${booking.sequence}`;
}

/**
 * Puts an occasion into the outbox, in the transaction that makes it happen. The payload is the booking as it is now:
 * what is told later must not depend on what happens in between.
 */
export function addToOutbox(writer: Creator, outbox: CollectionReference, occasion: BookingEvent): void {
  const { kind, booking, previousStart } = occasion;
  const instant = (minute: Minutes) => Timestamp.fromMillis(toMillis(minute));
  writer.create(outbox.doc(notificationId(occasion)), {
    kind,
    booking_id: booking.id,
    status: "pending",
    attempts: 0,
    created_at: Timestamp.fromMillis(booking.updated_at),
    payload: {
      service_id: booking.service_id,
      mechanic_id: booking.mechanic_id,
      start: instant(booking.start),
      end: instant(booking.end),
      previous_start: previousStart === null ? null : instant(previousStart),
      status: booking.status,
      customer: booking.customer,
      language: booking.language,
      sequence: booking.sequence,
    },
  });
}
