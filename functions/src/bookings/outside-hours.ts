import { mechanicOpenTime } from "../availability/generation/generate-days.ts";
import type { Exception, Mechanic, Shop } from "../catalog/schema.ts";
import { unbrokenEnd } from "../engine/open-time.ts";
import { dateOf, formatWall, minuteToWall } from "../engine/zone.ts";
import { wallTimeOfMinute } from "../engine/wall-time.ts";
import type { Booking } from "./booking.ts";

/** Who works when, as far as it decides whether a booking lies in open time. */
export interface WorkingTime {
  readonly shop: Shop;
  /** Undefined: there is no such mechanic, so no open time. */
  readonly mechanic: Mechanic | undefined;
  /** At least those of the mechanic and of the shop that touch the booking's date or a date beside it. */
  readonly exceptions: readonly Exception[];
}

type BookedTime = Pick<Booking, "start" | "end">;

/** Returns whether the booking lies outside open time: derived whenever it is shown, never stored. */
export function isOutsideHours(
  { shop, mechanic, exceptions }: WorkingTime,
  { start, end }: BookedTime,
): boolean {
  if (!mechanic) return true;
  const open = mechanicOpenTime(shop, mechanic, exceptions, dateOf(shop.time_zone, start));
  const index = open.findIndex((interval) => interval.start <= start && start < interval.end);
  return index === -1 || unbrokenEnd(open, index) < end;
}

/** Returns the bookings that lie in open time before a change and outside it after the change. */
export function strandedBy<B extends BookedTime>(
  before: WorkingTime,
  after: WorkingTime,
  bookings: readonly B[],
): B[] {
  return bookings.filter((booking) => !isOutsideHours(before, booking) && isOutsideHours(after, booking));
}

/** An appointment as warnings and calendars list it, in the shop's wall time. */
export interface ListedAppointment {
  readonly booking_id: string;
  readonly mechanic_id: string;
  readonly date: string;
  readonly start_time: string;
  /** `24:00` for midnight; a time of the next date where the appointment lasts past midnight. */
  readonly end_time: string;
  readonly customer: string;
}

export function listAppointment(zone: string, booking: Booking): ListedAppointment {
  const start = minuteToWall(zone, booking.start);
  const end = minuteToWall(zone, booking.end);
  const isMidnight = end.minuteOfDay === 0 && end.date > start.date;
  return {
    booking_id: booking.id,
    mechanic_id: booking.mechanic_id,
    date: start.date,
    start_time: wallTimeOfMinute(start.minuteOfDay),
    end_time: isMidnight ? "24:00" : formatWall(zone, booking.end).slice(11, 16),
    customer: booking.customer.name,
  };
}
