import type { DocumentSnapshot, Firestore, Query } from "firebase-admin/firestore";
import { readBooking } from "../../bookings/booking-record.ts";
import { presentBooking } from "../../bookings/booking.ts";
import { mailsOf } from "../../notifications/delivery-store.ts";
import { shopPaths } from "../../platform/firestore/paths.ts";
import { retryTransient } from "../../platform/firestore/retry.ts";
import type { Cost } from "../../platform/scope.ts";
import { plain, readAuditLine } from "../audit/audit-store.ts";
import { presentLine, type ShownEntry } from "../audit/list-audit.ts";
import { personIn, type ShopSubject, type Source } from "./customer-store.ts";
import { isSubject } from "./subject.ts";

const READ_DEADLINE_MS = 5_000;

/** What a shop stores about a customer, as plain values. */
export interface CustomerData {
  readonly bookings: readonly object[];
  readonly notifications: readonly object[];
  readonly mails: readonly object[];
  readonly audit: readonly ShownEntry[];
}

export const NO_DATA: CustomerData = { bookings: [], notifications: [], mails: [], audit: [] };

/** Reads the documents that a scan has found, each with what belongs to it. */
export class ExportStore {
  constructor(private readonly db: Firestore) {}

  /**
   * Returns one document of the subject. A booking comes with its notifications, mails and audit lines; these are left
   * out where they are found alone, so that each is exported once.
   */
  async dataOf(
    { shopId, subject }: ShopSubject,
    { source, id, zone }: { readonly source: Source; readonly id: string; readonly zone: string },
    cost: Cost,
  ): Promise<CustomerData> {
    const paths = shopPaths(this.db, shopId);
    const isExported = async (bookingId: unknown) => {
      if (typeof bookingId !== "string" || bookingId === "") return false;
      const booking = await this.#document(paths.booking(bookingId), cost);
      return booking.exists && isSubject(subject, personIn("bookings", booking));
    };
    if (source === "bookings") return this.#bookingData(shopId, { id, zone }, cost);
    const refs = { notifications: paths.notifications, mails: mailsOf(this.db), audit: paths.audit };
    const found = await this.#document(refs[source].doc(id), cost);
    const bookingId: unknown = found.get(source === "mails" ? "slotbay.booking_id" : "booking_id");
    if (!found.exists || (await isExported(bookingId))) return NO_DATA;
    if (source === "mails") return { ...NO_DATA, mails: [presentMail(found)] };
    if (source === "audit") return { ...NO_DATA, audit: presentLines([found]) };
    return { ...NO_DATA, notifications: [presentNotification(found)] };
  }

  async #bookingData(
    shopId: string,
    { id, zone }: { readonly id: string; readonly zone: string },
    cost: Cost,
  ): Promise<CustomerData> {
    const paths = shopPaths(this.db, shopId);
    const ofShop = mailsOf(this.db).where("slotbay.shop_id", "==", shopId);
    const [booking, notifications, mails, lines] = await Promise.all([
      this.#document(paths.booking(id), cost),
      this.#query(paths.notifications.where("booking_id", "==", id), cost),
      this.#query(ofShop.where("slotbay.booking_id", "==", id), cost),
      this.#query(paths.audit.where("booking_id", "==", id), cost),
    ]);
    return {
      bookings: booking.exists ? [presentStored(booking, zone)] : [],
      notifications: notifications.map(presentNotification),
      mails: mails.map(presentMail),
      audit: presentLines(lines),
    };
  }

  async #document(ref: { get(): Promise<DocumentSnapshot> }, cost: Cost): Promise<DocumentSnapshot> {
    cost.reads += 1;
    return retryTransient(() => ref.get(), { deadlineMs: READ_DEADLINE_MS });
  }

  async #query(query: Query, cost: Cost): Promise<readonly DocumentSnapshot[]> {
    const { docs } = await retryTransient(() => query.get(), { deadlineMs: READ_DEADLINE_MS });
    cost.reads += Math.max(1, docs.length);
    return docs;
  }
}

/** A booking as its customer sees it; of a corrupt one what it says about the customer. */
function presentStored(snapshot: DocumentSnapshot, zone: string): object {
  const booking = readBooking(snapshot, zone)?.booking;
  const about = { customer_uid: field(snapshot, "customer_uid"), language: field(snapshot, "language") };
  if (booking) return { ...presentBooking(booking, zone), ...about };
  return {
    id: snapshot.id,
    customer: field(snapshot, "customer"),
    notes: field(snapshot, "notes"),
    ...about,
  };
}

function presentNotification(snapshot: DocumentSnapshot): object {
  const [kind, bookingId] = [field(snapshot, "kind"), field(snapshot, "booking_id")];
  const [status, createdAt] = [field(snapshot, "status"), field(snapshot, "created_at")];
  const payload = field(snapshot, "payload");
  return { id: snapshot.id, kind, booking_id: bookingId, status, created_at: createdAt, payload };
}

/** A mail as it was sent; without its HTML and its attachment, which repeat the text. */
function presentMail(snapshot: DocumentSnapshot): object {
  return {
    id: snapshot.id,
    booking_id: field(snapshot, "slotbay.booking_id"),
    to: field(snapshot, "to"),
    subject: field(snapshot, "message.subject"),
    text: field(snapshot, "message.text"),
  };
}

function presentLines(lines: readonly DocumentSnapshot[]): ShownEntry[] {
  return lines.flatMap((line) => {
    const read = readAuditLine(line);
    return read ? [presentLine(read)] : [];
  });
}

function field(snapshot: DocumentSnapshot, path: string): unknown {
  return plain(snapshot.get(path) ?? null);
}
