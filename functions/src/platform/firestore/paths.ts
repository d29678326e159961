import type { CollectionReference, DocumentReference, Firestore } from "firebase-admin/firestore";
import type { PlainDate } from "../../engine/types.ts";

/** The paths of a shop's documents. Shops are isolated from each other by path. */
export function shopPaths(db: Firestore, shopId: string) {
  const shop: DocumentReference = db.doc(`shops/${shopId}`);
  const collection = (name: string): CollectionReference => shop.collection(name);
  return {
    shop,
    services: collection("services"),
    mechanics: collection("mechanics"),
    exceptions: collection("exceptions"),
    ledgers: collection("ledger"),
    bookings: collection("bookings"),
    holds: collection("holds"),
    days: collection("availability"),
    audit: collection("audit"),
    notifications: collection("notifications"),
    /** Daily counts of refused bookings (`bookings/refusal-store.ts`). */
    refusals: collection("refusals"),
    service: (id: string) => shop.collection("services").doc(id),
    mechanic: (id: string) => shop.collection("mechanics").doc(id),
    ledger: (mechanicId: string, date: PlainDate) => shop.collection("ledger").doc(`${mechanicId}_${date}`),
    booking: (id: string) => shop.collection("bookings").doc(id),
    /** The claims of a guest's contact (`bookings/contact-store.ts`). */
    contact: (key: string) => shop.collection("contacts").doc(key),
    hold: (id: string) => shop.collection("holds").doc(id),
    /** How far the last change of the shop's zone has come (`upkeep/rezoning/`). */
    rezoning: shop.collection("jobs").doc("rezoning"),
    /** How far an erasure of a customer's data has come (`management/customers/`); `key` is a keyed hash. */
    erasure: (key: string) => shop.collection("jobs").doc(`erasure_${key}`),
    day: (date: PlainDate) => shop.collection("availability").doc(date),
  };
}
