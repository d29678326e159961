import type { Firestore } from "firebase-admin/firestore";
import { everyDay, MONDAY, seedShop } from "../../support/shop.ts";

export const MECHANICS = 1_000;
const BOOKED = 4;

/** Writes a shop of 1,000 mechanics with two shifts a day, a slot interval of five minutes and four bookings each on the Monday. */
export async function seedLargeShop(db: Firestore, shopId: string): Promise<void> {
  await seedShop(db, shopId, { mechanics: {}, shop: { policy: { slot_interval_minutes: 5 } } });
  const writer = db.bulkWriter({ throttling: false });
  const shop = db.doc(`shops/${shopId}`);
  const firstHour = Date.parse(`${MONDAY}T14:00:00Z`) / 60_000;
  for (let index = 0; index < MECHANICS; index += 1) {
    const id = `mechanic_${index}`;
    const weekly_schedule = everyDay("09:00-12:00", "13:00-17:00");
    void writer.set(shop.collection("mechanics").doc(id), {
      active: true,
      specialties: ["inspection"],
      weekly_schedule,
    });
    const entries = Array.from({ length: BOOKED }, (_, hour) => {
      const start = firstHour + hour * 60;
      return { kind: "booking", id: `b${index}_${hour}`, start, end: start + 60, expires_at: null };
    });
    void writer.set(shop.collection("ledger").doc(`${id}_${MONDAY}`), {
      mechanic_id: id,
      date: MONDAY,
      entries,
    });
  }
  await writer.close();
}
