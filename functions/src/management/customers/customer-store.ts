import {
  FieldPath,
  Timestamp,
  type DocumentSnapshot,
  type Firestore,
  type Query,
} from "firebase-admin/firestore";
import { readBooking } from "../../bookings/booking-record.ts";
import type { Booking } from "../../bookings/booking.ts";
import type { Millis } from "../../engine/units.ts";
import { mailsOf } from "../../notifications/delivery-store.ts";
import { shopPaths } from "../../platform/firestore/paths.ts";
import { retryTransient } from "../../platform/firestore/retry.ts";
import type { Cost } from "../../platform/scope.ts";
import { isSubject, type Person, type Subject } from "./subject.ts";

const READ_DEADLINE_MS = 5_000;
/** Documents in one page of a scan: what is in memory at a time. */
const PAGE = 300;

/** Where a customer's data lie. */
export const SOURCES = ["bookings", "notifications", "mails", "audit"] as const;
export type Source = (typeof SOURCES)[number];

/** Documents of a uid are found by an index; contacts are in no index, so their collections are read. */
const SOURCES_OF: Readonly<Record<Subject["kind"], readonly Source[]>> = {
  email: ["bookings", "notifications", "mails"],
  phone: ["bookings", "notifications"],
  uid: ["bookings", "audit"],
};

/** A position in the scan of a shop's documents: the next one is after `after`, or the source's first. */
export interface ScanPosition {
  readonly source: Source;
  readonly after: string | null;
}

export interface ScanPage {
  /** The ids of the subject's documents on the page. */
  readonly ids: readonly string[];
  /** Null after the last page. */
  readonly next: ScanPosition | null;
}

/** What is asked about: a customer of a shop. */
export interface ShopSubject {
  readonly shopId: string;
  readonly subject: Subject;
}

export function startOfScan({ kind }: Subject): ScanPosition {
  return { source: SOURCES_OF[kind][0] ?? "bookings", after: null };
}

/** Finds the documents of a customer, in pages. */
export class CustomerStore {
  constructor(
    private readonly db: Firestore,
    private readonly pageSize = PAGE,
  ) {}

  /** Reads a page of documents, of each only who it is about, and returns the subject's. */
  async page({ shopId, subject }: ShopSubject, at: ScanPosition, cost: Cost): Promise<ScanPage> {
    const { source, after } = at;
    const named = this.#scan(shopId, subject, source).orderBy(FieldPath.documentId()).limit(this.pageSize);
    const found = await this.#read(after === null ? named : named.startAfter(after), cost);
    const ids = found.flatMap((snapshot) =>
      isSubject(subject, personIn(source, snapshot)) ? [snapshot.id] : [],
    );
    const last = found.length === this.pageSize ? found.at(-1) : undefined;
    return { ids, next: last ? { source, after: last.id } : nextSource(subject, source) };
  }

  /** Returns the subject's confirmed bookings that have not begun, at most `limit`. */
  async upcoming(
    { shopId, subject }: ShopSubject,
    { now, limit }: { readonly now: Millis; readonly limit: number },
    cost: Cost,
  ): Promise<Booking[]> {
    let query = shopPaths(this.db, shopId).bookings.where("status", "==", "confirmed");
    if (subject.uid !== null) query = query.where("customer_uid", "==", subject.uid);
    query = query.where("start", ">", Timestamp.fromMillis(now)).orderBy("start").limit(this.pageSize);
    const upcoming: Booking[] = [];
    for (let last: DocumentSnapshot | undefined; ;) {
      const found = await this.#read(last ? query.startAfter(last) : query, cost);
      for (const snapshot of found) {
        const booking = readBooking(snapshot)?.booking;
        if (booking && isSubject(subject, personIn("bookings", snapshot))) upcoming.push(booking);
      }
      last = found.at(-1);
      if (found.length < this.pageSize || upcoming.length >= limit) return upcoming.slice(0, limit);
    }
  }

  #scan(shopId: string, subject: Subject, source: Source): Query {
    const paths = shopPaths(this.db, shopId);
    switch (source) {
      case "bookings": {
        const bookings =
          subject.uid === null ? paths.bookings : paths.bookings.where("customer_uid", "==", subject.uid);
        return bookings.select("customer.email", "customer.phone", "customer_uid");
      }
      case "notifications":
        return paths.notifications.select("payload.customer.email", "payload.customer.phone");
      case "mails":
        return mailsOf(this.db).where("slotbay.shop_id", "==", shopId).select("to");
      case "audit":
        return paths.audit
          .where("actor.uid", "==", subject.uid)
          .where("actor.kind", "==", "customer")
          .select("actor.uid");
    }
  }

  async #read(query: Query, cost: Cost): Promise<readonly DocumentSnapshot[]> {
    const { docs } = await retryTransient(() => query.get(), { deadlineMs: READ_DEADLINE_MS });
    cost.reads += Math.max(1, docs.length);
    return docs;
  }
}

function nextSource({ kind }: Subject, source: Source): ScanPosition | null {
  const sources = SOURCES_OF[kind];
  const next = sources[sources.indexOf(source) + 1];
  return next ? { source: next, after: null } : null;
}

/** Who a document is about, whatever else it contains. */
export function personIn(source: Source, snapshot: DocumentSnapshot): Person {
  const text = (field: string) => {
    const value: unknown = snapshot.get(field);
    return typeof value === "string" ? value : null;
  };
  switch (source) {
    case "bookings":
      return { email: text("customer.email"), phone: text("customer.phone"), uid: text("customer_uid") };
    case "notifications":
      return { email: text("payload.customer.email"), phone: text("payload.customer.phone"), uid: null };
    case "mails": {
      const to: unknown = snapshot.get("to");
      const [email] = Array.isArray(to) ? (to as unknown[]) : [to];
      return { email: typeof email === "string" ? email : null, phone: null, uid: null };
    }
    case "audit":
      return { email: null, phone: null, uid: text("actor.uid") };
  }
}
