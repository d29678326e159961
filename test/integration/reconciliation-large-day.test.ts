import { Timestamp } from "firebase-admin/firestore";
import { afterAll, beforeAll, expect, it } from "vitest";
import { documentBytes } from "../../functions/src/platform/firestore/size.ts";
import { openProject } from "../support/firestore.ts";
import { startInstance, type Instance } from "../support/instance.ts";
import { at, MONDAY, seedShop } from "../support/shop.ts";

const SHOP = "full-day";
const project = openProject("reconciliation-large-day");
const { db } = project;
let instance: Instance;

beforeAll(async () => {
  await seedShop(db, SHOP);
  instance = await startInstance(project);
});
afterAll(() => instance.close());

/** A filled day that is exactly as large as a document may be. */
async function fillDayToTheLimit(): Promise<void> {
  const day = db.doc(`shops/${SHOP}/availability/${MONDAY}`);
  const data = { date: MONDAY, epoch: 7, filled_epoch: 7, mechanics: { m: { note: "" } } };
  data.mechanics.m.note = "x".repeat(1_048_576 - documentBytes(day.path, data));
  await day.set(data);
}

it("reconciles a booking whose availability day has no room for the change, and empties the day", async () => {
  await fillDayToTheLimit();
  const booking = db.doc(`shops/${SHOP}/bookings/from-console`);
  const start = Timestamp.fromMillis(Date.parse(at(MONDAY, "14:00")));
  const end = Timestamp.fromMillis(Date.parse(at(MONDAY, "15:00")));
  await booking.set({
    mechanic_id: "grace",
    service_id: "inspection",
    date: MONDAY,
    start,
    end,
    status: "confirmed",
  });

  const write = { before: undefined, after: await booking.get() };
  await instance.context.reconciler.reconcile(SHOP, "from-console", write);

  const ledger = await db.doc(`shops/${SHOP}/ledger/grace_${MONDAY}`).get();
  expect(ledger.get("entries")).toMatchObject([{ id: "from-console" }]);
  const day = await db.doc(`shops/${SHOP}/availability/${MONDAY}`).get();
  expect(day.data()).toEqual({ date: MONDAY, epoch: 8, filled_epoch: 7 });
});
