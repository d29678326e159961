import ical, { ICalCalendarMethod, ICalEventStatus } from "ical-generator";
import { toMillis } from "../engine/units.ts";
import type { Notice } from "./notice.ts";

/** An attachment as the Trigger Email extension takes it. */
export interface Attachment {
  readonly filename: string;
  readonly contentType: string;
  readonly content: string;
}

/** Calendar programs want an address of whoever publishes an entry; under `.invalid` nobody can have one. */
const ORGANIZER_ADDRESS = "noreply@slotbay.invalid";

/**
 * The appointment as an iCalendar file. One identity for all that happens to a booking, with a growing sequence: a
 * calendar program moves or removes the entry that it made of an earlier mail. Times are in UTC.
 */
export function calendarFile(notice: Notice): Attachment {
  const cancelled = notice.kind === "booking_cancelled";
  const method = cancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.PUBLISH;
  const calendar = ical({ prodId: { company: "slotbay", product: "booking" }, method });
  calendar.createEvent({
    id: `${notice.bookingId}@${notice.shopId}.slotbay`,
    sequence: notice.sequence,
    stamp: new Date(notice.happenedAt),
    start: new Date(toMillis(notice.start)),
    end: new Date(toMillis(notice.end)),
    summary: `${notice.serviceName} · ${notice.shopName}`,
    description: `${notice.mechanicName} · ${notice.bookingId}`,
    // A parameter's value cannot contain quotes, not even escaped ones.
    organizer: { name: notice.shopName.replaceAll('"', "'"), email: ORGANIZER_ADDRESS },
    status: cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
  });
  return {
    filename: "appointment.ics",
    contentType: `text/calendar; charset=utf-8; method=${method}`,
    content: calendar.toString(),
  };
}
