import { Timestamp, type DocumentSnapshot } from "firebase-admin/firestore";
import { z } from "zod";
import type { Interval, PlainDate } from "../engine/types.ts";
import { BOOKING_STATUSES, OCCUPIES } from "../ledger/booking-status.ts";

const minute = z.instanceof(Timestamp).transform((value) => Math.floor(value.toMillis() / 60_000));
const buffer = z.int().min(0).default(0);

/** The part of a booking document that takes time. Nothing else of it need be there. */
const occupancySchema = z.object({
  mechanic_id: z.string().min(1),
  start: minute,
  end: minute,
  status: z.enum(BOOKING_STATUSES),
  date: z.string().nullable().default(null),
  buffer_before_minutes: buffer,
  buffer_after_minutes: buffer,
  location_id: z.string().nullable().default(null),
});

/** Whose time a booking takes, and which. */
export interface Occupancy {
  readonly mechanicId: string;
  readonly slot: Interval;
  /** The slot with its buffers. */
  readonly extent: Interval;
  readonly locationId: string | null;
  /** False for a cancelled booking. */
  readonly occupies: boolean;
  /** The date that the document itself states. */
  readonly date: PlainDate | null;
}

/** Undefined when the document is missing, or does not say who and when. */
export function readOccupancy(snapshot: DocumentSnapshot | undefined): Occupancy | undefined {
  const result = occupancySchema.safeParse(snapshot?.data());
  if (!result.success || result.data.start >= result.data.end) return undefined;
  const { mechanic_id, start, end, status, date, location_id, ...buffers } = result.data;
  return {
    mechanicId: mechanic_id,
    slot: { start, end },
    extent: { start: start - buffers.buffer_before_minutes, end: end + buffers.buffer_after_minutes },
    locationId: location_id,
    occupies: OCCUPIES[status],
    date,
  };
}
