import { FieldValue, type DocumentReference } from "firebase-admin/firestore";
import type { LedgerAddress } from "../../functions/src/bookings/reconcile-ledgers.ts";
import { BookingStore } from "../../functions/src/bookings/booking-store.ts";
import { BookingReconciler } from "../../functions/src/bookings/reconciler.ts";
import { readRetention } from "../../functions/src/config.ts";
import { invalidate } from "../../functions/src/availability/day/epoch-protocol.ts";
import { addDays } from "../../functions/src/engine/dates.ts";
import { readLedger, requireReadable, writeLedger } from "../../functions/src/ledger/ledger-document.ts";
import { withoutEntry } from "../../functions/src/ledger/ledger.ts";
import { shopPaths } from "../../functions/src/platform/firestore/paths.ts";
import type { AuditedShop } from "./audited-shop.ts";

/** Makes the booking's ledgers, and those at `addresses`, agree with its record. */
export async function repairBooking(
  { db, shop, now }: AuditedShop,
  bookingId: string,
  addresses: readonly LedgerAddress[],
): Promise<void> {
  const bookings = new BookingStore(db, readRetention());
  await new BookingReconciler(db, bookings, now).reconcileAt(shop.id, bookingId, addresses);
}

/** Removes a hold's entry from a ledger, and invalidates the days that the entry may block. */
export async function dropHoldEntry(
  { db, shop, now }: AuditedShop,
  { mechanicId, date }: LedgerAddress,
  holdId: string,
): Promise<void> {
  const paths = shopPaths(db, shop.id);
  const ref = paths.ledger(mechanicId, date);
  await db.runTransaction(async (tx) => {
    const ledger = readLedger(await tx.get(ref), mechanicId, date);
    requireReadable([ledger]);
    writeLedger(tx, ref, withoutEntry(ledger, holdId, now()));
    invalidate(tx, paths, { kind: "days", dates: [addDays(date, -1), date, addDays(date, 1)] });
  });
}

/** Makes the next reader generate the day again. */
export async function invalidateDay(day: DocumentReference): Promise<void> {
  await day.set({ epoch: FieldValue.increment(1) }, { merge: true });
}
