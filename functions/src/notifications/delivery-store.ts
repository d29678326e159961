import {
  Timestamp,
  type CollectionReference,
  type DocumentReference,
  type DocumentSnapshot,
  type Firestore,
} from "firebase-admin/firestore";
import { z } from "zod";
import { mechanicSchema, serviceSchema, shopSchema } from "../catalog/schema.ts";
import { millis, type Millis, toMinutes } from "../engine/units.ts";
import { BOOKING_STATUSES } from "../ledger/booking-status.ts";
import { readDocument } from "../platform/firestore/documents.ts";
import { shopPaths } from "../platform/firestore/paths.ts";
import { deletion, type Retention } from "../platform/firestore/retention.ts";
import { isAlreadyExists, isNotFound } from "../platform/firestore/retry.ts";
import { LANGUAGES } from "../catalog/language.ts";
import type { Mail } from "./mail.ts";
import { NOTIFICATION_KINDS, type Notice } from "./notice.ts";

const instant = z.instanceof(Timestamp);
const minute = instant.transform((value) => toMinutes(millis(value.toMillis())));

/** `shops/{shop}/notifications/{id}` */
const notificationSchema = z.object({
  kind: z.enum(NOTIFICATION_KINDS),
  booking_id: z.string(),
  status: z.enum(["pending", "delivered", "failed", "skipped"]),
  attempts: z.int().default(0),
  created_at: instant,
  payload: z.object({
    service_id: z.string(),
    mechanic_id: z.string(),
    start: minute,
    end: minute,
    previous_start: minute.nullable(),
    status: z.enum(BOOKING_STATUSES),
    customer: z.object({ name: z.string(), email: z.string().nullable(), phone: z.string().nullable() }),
    language: z.enum(LANGUAGES).nullable(),
    /** Null: the customer signs in. Notifications of before there were links have none. */
    manage_token_version: z.int().nullable().default(null),
    sequence: z.int(),
  }),
});
type StoredNotification = z.output<typeof notificationSchema>;

/** A notification that has not been delivered yet. */
export interface PendingNotification {
  readonly notice: Notice;
  /** How many attempts have failed. */
  readonly attempts: number;
}

/** The result of an attempt that delivered nothing. */
export interface FailedAttempt {
  /** `pending`: another attempt follows. */
  readonly status: "pending" | "failed" | "skipped";
  readonly attempts: number;
  readonly lastError: string;
}

export interface NotificationAddress {
  readonly shopId: string;
  readonly notificationId: string;
}

/** The collection that the Trigger Email extension sends from. */
export function mailsOf(db: Firestore): CollectionReference {
  return db.collection("mail");
}

/** Neither id can contain a colon, so every notification has its own mail id. */
export function mailIdOf({ shopId, notificationId }: NotificationAddress): string {
  return `${shopId}:${notificationId}`;
}

/** Reads notifications, writes their mails, and records their delivery. */
export class DeliveryStore {
  constructor(
    private readonly db: Firestore,
    private readonly retention: Pick<Retention, "mailDays">,
  ) {}

  /** The notification; undefined unless it is pending. Throws when it, or its shop, cannot be read. */
  async readPending({
    shopId,
    notificationId,
  }: NotificationAddress): Promise<PendingNotification | undefined> {
    const paths = shopPaths(this.db, shopId);
    const snapshot = await paths.notifications.doc(notificationId).get();
    if (!snapshot.exists || snapshot.get("status") !== "pending") return undefined;
    const stored = notificationSchema.parse(snapshot.data());
    const { service_id, mechanic_id } = stored.payload;
    const named = await this.db.getAll(paths.shop, paths.service(service_id), paths.mechanic(mechanic_id));
    return { notice: noticeOf(shopId, stored, named), attempts: stored.attempts };
  }

  /**
   * Writes the mail and marks the notification delivered, in one commit. An existing mail is not written again, and none
   * is written when the notification has been deleted since it was read: its customer's data were erased.
   */
  async deliver(address: NotificationAddress, mail: Mail, now: Millis): Promise<void> {
    const { shopId, notificationId } = address;
    const ref = shopPaths(this.db, shopId).notifications.doc(notificationId);
    const mailRef = mailsOf(this.db).doc(mailIdOf(address));
    const delivered = {
      status: "delivered",
      delivered_at: Timestamp.fromMillis(now),
      mail: mailRef.path,
      last_error: null,
    };
    const batch = this.db.batch();
    batch.create(mailRef, { ...mail, ...deletion(now, this.retention.mailDays) });
    batch.update(ref, delivered);
    try {
      await batch.commit();
    } catch (error) {
      if (isNotFound(error)) return;
      if (!isAlreadyExists(error)) throw error;
      await updateExisting(ref, delivered);
    }
  }

  /** Records an attempt that delivered nothing. */
  async recordFailure(
    { shopId, notificationId }: NotificationAddress,
    { status, attempts, lastError }: FailedAttempt,
  ): Promise<void> {
    const notification = shopPaths(this.db, shopId).notifications.doc(notificationId);
    await updateExisting(notification, { status, attempts, last_error: lastError });
  }
}

/** Updates the notification unless it has been deleted. */
async function updateExisting(notification: DocumentReference, fields: object): Promise<void> {
  try {
    await notification.update(fields);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

function noticeOf(shopId: string, stored: StoredNotification, named: readonly DocumentSnapshot[]): Notice {
  const [shopSnapshot, serviceSnapshot, mechanicSnapshot] = named;
  const shop = shopSnapshot && readDocument(shopSnapshot, shopSchema);
  if (!shop) throw new Error(`there is no shop ${shopId}`);
  const service = serviceSnapshot && readDocument(serviceSnapshot, serviceSchema);
  const mechanic = mechanicSnapshot && readDocument(mechanicSnapshot, mechanicSchema);
  const { payload } = stored;
  return {
    kind: stored.kind,
    bookingId: stored.booking_id,
    shopId,
    shopName: shop.name || shopId,
    zone: shop.time_zone,
    serviceName: service?.name || payload.service_id,
    mechanicName: mechanic?.name || payload.mechanic_id,
    start: payload.start,
    end: payload.end,
    previousStart: payload.previous_start,
    status: payload.status,
    customer: payload.customer,
    language: payload.language ?? shop.language,
    manageTokenVersion: payload.manage_token_version,
    sequence: payload.sequence,
    happenedAt: millis(stored.created_at.toMillis()),
  };
}
