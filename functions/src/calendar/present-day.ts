import { mechanicOpenTime } from "../availability/generation/generate-days.ts";
import type { Booking } from "../bookings/booking.ts";
import { isOutsideHours } from "../bookings/outside-hours.ts";
import {
  unknownMechanic,
  WHOLE_SHOP,
  type Exception,
  type Mechanic,
  type Service,
  type Shop,
} from "../catalog/schema.ts";
import { weekdayOf } from "../engine/dates.ts";
import { exceptionTouches } from "../engine/exceptions.ts";
import { overlaps } from "../engine/intervals.ts";
import type { Interval, PlainDate } from "../engine/types.ts";
import { minutes } from "../engine/units.ts";
import { minuteOfWallTime, wallTimeOfMinute } from "../engine/wall-time.ts";
import { dayBounds, formatWithOffset, minuteToWall, wallToMinute } from "../engine/zone.ts";

/** An exception with the reason that staff gave for it. */
export interface CalendarException extends Exception {
  readonly reason: string | null;
}

/** The documents that a date's calendar is made from. */
export interface CalendarSources {
  readonly shop: Shop;
  readonly date: PlainDate;
  /** By id, inactive ones included. */
  readonly services: ReadonlyMap<string, Service>;
  readonly mechanics: readonly Mechanic[];
  /** Those that overlap the date. */
  readonly bookings: readonly Booking[];
  /** At least those that touch the date, the two before it or the one after it. */
  readonly exceptions: readonly CalendarException[];
}

const EXCEPTION_TITLES = { unavailable: "Unavailable", available: "Available", busy: "Busy" } as const;

/** Returns one mechanic's date: schedule, open time and events, in shop wall time clipped to the date. */
export function presentMechanicDay(sources: CalendarSources, mechanic: Mechanic) {
  const { shop, date } = sources;
  const exceptions = sources.exceptions.filter((one) => [mechanic.id, WHOLE_SHOP].includes(one.mechanic_id));
  const open = mechanicOpenTime(shop, mechanic, exceptions, date);
  const appointments = sources.bookings
    .filter(
      (booking) => booking.mechanic_id === mechanic.id && overlaps(booking, dayBounds(shop.time_zone, date)),
    )
    .map((booking) => ({
      at: booking.start,
      id: booking.id,
      event: appointmentEvent(sources, booking, isOutsideHours({ shop, mechanic, exceptions }, booking)),
    }));
  const blocks = exceptions
    .filter((exception) => exceptionTouches(exception, date))
    .map((exception) => ({
      at: wallToMinute(shop.time_zone, date, minuteOfWallTime(exception.start_time ?? "00:00")),
      id: exception.id,
      event: exceptionEvent(exception),
    }));
  return {
    default_schedule: mechanic.weekly_schedule[weekdayOf(date)] ?? [],
    open: open.map(({ location_id, ...interval }) => ({ ...clipped(sources, interval), location_id })),
    events: [...appointments, ...blocks]
      .toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
      .map(({ event }) => event),
  };
}

/** Returns the date of all mechanics side by side: of those who take bookings, and of others with events that day. */
export function presentShopDay(sources: CalendarSources) {
  const known = new Map(sources.mechanics.map((mechanic) => [mechanic.id, mechanic]));
  const booked = new Set(sources.bookings.map(({ mechanic_id }) => mechanic_id));
  for (const id of booked) if (!known.has(id)) known.set(id, unknownMechanic(id));
  const shown = [...known.values()].filter(({ id, active }) => active || booked.has(id));
  return shown
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((mechanic) => ({
      mechanic_id: mechanic.id,
      name: mechanic.name,
      ...presentMechanicDay(sources, mechanic),
    }));
}

function appointmentEvent(sources: CalendarSources, booking: Booking, isOutside: boolean) {
  const { services, shop } = sources;
  const service = services.get(booking.service_id)?.name || booking.service_id;
  return {
    type: "appointment" as const,
    booking_id: booking.id,
    service_id: booking.service_id,
    ...clipped(sources, booking),
    start: formatWithOffset(shop.time_zone, booking.start),
    end: formatWithOffset(shop.time_zone, booking.end),
    title: `${booking.customer.name} - ${service}`,
    status: booking.status,
    outside_hours: booking.status === "confirmed" && isOutside,
  };
}

function exceptionEvent({ id, mechanic_id, effect, reason, ...hours }: CalendarException) {
  return {
    type: "availability_exception" as const,
    exception_id: id,
    /** `*`: of the whole shop. */
    mechanic_id,
    start_time: hours.start_time ?? "00:00",
    end_time: hours.end_time ?? "24:00",
    title: EXCEPTION_TITLES[effect],
    effect,
    reason,
  };
}

/** The part of the interval that lies on the date, as its wall clock shows it: until `24:00` where it goes on. */
function clipped({ shop, date }: CalendarSources, { start, end }: Interval) {
  const day = dayBounds(shop.time_zone, date);
  const timeAt = (minute: number) =>
    wallTimeOfMinute(minuteToWall(shop.time_zone, minutes(minute)).minuteOfDay);
  return {
    start_time: timeAt(Math.max(start, day.start)),
    end_time: end >= day.end ? "24:00" : timeAt(end),
  };
}
