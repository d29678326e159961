import { Timestamp, type CollectionReference, type DocumentReference } from "firebase-admin/firestore";
import type { Language } from "../catalog/language.ts";
import { toMillis, type Millis, type Minutes } from "../engine/units.ts";
import type { BookingStatus } from "../ledger/booking-status.ts";
import { deletion, type Retention } from "../platform/firestore/retention.ts";
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
  /** Null for a guest, who manages the booking by a link. */
  readonly customer_uid: string | null;
  readonly manage_token_version: number;
  readonly language: Language | null;
  readonly sequence: number;
  readonly updated_at: Millis;
}

/** A change of a booking that its customer is notified of. */
export interface BookingEvent {
  readonly kind: NotificationKind;
  /** The booking after the change. */
  readonly booking: NotifiedBooking;
  /** The start before the booking was moved; null when it was not. */
  readonly previousStart: Minutes | null;
}

interface Creator {
  create(ref: DocumentReference, data: object): unknown;
}

/** The notification's id: one for each state of a booking, so that no change is notified twice. */
function notificationId({ kind, booking }: BookingEvent): string {
  const id = `${booking.id}_${kind.replace("booking_", "")}`;
  return booking.sequence === 0 ? id : `${id}_${booking.sequence}`;
}

/** The outbox of a shop: where its notifications lie, and how long they are kept. */
export interface Outbox {
  readonly notifications: CollectionReference;
  readonly retention: Pick<Retention, "notificationDays">;
}

/**
 * Adds an event to the outbox, in the transaction that changes the booking. The payload is a copy of the booking: what
 * is sent must not depend on later changes.
 */
export function addToOutbox(
  writer: Creator,
  { notifications, retention }: Outbox,
  event: BookingEvent,
): void {
  const { kind, booking, previousStart } = event;
  const instant = (minute: Minutes) => Timestamp.fromMillis(toMillis(minute));
  writer.create(notifications.doc(notificationId(event)), {
    kind,
    booking_id: booking.id,
    status: "pending",
    attempts: 0,
    created_at: Timestamp.fromMillis(booking.updated_at),
    ...deletion(booking.updated_at, retention.notificationDays),
    payload: {
      service_id: booking.service_id,
      mechanic_id: booking.mechanic_id,
      start: instant(booking.start),
      end: instant(booking.end),
      previous_start: previousStart === null ? null : instant(previousStart),
      status: booking.status,
      customer: booking.customer,
      language: booking.language,
      manage_token_version: booking.customer_uid === null ? booking.manage_token_version : null,
      sequence: booking.sequence,
    },
  });
}
