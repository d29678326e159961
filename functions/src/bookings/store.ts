import {
  Timestamp,
  type DocumentReference,
  type DocumentSnapshot,
  type Firestore,
  type Transaction,
} from "firebase-admin/firestore";
import { addToTrail, type Actor } from "../audit/trail.ts";
import { writeThrough } from "../availability/day-store.ts";
import { exceptionSchema, mechanicSchema, serviceSchema, shopSchema, WHOLE_SHOP } from "../catalog/schema.ts";
import type { Exception, Mechanic, Shop } from "../catalog/schema.ts";
import { addDays } from "../engine/dates.ts";
import type { PlainDate } from "../engine/types.ts";
import { exceptionsTouching } from "../exceptions/query.ts";
import { readDocument, readDocuments } from "../firestore/documents.ts";
import { shopPaths } from "../firestore/paths.ts";
import type { DayLedger } from "../ledger/ledger.ts";
import { ledgerDocument, readLedger } from "../ledger/store.ts";
import type { Cost } from "../scope.ts";
import type { Booking } from "./booking.ts";
import type { Placement } from "./plan.ts";
import { bookingDocument, readBooking, type BookingRecord } from "./record.ts";

type ShopPaths = ReturnType<typeof shopPaths>;

/** Bookings and what changes with them. Reading is free; writing only inside `transact`. */
export class BookingStore {
  constructor(private readonly db: Firestore) {}

  async booking(shopId: string, bookingId: string, cost: Cost): Promise<BookingRecord | undefined> {
    cost.reads += 1;
    return readBooking(await shopPaths(this.db, shopId).booking(bookingId).get());
  }

  /** One attempt at a read-write transaction; contention is thrown, the caller decides about another attempt. */
  async transact<T>(shopId: string, cost: Cost, body: (tx: BookingTransaction) => Promise<T>): Promise<T> {
    cost.attempts += 1;
    const paths = shopPaths(this.db, shopId);
    return this.db.runTransaction(
      async (tx) => {
        const transaction = new BookingTransaction(tx, paths, cost);
        const result = await body(transaction);
        transaction.settle();
        return result;
      },
      { maxAttempts: 1 },
    );
  }
}

/** What a booking transaction reads first, in one round trip. */
export interface Opening {
  readonly shop: Shop | undefined;
  readonly service: ReturnType<typeof readDocument<typeof serviceSchema>>;
  readonly mechanic: Mechanic | undefined;
  readonly ledgers: readonly DayLedger[];
}

/** The steps of a booking transaction. Everything is read before anything is written. */
export class BookingTransaction {
  #writes = 0;

  constructor(
    private readonly tx: Transaction,
    private readonly paths: ShopPaths,
    private readonly cost: Cost,
  ) {}

  async open(serviceId: string, mechanicId: string, ledgerDates: readonly PlainDate[]): Promise<Opening> {
    const { paths } = this;
    const [shop, service, mechanic, ...ledgers] = await this.#getAll(
      paths.shop,
      paths.service(serviceId),
      paths.mechanic(mechanicId),
      ...ledgerDates.map((date) => paths.ledger(mechanicId, date)),
    );
    return {
      shop: shop && readDocument(shop, shopSchema),
      service: service && readDocument(service, serviceSchema),
      mechanic: mechanic && readDocument(mechanic, mechanicSchema),
      ledgers: readAll(ledgers, mechanicId, ledgerDates),
    };
  }

  async mechanicAndLedgers(mechanicId: string, dates: readonly PlainDate[]) {
    const { paths } = this;
    const refs = dates.map((date) => paths.ledger(mechanicId, date));
    const [mechanic, ...ledgers] = await this.#getAll(paths.mechanic(mechanicId), ...refs);
    return {
      mechanic: mechanic && readDocument(mechanic, mechanicSchema),
      ledgers: readAll(ledgers, mechanicId, dates),
    };
  }

  async ledgers(mechanicId: string, dates: readonly PlainDate[]): Promise<DayLedger[]> {
    if (dates.length === 0) return [];
    const refs = dates.map((date) => this.paths.ledger(mechanicId, date));
    return readAll(await this.#getAll(...refs), mechanicId, dates);
  }

  /** The mechanic's and the whole shop's exceptions that touch the date or a neighbour of it. */
  async exceptionsAround(mechanicId: string, date: PlainDate): Promise<Exception[]> {
    const concerning = this.paths.exceptions.where("mechanic_id", "in", [mechanicId, WHOLE_SHOP]);
    const found = await this.tx.get(exceptionsTouching(concerning, addDays(date, -1), addDays(date, 1)));
    this.cost.reads += Math.max(1, found.size);
    return readDocuments(found.docs, exceptionSchema);
  }

  /** The five writes of a new booking: ledger, record, day, trail, outbox. Near midnight, one more of each date's. */
  writeNewBooking(record: BookingRecord, placement: Placement, actor: Actor): void {
    const { booking } = record;
    this.writePlacement(booking.mechanic_id, placement);
    this.tx.create(this.paths.booking(booking.id), bookingDocument(record));
    addToTrail(this.tx, this.paths.audit, {
      action: "booking_created",
      actor,
      at: booking.created_at,
      booking_id: booking.id,
      details: trailDetails(booking),
    });
    this.tx.create(this.paths.notifications.doc(`${booking.id}_confirmed`), {
      kind: "booking_confirmed",
      booking_id: booking.id,
      status: "pending",
      attempts: 0,
      created_at: Timestamp.fromMillis(booking.created_at),
    });
    this.#writes += 3;
  }

  writePlacement(mechanicId: string, { ledgers, days }: Pick<Placement, "ledgers" | "days">): void {
    for (const ledger of ledgers)
      this.tx.set(this.paths.ledger(mechanicId, ledger.date), ledgerDocument(ledger));
    for (const day of days) writeThrough(this.tx, this.paths.day(day.date), mechanicId, day);
    this.#writes += ledgers.length + days.length;
  }

  /** Puts the writes on the request's bill, once the body is through. */
  settle(): void {
    this.cost.writes += this.#writes;
  }

  async #getAll(...refs: DocumentReference[]): Promise<DocumentSnapshot[]> {
    this.cost.reads += refs.length;
    return this.tx.getAll(...refs);
  }
}

function readAll(
  snapshots: readonly DocumentSnapshot[],
  mechanicId: string,
  dates: readonly PlainDate[],
): DayLedger[] {
  return dates.flatMap((date, index) => {
    const snapshot = snapshots[index];
    return snapshot ? [readLedger(snapshot, mechanicId, date)] : [];
  });
}

function trailDetails({ mechanic_id, service_id, date, start, end }: Booking) {
  return {
    mechanic_id,
    service_id,
    date,
    start: Timestamp.fromMillis(start * 60_000),
    end: Timestamp.fromMillis(end * 60_000),
  };
}
