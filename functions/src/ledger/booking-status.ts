export const BOOKING_STATUSES = [
  "confirmed",
  "cancelled_by_customer",
  "cancelled_by_shop",
  "completed",
  "no_show",
] as const;
export type BookingStatus = (typeof BOOKING_STATUSES)[number];

/** Whether a booking in this status takes its mechanic's time. A completed or missed appointment did. */
export const OCCUPIES: Readonly<Record<BookingStatus, boolean>> = {
  confirmed: true,
  cancelled_by_customer: false,
  cancelled_by_shop: false,
  completed: true,
  no_show: true,
};
