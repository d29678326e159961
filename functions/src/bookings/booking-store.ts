import { Timestamp, type Firestore } from "firebase-admin/firestore";
import { appendToAudit, type Actor, type AuditEntry } from "../audit/trail.ts";
import { shopSchema } from "../catalog/schema.ts";
import { readDocument } from "../platform/firestore/documents.ts";
import { shopPaths } from "../platform/firestore/paths.ts";
import { retryTransient } from "../platform/firestore/retry.ts";
import { readHold, type Hold } from "../holds/hold-document.ts";
import { addToOutbox, type BookingEvent } from "../notifications/outbox.ts";
import type { Cost } from "../platform/scope.ts";
import type { Booking } from "./booking.ts";
import {
  runReservationTransaction,
  ReservationTransaction,
} from "../reservations/reservation-transaction.ts";
import type { AcceptedReservation } from "../reservations/decide-reservation.ts";
import { bookingDocument, readBooking, type BookingRecord } from "./booking-record.ts";

const READ_DEADLINE_MS = 5_000;

/** Bookings and what changes with them. Reading is free; writing only inside `transact`. */
export class BookingStore {
  constructor(private readonly db: Firestore) {}

  async booking(shopId: string, bookingId: string, cost: Cost): Promise<BookingRecord | undefined> {
    cost.reads += 1;
    const ref = shopPaths(this.db, shopId).booking(bookingId);
    return readBooking(await retryTransient(() => ref.get(), { deadlineMs: READ_DEADLINE_MS }));
  }

  /** Whether the request of that id has left its line in the trail, and so was done. */
  async wasCommitted(shopId: string, requestId: string, cost: Cost): Promise<boolean> {
    cost.reads += 1;
    const ref = shopPaths(this.db, shopId).audit.doc(requestId);
    return (await retryTransient(() => ref.get(), { deadlineMs: READ_DEADLINE_MS })).exists;
  }

  /** One attempt at a read-write transaction; contention is thrown, the caller decides about another attempt. */
  transact<T>(
    shopId: string,
    cost: Cost,
    body: (tx: BookingTransaction) => Promise<T>,
    beforeCommit: () => void,
  ): Promise<T> {
    const paths = shopPaths(this.db, shopId);
    return runReservationTransaction(
      this.db,
      cost,
      (tx) => new BookingTransaction(tx, paths, cost),
      body,
      beforeCommit,
    );
  }
}

/** What one change of a booking writes beside ledgers and days. */
export interface BookingChangeWrites {
  readonly record: BookingRecord;
  readonly line: AuditEntry;
  /** The same however often the request is attempted: it is done once. */
  readonly requestId: string;
  readonly occasion: BookingEvent | null;
}

/** The steps of a transaction about one booking. */
export class BookingTransaction extends ReservationTransaction {
  async shopAndBooking(bookingId: string) {
    const [first, second] = await this.getAll(this.paths.shop, this.paths.booking(bookingId));
    const shop = first && readDocument(first, shopSchema);
    return { shop, record: second && readBooking(second, shop?.time_zone) };
  }

  async hold(holdId: string): Promise<Hold | undefined> {
    const [snapshot] = await this.getAll(this.paths.hold(holdId));
    return snapshot && readHold(snapshot);
  }

  /** The five writes of a new booking: ledger, record, day, trail, outbox. Near midnight, one more of each date's. */
  writeNewBooking(
    record: BookingRecord,
    accepted: AcceptedReservation,
    actor: Actor,
    holdId: string | null,
  ): void {
    const { booking } = record;
    this.writeLedgers(booking.mechanic_id, accepted);
    this.tx.create(this.paths.booking(booking.id), bookingDocument(record));
    const details = { ...auditedPlace(booking), ...(holdId !== null && { hold_id: holdId }) };
    appendToAudit(this.tx, this.paths.audit, {
      action: "booking_created",
      actor,
      at: booking.created_at,
      booking_id: booking.id,
      details,
    });
    addToOutbox(this.tx, this.paths.notifications, {
      kind: "booking_confirmed",
      booking,
      previousStart: null,
    });
    if (holdId !== null) {
      this.tx.delete(this.paths.hold(holdId));
      this.deletes += 1;
    }
    this.writes += 3;
  }

  /** Record, trail and, where its customer is to be told, outbox. */
  writeChange({ record, line, requestId, occasion }: BookingChangeWrites): void {
    this.tx.set(this.paths.booking(record.booking.id), bookingDocument(record), { merge: true });
    appendToAudit(this.tx, this.paths.audit, line, requestId);
    if (occasion) addToOutbox(this.tx, this.paths.notifications, occasion);
    this.writes += occasion ? 3 : 2;
  }
}

/** A booking's place, as the trail keeps it. */
export function auditedPlace({ mechanic_id, service_id, date, start, end }: Booking) {
  return {
    mechanic_id,
    service_id,
    date,
    start: Timestamp.fromMillis(start * 60_000),
    end: Timestamp.fromMillis(end * 60_000),
  };
}
