import { Timestamp, type Firestore } from "firebase-admin/firestore";
import { hashSession } from "../../functions/src/holds/session.ts";
import { at, everyDay, seedShop } from "../support/shop.ts";

/** The shop and the mechanic of the OpenAPI document's examples. */
export const EXAMPLE_SHOP = "default";
export const EXAMPLE_MECHANIC = "mechanic_123";
export const EXAMPLE_COLLEAGUE = "mechanic_456";
export const EXAMPLE_CUSTOMER_UID = "customer-uid";

const DATE = "2026-01-15";
const instant = (date: string, time: string) => Timestamp.fromMillis(Date.parse(at(date, time)));

/**
 * Writes the documents that the examples of the OpenAPI document refer to. `sequence` is the booking's: a booking that
 * begins again needs another, because the ids of its notices are made from it.
 */
export async function writeExamples(db: Firestore, sequence: number): Promise<void> {
  const mechanic = { specialties: ["oil_change"], weekly_schedule: everyDay("09:00-18:00") };
  await seedShop(db, EXAMPLE_SHOP, {
    services: { oil_change: { name: "Oil change", durations_minutes: [30, 60] } },
    mechanics: {
      [EXAMPLE_MECHANIC]: { ...mechanic, name: "Ada" },
      [EXAMPLE_COLLEAGUE]: { ...mechanic, name: "Grace" },
    },
  });
  const shop = db.doc(`shops/${EXAMPLE_SHOP}`);
  const batch = db.batch();
  const time = { start: instant(DATE, "11:00"), end: instant(DATE, "11:30") };
  const what = { service_id: "oil_change", mechanic_id: EXAMPLE_MECHANIC, location_id: null };
  batch.set(shop.collection("bookings").doc("b7f3c1"), {
    ...what,
    start: instant(DATE, "10:00"),
    end: instant(DATE, "10:30"),
    status: "confirmed",
    customer: { name: "陳小姐" },
    customer_uid: EXAMPLE_CUSTOMER_UID,
    sequence,
  });
  batch.set(shop.collection("holds").doc("h41d0a"), {
    ...what,
    ...time,
    id: "h41d0a",
    date: DATE,
    extent_start: time.start,
    extent_end: time.end,
    session_hash: hashSession(EXAMPLE_SHOP, "c1f0a6d2e9"),
    extended: false,
    request_id: "r",
    created_at: instant("2026-01-10", "10:00"),
    expires_at: instant("2026-02-01", "10:00"),
  });
  for (const [id, mechanic_id] of [
    ["e52a9c", EXAMPLE_MECHANIC],
    ["e77b10", "*"],
  ] as const) {
    batch.set(shop.collection("exceptions").doc(id), {
      ...{ mechanic_id, from_date: "2026-03-20", to_date: "2026-03-20", effect: "unavailable" },
      ...{ start_time: null, end_time: null, rrule: null, location_id: null, source: "manual" },
    });
  }
  await batch.commit();
}
