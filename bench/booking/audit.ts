import type { Firestore, Timestamp } from "firebase-admin/firestore";

/** Pairs of bookings of one mechanic that take the same minute: what must never be. */
export async function doubleBookings(db: Firestore, shopId: string): Promise<number> {
  const found = await db.collection(`shops/${shopId}/bookings`).get();
  const bookings = found.docs
    .map((booking) => ({
      mechanic: booking.get("mechanic_id") as string,
      start: (booking.get("start") as Timestamp).toMillis(),
      end: (booking.get("end") as Timestamp).toMillis(),
    }))
    .sort((a, b) => a.start - b.start);
  let doubles = 0;
  bookings.forEach((booking, index) => {
    for (const later of bookings.slice(index + 1)) {
      if (later.start >= booking.end) break;
      if (later.mechanic === booking.mechanic) doubles += 1;
    }
  });
  return doubles;
}

/** How often the server's log says that a request needed another attempt. */
export function retriesIn(log: string): number {
  let retries = 0;
  for (const [, attempts] of log.matchAll(/"attempts":(\d+)/g)) retries += Number(attempts) - 1;
  return retries;
}
