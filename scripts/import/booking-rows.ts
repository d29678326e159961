import { z } from "zod";
import { bookingBody } from "../../functions/src/bookings/booking-request.ts";
import { bookingFields, type Booking } from "../../functions/src/bookings/booking.ts";
import { MAX_DURATION_MINUTES } from "../../functions/src/catalog/schema.ts";
import type { BookingStatus } from "../../functions/src/ledger/booking-status.ts";
import type { Millis, Minutes } from "../../functions/src/engine/units.ts";
import { minuteOfWallTime } from "../../functions/src/engine/wall-time.ts";
import { dateOf, wallToMinute } from "../../functions/src/engine/zone.ts";
import { createdAt, date, endTime, minuteOfMoment, readRow, sourceId, startTime, text } from "./columns.ts";
import { importedId } from "./imported-id.ts";
import type { ImportedCustomer, ShopIds } from "./mapping.ts";
import { row, skipped, type Mapped } from "./problem.ts";
import type { Row } from "./source-file.ts";

/** The statuses of the source, in both spellings, and those that only we have. */
const STATUSES = new Map<string, BookingStatus>([
  ["confirmed", "confirmed"],
  ["canceled_by_patient", "cancelled_by_customer"],
  ["cancelled_by_patient", "cancelled_by_customer"],
  ["cancelled_by_customer", "cancelled_by_customer"],
  ["canceled_by_clinic", "cancelled_by_shop"],
  ["cancelled_by_clinic", "cancelled_by_shop"],
  ["cancelled_by_shop", "cancelled_by_shop"],
  ["completed", "completed"],
  ["no_show", "no_show"],
]);

const appointment = z
  .object({
    calendar_event_id: sourceId.optional(),
    id: sourceId.optional(),
    patient_id: sourceId,
    appointment_type_id: sourceId,
    status: text,
    patient_name: text.optional(),
    patient_email: text.optional(),
    patient_phone: text.optional(),
    notes: bookingBody.shape.notes,
  })
  .refine(({ id, calendar_event_id }) => (calendar_event_id ?? id) !== undefined, {
    path: ["calendar_event_id"],
    error: "There is no calendar_event_id.",
  });
type Appointment = z.output<typeof appointment>;

/** When and with whom: columns of the appointment itself, or of its calendar event. */
const whoAndSince = { user_id: sourceId, created_at: text.optional() };
const onDate = z.object({ ...whoAndSince, date, start_time: startTime, end_time: endTime });
const betweenMoments = z.object({ ...whoAndSince, start_time: text, end_time: text });

/** The rows of other tables that appointments refer to, by id. */
export interface JoinedRows {
  event(id: string): Row | undefined;
  patient(id: string): Partial<ImportedCustomer> | undefined;
}

export interface BookingContext {
  readonly shopId: string;
  readonly zone: string;
  readonly ids: ShopIds;
  readonly joined: JoinedRows;
  readonly now: Millis;
}

interface Place {
  readonly mechanic: string;
  readonly start: Minutes;
  readonly end: Minutes;
  readonly createdAt: string | undefined;
}

/** Reads an appointment as the booking that it becomes. It takes its own time and no buffers, as in the source. */
export function readBookingRow(source: Row, context: BookingContext): Mapped<Booking> {
  const read = readRow(appointment, source);
  if (read.kind !== "row") return read;
  const stated = read.value;
  const id = stated.calendar_event_id ?? stated.id ?? "";
  const status = STATUSES.get(stated.status.toLowerCase());
  if (status === undefined)
    return skipped("unknown_status", `No status here is like ${stated.status}.`, "status");
  const where = source.start_time === undefined ? context.joined.event(id) : source;
  if (!where) return skipped("unknown_event", `There is no calendar event ${id}.`, "calendar_event_id");
  const place = readPlace(where, context.zone);
  if (place.kind !== "row") return place;
  return booked(context, { stated, id, status, place: place.value });
}

function readPlace(source: Row, zone: string): Mapped<Place> {
  const read = source.date === undefined ? readMoments(source, zone) : readTimes(source, zone);
  if (read.kind !== "row") return read;
  const length = read.value.end - read.value.start;
  if (length <= 0) return skipped("invalid_value", "The end must be after the start.", "end_time");
  if (length <= MAX_DURATION_MINUTES) return read;
  return skipped("invalid_value", `It is longer than ${MAX_DURATION_MINUTES / 60} hours.`, "end_time");
}

function readTimes(source: Row, zone: string): Mapped<Place> {
  const read = readRow(onDate, source);
  if (read.kind !== "row") return read;
  const { user_id, date: day, start_time, end_time, created_at } = read.value;
  const instant = (time: string) => wallToMinute(zone, day, minuteOfWallTime(time));
  const [start, end] = [instant(start_time), instant(end_time)];
  return row({ mechanic: user_id, start, end, createdAt: created_at });
}

function readMoments(source: Row, zone: string): Mapped<Place> {
  const read = readRow(betweenMoments, source);
  if (read.kind !== "row") return read;
  const { user_id, start_time, end_time, created_at } = read.value;
  const [start, end] = [minuteOfMoment(start_time, zone), minuteOfMoment(end_time, zone)];
  const message = "Not a date and time, on a whole minute.";
  if (start === undefined) return skipped("invalid_value", message, "start_time");
  if (end === undefined) return skipped("invalid_value", message, "end_time");
  return row({ mechanic: user_id, start, end, createdAt: created_at });
}

interface Parts {
  readonly stated: Appointment;
  readonly id: string;
  readonly status: BookingStatus;
  readonly place: Place;
}

function booked({ shopId, zone, ids, joined, now }: BookingContext, parts: Parts): Mapped<Booking> {
  const { stated, id, status, place } = parts;
  const { start, end } = place;
  const mechanic = ids.mechanic(place.mechanic);
  if (mechanic.kind !== "row") return mechanic;
  const service = ids.service(stated.appointment_type_id, end - start);
  if (service.kind !== "row") return service;
  const customer = ids.customer(stated.patient_id, {
    ...joined.patient(stated.patient_id),
    ...(stated.patient_name !== undefined && { name: stated.patient_name }),
    ...(stated.patient_email !== undefined && { email: stated.patient_email }),
    ...(stated.patient_phone !== undefined && { phone: stated.patient_phone }),
  });
  if (customer.kind !== "row") return customer;
  const created_at = createdAt(place.createdAt, now);
  const read = bookingFields.safeParse({
    service_id: service.value,
    mechanic_id: mechanic.value,
    start,
    end,
    status,
    customer: customer.value,
    notes: stated.notes,
    created_at,
    updated_at: created_at,
  });
  if (!read.success) return skipped("invalid_value", read.error.issues[0]?.message, "start_time");
  const { request_hash: _, manage_token_hash: __, ...fields } = read.data;
  const derived = { id: importedId("appointments", id), shop_id: shopId, date: dateOf(zone, start) };
  return row({ ...fields, ...derived, duration_minutes: end - start });
}
