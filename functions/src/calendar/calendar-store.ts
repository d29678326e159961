import { FieldPath, type DocumentSnapshot, type Firestore, type Query } from "firebase-admin/firestore";
import * as logger from "firebase-functions/logger";
import { z } from "zod";
import type { Watcher } from "../availability/streaming/watch-store.ts";
import { readBooking } from "../bookings/booking-record.ts";
import { exceptionsTouching } from "../catalog/exceptions/exceptions-touching.ts";
import { readException } from "../catalog/exceptions/read-exceptions.ts";
import { MAX_DURATION_MINUTES, mechanicSchema, WHOLE_SHOP } from "../catalog/schema.ts";
import { addDays } from "../engine/dates.ts";
import type { Interval, PlainDate } from "../engine/types.ts";
import { minutes } from "../engine/units.ts";
import { dayBounds } from "../engine/zone.ts";
import type { BookingStatus } from "../ledger/booking-status.ts";
import { readDocument, readDocuments } from "../platform/firestore/documents.ts";
import { shopPaths } from "../platform/firestore/paths.ts";
import { retryTransient } from "../platform/firestore/retry.ts";
import { minutesField, timestampOfMinutes } from "../platform/firestore/timestamps.ts";
import type { Cost } from "../platform/scope.ts";
import type { CountedAppointment } from "./month-counts.ts";
import type { CalendarException, CalendarSources } from "./present-day.ts";

const READ_DEADLINE_MS = 10_000;

/** Whose calendar, and which appointments of it. */
export interface CalendarFilter {
  readonly shopId: string;
  /** Null: of all mechanics. */
  readonly mechanicId: string | null;
  readonly statuses: readonly BookingStatus[];
}

/** Which day of a calendar. */
export interface CalendarDay extends CalendarFilter {
  readonly date: PlainDate;
}

/** What the store finds for a day; shop and services are known to the caller. */
export type CalendarDocuments = Pick<CalendarSources, "mechanics" | "bookings" | "exceptions">;

const countedSchema = z.object({ mechanic_id: z.string().min(1), start: minutesField, end: minutesField });

/** The readers of a day's three queries. */
const READERS = {
  mechanics: (found: readonly DocumentSnapshot[]) => readDocuments(found, mechanicSchema),
  bookings: (found: readonly DocumentSnapshot[]) => found.flatMap((one) => readBooking(one)?.booking ?? []),
  exceptions: (found: readonly DocumentSnapshot[]) =>
    found.flatMap((one) => readCalendarException(one) ?? []),
};
const PARTS = ["mechanics", "bookings", "exceptions"] as const;

/** Reads and follows what calendars are made from. No read is made for each day or each mechanic. */
export class CalendarStore {
  constructor(private readonly db: Firestore) {}

  /** Adds every appointment in the range to a tally, with one query and without keeping the appointments. */
  tally<T extends { add(appointment: CountedAppointment): void }>(
    filter: CalendarFilter & { readonly range: Interval },
    begin: () => T,
    cost: Cost,
  ): Promise<T> {
    const query = this.#appointments(filter, filter.range).select("mechanic_id", "start", "end");
    const attempt = async () => {
      const tally = begin();
      let found = 0;
      for await (const snapshot of query.stream()) {
        found += 1;
        const read = readDocument(snapshot as unknown as DocumentSnapshot, countedSchema);
        if (read && read.start < read.end) {
          tally.add({ mechanicId: read.mechanic_id, start: read.start, end: read.end });
        }
      }
      cost.reads += Math.max(1, found);
      return tally;
    };
    return retryTransient(attempt, { deadlineMs: READ_DEADLINE_MS });
  }

  /** Reads a day with three queries. */
  async day(asked: CalendarDay, zone: string, cost: Cost): Promise<CalendarDocuments> {
    const queries = this.#dayQueries(asked, zone);
    const get = async (query: Query) => {
      const found = await retryTransient(() => query.get(), { deadlineMs: READ_DEADLINE_MS });
      cost.reads += Math.max(1, found.size);
      return found.docs;
    };
    const [mechanics, bookings, exceptions] = await Promise.all(PARTS.map((part) => get(queries[part])));
    return {
      mechanics: READERS.mechanics(mechanics ?? []),
      bookings: READERS.bookings(bookings ?? []),
      exceptions: READERS.exceptions(exceptions ?? []),
    };
  }

  /** Follows a day: `changed` is called once everything is known, and after every change. Returns what stops it. */
  watchDay(asked: CalendarDay, zone: string, { changed, failed }: Watcher<CalendarDocuments>): () => void {
    const queries = this.#dayQueries(asked, zone);
    const known: Partial<CalendarDocuments> = {};
    const stops = PARTS.map((part) =>
      queries[part].onSnapshot(({ docs }) => {
        try {
          Object.assign(known, { [part]: READERS[part](docs) });
          if (PARTS.every((each) => known[each])) changed({ ...known } as CalendarDocuments);
        } catch (error) {
          // An exception in a listener has no caller to catch it and would end the process.
          logger.error("calendar listener failed", { shop: asked.shopId, cause: String(error) });
          failed(error instanceof Error ? error : new Error(String(error)));
        }
      }, failed),
    );
    return () => stops.forEach((stop) => stop());
  }

  #dayQueries(asked: CalendarDay, zone: string): Record<(typeof PARTS)[number], Query> {
    const { shopId, mechanicId, date } = asked;
    const paths = shopPaths(this.db, shopId);
    const { mechanics, exceptions } = paths;
    const concerning =
      mechanicId === null ? exceptions : exceptions.where("mechanic_id", "in", [mechanicId, WHOLE_SHOP]);
    return {
      mechanics: mechanicId === null ? mechanics : mechanics.where(FieldPath.documentId(), "==", mechanicId),
      bookings: this.#appointments(asked, dayBounds(zone, date)),
      // An appointment of the evening before is in open time or not by the exceptions around that date.
      exceptions: exceptionsTouching(concerning, addDays(date, -2), addDays(date, 1)),
    };
  }

  /** The appointments that overlap the range, and some that end before it. */
  #appointments({ shopId, mechanicId, statuses }: CalendarFilter, { start, end }: Interval): Query {
    const bookings = shopPaths(this.db, shopId).bookings.where("status", "in", [...statuses]);
    const concerning = mechanicId === null ? bookings : bookings.where("mechanic_id", "==", mechanicId);
    return concerning
      .where("start", ">", timestampOfMinutes(minutes(start - MAX_DURATION_MINUTES)))
      .where("start", "<", timestampOfMinutes(end))
      .orderBy("start");
  }
}

function readCalendarException(snapshot: DocumentSnapshot): CalendarException | undefined {
  const exception = readException(snapshot);
  const reason: unknown = snapshot.get("reason");
  return exception && { ...exception, reason: typeof reason === "string" ? reason : null };
}
