// Runs what triggers and jobs run, over documents with personal data, some of them corrupt; its output is what they log.
// The project is GCLOUD_PROJECT; the documents are made by logs.test.ts.
import { createContext } from "../../functions/src/context.ts";
import { millis } from "../../functions/src/engine/units.ts";
import { sweepHolds } from "../../functions/src/holds/sweep-holds.ts";
import { deliver } from "../../functions/src/notifications/delivery.ts";
import { warmAvailability } from "../../functions/src/upkeep/warming/warm-availability.ts";

const context = { ...createContext(), pause: () => Promise.resolve() };
const { clock, db } = context;

for (const { id } of await db.collection("shops").listDocuments()) {
  for (const notification of await db.collection(`shops/${id}/notifications`).listDocuments()) {
    await deliver(context, { shopId: id, notificationId: notification.id });
  }
  for (const booking of (await db.collection(`shops/${id}/bookings`).get()).docs) {
    await context.reconciler.reconcile(id, booking.id, { before: undefined, after: booking });
    await context.reconciler.reconcileAt(id, booking.id, []);
  }
}
await sweepHolds(context.holds, clock.now());
for (const hour of Array.from({ length: 24 }, (_none, index) => index)) {
  const at = millis(clock.now() + hour * 3_600_000);
  await warmAvailability({ ...context, clock: { now: () => at }, warmDays: 0 }, millis(at + 60_000));
}
console.log("background work done");
process.exit(0);
