import { afterAll, beforeAll, expect, it } from "vitest";
import { documentBytes } from "../../functions/src/platform/firestore/size.ts";
import type { LegacySlotBody } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { startInstance, type Instance } from "../support/instance.ts";
import { at, CUSTOMER, everyDay, MONDAY, seedShop, SERVICES, TUESDAY } from "../support/shop.ts";

const project = openProject("large-days");
const { db } = project;
const SHOP = "works";
/** Together more than a day document can hold: many mechanics, each with a day in many parts. */
const MECHANICS = 1_200;
const HOURS = everyDay(
  ...Array.from({ length: 12 }, (_, index) => `${clock(8 + index)}:00-${clock(8 + index)}:50`),
);
const specialties = ["inspection", "oil_change", "brake_service", "engine_diagnosis"];
let instance: Instance;
let client: Instance["client"];

beforeAll(async () => {
  await seedShop(db, SHOP, { services: SERVICES, mechanics: {} });
  for (let first = 0; first < MECHANICS; first += 400) {
    const batch = db.batch();
    for (let index = first; index < first + 400; index += 1) {
      const mechanic = { active: true, specialties, weekly_schedule: HOURS, max_bookings_per_day: null };
      batch.set(db.doc(`shops/${SHOP}/mechanics/mechanic_${index}`), mechanic);
    }
    await batch.commit();
  }
  instance = await startInstance(project);
  ({ client } = instance);
}, 60_000);
afterAll(() => instance.close());

function clock(hour: number): string {
  return String(hour).padStart(2, "0");
}

const day = (date: string) => db.doc(`shops/${SHOP}/availability/${date}`);
const general = (date: string) => client.availability(SHOP, date, { duration_minutes: 30 });
const book = (mechanic_id: string, date: string) =>
  client.book(SHOP, { service_id: "inspection", mechanic_id, start: at(date, "09:00"), customer: CUSTOMER });
const isFreeAtNine = (slots: readonly LegacySlotBody[], id: string) =>
  slots.find(({ mechanic_id, start }) => mechanic_id === id && start.endsWith("T09:00:00"))?.is_free;

it("answers a day too large for one document from generation and does not store it", async () => {
  const answers = [await general(MONDAY), await general(MONDAY)];
  expect(answers.map(({ status, headers }) => [status, headers.get("x-cache")])).toEqual([
    [200, "MISS"],
    [200, "MISS"],
  ]);
  expect(new Set(answers[0]?.body.map(({ mechanic_id }) => mechanic_id)).size).toBe(MECHANICS);
  expect((await day(MONDAY).get()).exists).toBe(false);
});

it("books on such a day and shows the booking", async () => {
  expect((await book("mechanic_7", MONDAY)).status).toBe(201);
  const { body } = await general(MONDAY);
  expect([isFreeAtNine(body, "mechanic_7"), isFreeAtNine(body, "mechanic_8")]).toEqual([false, true]);
});

it("empties a day document that has no room for a booking instead of failing", async () => {
  // As if thousands of bookings had been written through since anybody read the day.
  const data = { date: TUESDAY, epoch: 7, filled_epoch: 7, mechanics: { m: { note: "" } } };
  data.mechanics.m.note = "x".repeat(1_048_576 - documentBytes(day(TUESDAY).path, data));
  await day(TUESDAY).set(data);

  expect((await book("mechanic_7", TUESDAY)).status).toBe(201);
  const left = (await day(TUESDAY).get()).data();
  expect(left).toEqual({ date: TUESDAY, epoch: 8, filled_epoch: 7 });
  expect(isFreeAtNine((await general(TUESDAY)).body, "mechanic_7")).toBe(false);
  expect((await book("mechanic_8", TUESDAY)).status).toBe(201);
});
