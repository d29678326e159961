import type { Booking } from "../bookings/booking.ts";
import { readUpcoming, upcomingQuery, type UpcomingFilter } from "../bookings/upcoming-bookings.ts";
import { exceptionsTouching } from "../catalog/exceptions/exceptions-touching.ts";
import { readExceptions } from "../catalog/exceptions/read-exceptions.ts";
import { WHOLE_SHOP, type Exception } from "../catalog/schema.ts";
import { addDays } from "../engine/dates.ts";
import { dateOf } from "../engine/zone.ts";
import type { ManagementTransaction } from "./management-store.ts";

/** Reads the upcoming bookings that a change may concern, by start. */
export async function upcomingBookings(
  tx: ManagementTransaction,
  filter: UpcomingFilter,
): Promise<Booking[]> {
  return readUpcoming(await tx.query(upcomingQuery(tx.paths.bookings, filter, tx.now)), filter, tx.now);
}

/**
 * Reads the exceptions that decide whether the bookings, which are in the order of their starts, lie in open time: those of
 * the mechanic and the shop or, without a mechanic, all. No bookings cost no read.
 */
export async function exceptionsAround(
  tx: ManagementTransaction,
  bookings: readonly Booking[],
  { zone, mechanicId }: { readonly zone: string; readonly mechanicId: string | undefined },
): Promise<Exception[]> {
  const [first, last] = [bookings[0], bookings.at(-1)];
  if (!first || !last) return [];
  const { exceptions } = tx.paths;
  const concerning =
    mechanicId === undefined ? exceptions : exceptions.where("mechanic_id", "in", [mechanicId, WHOLE_SHOP]);
  const [from, to] = [dateOf(zone, first.start), dateOf(zone, last.start)];
  return readExceptions(await tx.query(exceptionsTouching(concerning, addDays(from, -1), addDays(to, 1))));
}
