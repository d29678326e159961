import type { Language } from "../catalog/language.ts";
import type { Millis, Minutes } from "../engine/units.ts";
import type { BookingStatus } from "../ledger/booking-status.ts";

export const NOTIFICATION_KINDS = ["booking_confirmed", "booking_rescheduled", "booking_cancelled"] as const;
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number];

/** The customer a notification is addressed to. */
export interface Recipient {
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
}

/** The content of a notification, with names instead of ids. */
export interface Notice {
  readonly kind: NotificationKind;
  readonly bookingId: string;
  readonly shopId: string;
  readonly shopName: string;
  readonly zone: string;
  readonly serviceName: string;
  readonly mechanicName: string;
  readonly start: Minutes;
  readonly end: Minutes;
  /** The start before the booking was moved; null when it was not. */
  readonly previousStart: Minutes | null;
  readonly status: BookingStatus;
  readonly customer: Recipient;
  readonly language: Language;
  /** The version of the token that the manage link carries; null: no link. */
  readonly manageTokenVersion: number | null;
  readonly sequence: number;
  readonly happenedAt: Millis;
}
