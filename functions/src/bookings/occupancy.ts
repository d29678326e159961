import type { DocumentSnapshot } from "firebase-admin/firestore";
import { z } from "zod";
import type { Interval, PlainDate } from "../engine/types.ts";
import { BOOKING_STATUSES, OCCUPIES } from "../ledger/booking-status.ts";
import { minutesField } from "../platform/firestore/timestamps.ts";
import { extentOf } from "./booking.ts";

const buffer = z.int().min(0).default(0);

/**
 * The part of a booking document that takes time. It accepts more documents than the booking's own schema: a booking
 * that the API cannot show still takes its mechanic's time.
 */
const occupancySchema = z.object({
  mechanic_id: z.string().min(1),
  start: minutesField,
  end: minutesField,
  status: z.enum(BOOKING_STATUSES),
  date: z.string().nullable().default(null),
  buffer_before_minutes: buffer,
  buffer_after_minutes: buffer,
  location_id: z.string().nullable().default(null),
});

/** The mechanic's time that a booking takes. */
export interface Occupancy {
  readonly mechanicId: string;
  readonly slot: Interval;
  /** The slot with its buffers. */
  readonly extent: Interval;
  readonly locationId: string | null;
  /** False for a cancelled booking. */
  readonly occupies: boolean;
  /** The date that the document states. */
  readonly date: PlainDate | null;
}

/** Reads the time that a booking takes; undefined when the document is missing, or does not say whose time or when. */
export function readOccupancy(snapshot: DocumentSnapshot | undefined): Occupancy | undefined {
  const result = occupancySchema.safeParse(snapshot?.data());
  if (!result.success || result.data.start >= result.data.end) return undefined;
  const { mechanic_id, start, end, status, date, location_id } = result.data;
  return {
    mechanicId: mechanic_id,
    slot: { start, end },
    extent: extentOf(result.data),
    locationId: location_id,
    occupies: OCCUPIES[status],
    date,
  };
}
