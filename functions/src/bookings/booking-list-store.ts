import { FieldPath, Timestamp, type Firestore, type Query } from "firebase-admin/firestore";
import { shopPaths } from "../platform/firestore/paths.ts";
import { retryTransient } from "../platform/firestore/retry.ts";
import { millis, type Millis, type Minutes } from "../engine/units.ts";
import { timestampOfMinutes } from "../platform/firestore/timestamps.ts";
import type { Cost } from "../platform/scope.ts";
import type { BookingStatus } from "../ledger/booking-status.ts";
import type { Booking } from "./booking.ts";
import { readBooking } from "./booking-record.ts";

const READ_DEADLINE_MS = 5_000;

/** Selects bookings; null where any value matches. */
export interface BookingFilter {
  readonly mechanicId: string | null;
  readonly customerUid: string | null;
  readonly statuses: readonly BookingStatus[] | null;
  /** The range of starts: `[from, to)`. */
  readonly from: Minutes | null;
  readonly to: Minutes | null;
  /** The last booking of the page before. */
  readonly after: ListPosition | null;
  readonly limit: number;
}

export interface ListPosition {
  /** In milliseconds: a booking written outside the API need not start on a whole minute. */
  readonly startMs: Millis;
  readonly id: string;
}

export interface BookingPage {
  readonly bookings: readonly Booking[];
  /** The position after which the next page continues; null on the last page. */
  readonly next: ListPosition | null;
}

/** Bookings by start. Each combination of filters has its composite index. */
export class BookingListStore {
  constructor(private readonly db: Firestore) {}

  async page(shopId: string, filter: BookingFilter, cost: Cost): Promise<BookingPage> {
    const { limit, after } = filter;
    let query = filtered(shopPaths(this.db, shopId).bookings, filter)
      .orderBy("start")
      .orderBy(FieldPath.documentId())
      .limit(limit + 1);
    if (after) query = query.startAfter(Timestamp.fromMillis(after.startMs), after.id);
    const found = await retryTransient(() => query.get(), { deadlineMs: READ_DEADLINE_MS });
    cost.reads += Math.max(1, found.size);
    const last = found.size > limit ? found.docs[limit - 1] : undefined;
    const start: unknown = last?.get("start");
    return {
      bookings: found.docs.slice(0, limit).flatMap((one) => readBooking(one)?.booking ?? []),
      next: last && start instanceof Timestamp ? { startMs: millis(start.toMillis()), id: last.id } : null,
    };
  }
}

function filtered(bookings: Query, { mechanicId, customerUid, statuses, from, to }: BookingFilter): Query {
  let query = bookings;
  if (mechanicId !== null) query = query.where("mechanic_id", "==", mechanicId);
  if (customerUid !== null) query = query.where("customer_uid", "==", customerUid);
  if (statuses) query = query.where("status", "in", statuses);
  if (from !== null) query = query.where("start", ">=", timestampOfMinutes(from));
  if (to !== null) query = query.where("start", "<", timestampOfMinutes(to));
  return query;
}
