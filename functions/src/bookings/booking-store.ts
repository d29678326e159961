import type { Firestore } from "firebase-admin/firestore";
import type { Actor, AuditEntry } from "../audit/trail.ts";
import type { Hold } from "../holds/hold.ts";
import { readHold } from "../holds/hold-document.ts";
import { addToOutbox, type BookingEvent } from "../notifications/outbox.ts";
import { shopPaths } from "../platform/firestore/paths.ts";
import type { Retention } from "../platform/firestore/retention.ts";
import { retryTransient } from "../platform/firestore/retry.ts";
import { timestampOfMinutes } from "../platform/firestore/timestamps.ts";
import type { Cost } from "../platform/scope.ts";
import type { AcceptedReservation } from "../reservations/decide-reservation.ts";
import {
  ReservationTransaction,
  runReservationTransaction,
} from "../reservations/reservation-transaction.ts";
import type { Booking } from "./booking.ts";
import { bookingDocument, readBooking, type BookingRecord } from "./booking-record.ts";
import { readOccupancy } from "./occupancy.ts";

const READ_DEADLINE_MS = 5_000;

/** Bookings and what changes with them. Anyone may read; writes happen only inside `transact`. */
export class BookingStore {
  constructor(
    private readonly db: Firestore,
    private readonly retention: Retention,
  ) {}

  async booking(shopId: string, bookingId: string, cost: Cost): Promise<BookingRecord | undefined> {
    cost.reads += 1;
    const ref = shopPaths(this.db, shopId).booking(bookingId);
    return readBooking(await retryTransient(() => ref.get(), { deadlineMs: READ_DEADLINE_MS }));
  }

  /** Tells whether the audit has the request's line, and so whether the request was committed. */
  async wasCommitted(shopId: string, requestId: string, cost: Cost): Promise<boolean> {
    cost.reads += 1;
    const ref = shopPaths(this.db, shopId).audit.doc(requestId);
    return (await retryTransient(() => ref.get(), { deadlineMs: READ_DEADLINE_MS })).exists;
  }

  /** Attempts a read-write transaction once; contention is thrown, the caller decides about another attempt. */
  transact<T>(
    shopId: string,
    cost: Cost,
    body: (tx: BookingTransaction) => Promise<T>,
    beforeCommit: () => void,
  ): Promise<T> {
    const paths = shopPaths(this.db, shopId);
    return runReservationTransaction(this.db, {
      cost,
      begin: (tx) => new BookingTransaction(tx, paths, cost, this.retention),
      body,
      beforeCommit,
    });
  }
}

/** What a new booking writes. */
export interface NewBookingWrites {
  readonly booking: Booking;
  /** The id of the audit line, by which a repeated request recognises its booking. */
  readonly requestId: string;
  readonly accepted: AcceptedReservation;
  readonly actor: Actor;
  /** The hold that it consumes. */
  readonly holdId: string | null;
}

/** What a change of a booking writes beside ledgers and days. */
export interface BookingChangeWrites {
  readonly booking: Booking;
  readonly auditEntry: AuditEntry;
  /** The same in every attempt: the change is committed once. */
  readonly requestId: string;
  readonly event: BookingEvent | null;
}

/** The steps of a transaction about one booking. */
export class BookingTransaction extends ReservationTransaction {
  async shopAndBooking(bookingId: string) {
    const [first, second] = await this.getAll(this.paths.shop, this.paths.booking(bookingId));
    const shop = first && this.readShop(first);
    return { shop, record: second && readBooking(second, shop?.time_zone) };
  }

  /** Reads only the time that the booking takes, which also works for a document that the API cannot show. */
  async shopAndOccupancy(bookingId: string) {
    const [first, second] = await this.getAll(this.paths.shop, this.paths.booking(bookingId));
    const shop = first && this.readShop(first);
    return { shop, exists: second?.exists === true, occupancy: readOccupancy(second) };
  }

  async hold(holdId: string): Promise<Hold | undefined> {
    const [snapshot] = await this.getAll(this.paths.hold(holdId));
    return snapshot && readHold(snapshot);
  }

  /** Makes the five writes of a new booking: ledger, booking, day, audit, outbox. Near midnight, more ledgers and days. */
  writeNewBooking({ booking, requestId, accepted, actor, holdId }: NewBookingWrites): void {
    this.writeLedgers(booking.mechanic_id, accepted);
    this.tx.create(this.paths.booking(booking.id), bookingDocument(booking));
    const created: AuditEntry = {
      action: "booking_created",
      actor,
      at: booking.created_at,
      booking_id: booking.id,
      details: {
        ...auditedPlace(booking),
        ...(holdId !== null && { hold_id: holdId }),
        ...auditedOverride(accepted),
      },
    };
    this.writeAudit(created, requestId);
    const event = { kind: "booking_confirmed", booking, previousStart: null } as const;
    this.#notify(event);
    if (holdId !== null) {
      this.tx.delete(this.paths.hold(holdId));
      this.deletes += 1;
    }
    this.writes += 2;
  }

  /** Writes booking, audit and, where the customer is told, outbox. */
  writeChange({ booking, auditEntry, requestId, event }: BookingChangeWrites): void {
    this.tx.set(this.paths.booking(booking.id), bookingDocument(booking), { merge: true });
    this.writeAudit(auditEntry, requestId);
    if (event) this.#notify(event);
    this.writes += event ? 2 : 1;
  }

  #notify(event: BookingEvent): void {
    addToOutbox(this.tx, { notifications: this.paths.notifications, retention: this.retention }, event);
  }
}

/** The refusal that staff have set aside, as the audit keeps it. */
export function auditedOverride({ override }: Pick<AcceptedReservation, "override">) {
  return override === null ? {} : { override };
}

/** A booking's place as the audit keeps it. */
export function auditedPlace({ mechanic_id, service_id, date, start, end }: Booking) {
  const times = { start: timestampOfMinutes(start), end: timestampOfMinutes(end) };
  return { mechanic_id, service_id, date, ...times };
}
