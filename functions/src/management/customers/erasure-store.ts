import {
  FieldValue,
  Timestamp,
  type DocumentReference,
  type DocumentSnapshot,
  type Firestore,
  type Query,
  type Transaction,
} from "firebase-admin/firestore";
import { readBooking } from "../../bookings/booking-record.ts";
import type { Contacts } from "../../bookings/contacts.ts";
import type { Millis } from "../../engine/units.ts";
import type { BookingStatus } from "../../ledger/booking-status.ts";
import { mailIdOf, mailsOf } from "../../notifications/delivery-store.ts";
import { shopPaths } from "../../platform/firestore/paths.ts";
import type { Retention } from "../../platform/firestore/retention.ts";
import type { Cost } from "../../platform/scope.ts";
import {
  ReservationTransaction,
  runReservationTransaction,
} from "../../reservations/reservation-transaction.ts";
import { anonymousBooking } from "./anonymous-booking.ts";
import { personIn, type Source } from "./customer-store.ts";
import type { ErasedCounts, Erasure } from "./erasure-progress-store.ts";
import { isSubject } from "./subject.ts";

/** Writes what an erasure changes. Each step is one commit, and a repeated step finds nothing to do. */
export class ErasureStore {
  constructor(
    private readonly db: Firestore,
    private readonly retention: Retention,
  ) {}

  /** Attempts a transaction once; contention is thrown, the caller decides about another attempt. */
  transact<T>(
    erasure: Erasure,
    cost: Cost,
    body: (tx: ErasureTransaction) => Promise<T>,
    beforeCommit: () => void,
  ): Promise<T> {
    const { db, retention } = this;
    const begin = (tx: Transaction) => new ErasureTransaction({ db, tx, erasure, cost, retention });
    return runReservationTransaction(db, { cost, begin, body, beforeCommit });
  }
}

interface ErasureAttempt {
  readonly db: Firestore;
  readonly tx: Transaction;
  readonly erasure: Erasure;
  readonly cost: Cost;
  readonly retention: Retention;
}

/** The documents that were made from a booking. */
interface LinkedDocuments {
  readonly notifications: readonly DocumentSnapshot[];
  readonly mails: readonly DocumentSnapshot[];
  readonly lines: readonly DocumentSnapshot[];
  /** Documents of the booking's contacts that name the booking. */
  readonly contacts: readonly DocumentSnapshot[];
}

/** What an erasure does to a booking beside making it anonymous. */
export interface BookingErasure {
  readonly now: Millis;
  /** Set where the booking is cancelled. */
  readonly changes: { readonly status?: BookingStatus; readonly sequence?: number };
}

/** The steps of a transaction that erases a booking's customer, or a document that no booking leads to. */
export class ErasureTransaction extends ReservationTransaction {
  readonly #db: Firestore;
  readonly #erasure: Erasure;

  constructor({ db, tx, erasure, cost, retention }: ErasureAttempt) {
    super(tx, shopPaths(db, erasure.shopId), cost, retention);
    this.#db = db;
    this.#erasure = erasure;
  }

  /** Reads the shop and the booking; `stored` is undefined if the booking is not, or no longer, the subject's. */
  async shopAndBooking(bookingId: string) {
    const [first, second] = await this.getAll(this.paths.shop, this.paths.booking(bookingId));
    const shop = first && this.readShop(first);
    const stored = second && this.#isTheirs("bookings", second) ? second : undefined;
    return { shop, stored, booking: stored && readBooking(stored, shop?.time_zone)?.booking };
  }

  /** Reads everything that was made from the booking. `keysOf`: the ids of its contacts' documents. */
  async linkedTo(
    stored: DocumentSnapshot,
    keysOf: (contacts: Contacts) => readonly string[],
  ): Promise<LinkedDocuments> {
    const keys = keysOf(personIn("bookings", stored));
    const refs = keys.map((key) => this.paths.contact(key));
    const ofShop = mailsOf(this.#db).where("slotbay.shop_id", "==", this.#erasure.shopId);
    const [contacts, notifications, mails, lines] = await Promise.all([
      refs.length === 0 ? [] : this.getAll(...refs),
      this.#query(this.paths.notifications.where("booking_id", "==", stored.id)),
      this.#query(ofShop.where("slotbay.booking_id", "==", stored.id)),
      this.#query(this.paths.audit.where("booking_id", "==", stored.id)),
    ]);
    const naming = contacts.filter((contact) => contact.get(`bookings.${stored.id}`) !== undefined);
    return { notifications, mails, lines, contacts: naming };
  }

  /** Makes a booking anonymous and deletes what was made from it. */
  eraseBooking(
    stored: DocumentSnapshot,
    { notifications, mails, lines, contacts }: LinkedDocuments,
    { now, changes }: BookingErasure,
  ): void {
    const updatedAt: unknown = stored.get("updated_at");
    const before = updatedAt instanceof Timestamp ? updatedAt.toMillis() : 0;
    // Strictly increasing, so that the booking gets another ETag.
    const updated_at = Timestamp.fromMillis(Math.max(now, before + 1));
    this.tx.set(stored.ref, { ...anonymousBooking(stored.data() ?? {}), ...changes, updated_at });
    for (const { ref } of contacts) this.tx.update(ref, `bookings.${stored.id}`, FieldValue.delete());
    this.writes += 1 + contacts.length;
    for (const { ref } of [...notifications, ...mails]) this.#delete(ref);
    for (const line of lines) this.#eraseLine(line);
    this.#count({ bookings: 1, notifications: notifications.length, mails: mails.length });
  }

  /** Erases a document of the subject that no booking of theirs leads to. */
  async eraseAlone(source: Exclude<Source, "bookings">, id: string): Promise<void> {
    const { shopId } = this.#erasure;
    const mails = mailsOf(this.#db);
    const refs = {
      notifications: [this.paths.notifications.doc(id), mails.doc(mailIdOf({ shopId, notificationId: id }))],
      mails: [mails.doc(id)],
      audit: [this.paths.audit.doc(id)],
    }[source];
    const [stored, mail] = await this.getAll(...refs);
    if (!stored || !this.#isTheirs(source, stored)) return;
    if (source === "audit") this.#eraseLine(stored);
    else this.#delete(stored.ref);
    if (mail?.exists) this.#delete(mail.ref);
    const isMail = source === "mails" || mail?.exists === true;
    this.#count({ bookings: 0, notifications: Number(source === "notifications"), mails: Number(isMail) });
  }

  #isTheirs(source: Source, snapshot: DocumentSnapshot): boolean {
    return snapshot.exists && isSubject(this.#erasure.subject, personIn(source, snapshot));
  }

  /** Takes out of an audit line what its author wrote freely, and the customer who acted. */
  #eraseLine(line: DocumentSnapshot): void {
    const isCustomer = line.get("actor.kind") === "customer";
    const uid: unknown = isCustomer ? null : (line.get("actor.uid") ?? null);
    if (line.get("reason") === null && line.get("actor.uid") === uid) return;
    this.tx.update(line.ref, { reason: null, "actor.uid": uid });
    this.writes += 1;
  }

  /** Adds to the erasure's counts, in the commit that erases what is counted. */
  #count({ bookings, notifications, mails }: ErasedCounts): void {
    const counts = {
      bookings: FieldValue.increment(bookings),
      notifications: FieldValue.increment(notifications),
      mails: FieldValue.increment(mails),
    };
    const ref = this.paths.erasure(this.#erasure.subjectHash);
    this.tx.set(ref, counts, { merge: true });
    this.writes += 1;
  }

  #delete(ref: DocumentReference): void {
    this.tx.delete(ref);
    this.deletes += 1;
  }

  async #query(query: Query): Promise<readonly DocumentSnapshot[]> {
    const found = await this.tx.get(query);
    this.cost.reads += Math.max(1, found.size);
    return found.docs;
  }
}
