import { Timestamp, type DocumentSnapshot, type Query } from "firebase-admin/firestore";
import { MAX_DURATION_MINUTES } from "../catalog/schema.ts";
import { toMillis, toMinutes, type Millis, type Minutes } from "../engine/units.ts";
import { MINUTE_MS } from "../engine/units.ts";
import { timestampOfMinutes } from "../platform/firestore/timestamps.ts";
import type { Booking } from "./booking.ts";
import { readBooking } from "./booking-record.ts";

/** Selects confirmed bookings that have not ended. */
export interface UpcomingFilter {
  readonly mechanicId?: string;
  readonly serviceId?: string;
  /** Only bookings that end after it and start before `to`; by default from now on, without an end. */
  readonly from?: Minutes;
  readonly to?: Minutes;
}

/** Returns the query that finds the selected bookings, and some that have ended: `readUpcoming` leaves them out. */
export function upcomingQuery(
  bookings: Query,
  { mechanicId, serviceId, from, to }: UpcomingFilter,
  now: Millis,
): Query {
  const since = Math.max(now, from === undefined ? 0 : toMillis(from)) - MAX_DURATION_MINUTES * MINUTE_MS;
  let query = bookings.where("status", "==", "confirmed");
  if (mechanicId !== undefined) query = query.where("mechanic_id", "==", mechanicId);
  if (serviceId !== undefined) query = query.where("service_id", "==", serviceId);
  query = query.where("start", ">", Timestamp.fromMillis(since));
  if (to !== undefined) query = query.where("start", "<", timestampOfMinutes(to));
  return query.orderBy("start");
}

/** Reads the bookings that a query found and that have not ended at `now`, nor at the filter's `from`. */
export function readUpcoming(
  found: readonly DocumentSnapshot[],
  { from }: UpcomingFilter,
  now: Millis,
): Booking[] {
  const since = Math.max(toMinutes(now), from ?? 0);
  return found.flatMap((snapshot) => {
    const booking = readBooking(snapshot)?.booking;
    return booking && booking.end > since ? [booking] : [];
  });
}
