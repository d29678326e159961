import { afterAll, beforeAll, expect, it } from "vitest";
import { Client } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { expectCacheRight, expectConsistent, outcomes } from "../support/race.ts";
import { startApi, type ApiProcess } from "../support/servers.ts";
import { confirmedBookings, CUSTOMER, everyDay, seedShop } from "../support/shop.ts";

const project = openProject("processes");
const { db } = project;
const SHOP = "two-processes";
/** Far enough ahead that a real clock does not matter; no clock changes near it in the shop's zone. */
const DATE = `${new Date().getUTCFullYear() + 1}-07-15`;
const MECHANICS = ["m1", "m2", "m3"];

let processes: ApiProcess[];
let clients: Client[];

beforeAll(async () => {
  const hours = { specialties: ["inspection"], weekly_schedule: everyDay("00:00-24:00") };
  await seedShop(db, SHOP, {
    shop: { time_zone: "UTC" },
    mechanics: Object.fromEntries(MECHANICS.map((id) => [id, hours])),
  });
  // Level 1 may show what another process has changed seconds ago; this is about what they agree on.
  const env = { GCLOUD_PROJECT: project.id, NODE_ENV: "production", LEVEL1_SECONDS: "0" };
  processes = await Promise.all([startApi({ env }), startApi({ env })]);
  clients = processes.map(({ url }) => new Client(url));
});
afterAll(() => Promise.all(processes.map((process) => process.stop())));

/** Ten requests at once, five to each process. */
function race(order: object, headers = {}) {
  const body = { service_id: "inspection", customer: CUSTOMER, ...order };
  return Promise.all(
    Array.from({ length: 5 }, () => clients.map((client) => client.book(SHOP, body, headers))).flat(),
  );
}

it("books one slot of a named mechanic once", async () => {
  const answers = await race({ mechanic_id: "m1", start: `${DATE}T09:00:00Z` });
  expect(outcomes(answers)).toEqual({ "201": 1, "409 slot_taken": 9 });
});

it("books one slot by its id once", async () => {
  const { body } = await clients[0]!.slots(SHOP, DATE, DATE, { service_id: "inspection", mechanic_id: "m2" });
  const slot_id = body.slots[10]?.id;
  const answers = await Promise.all(
    Array.from({ length: 5 }, () =>
      clients.map((client) => client.book(SHOP, { slot_id, customer: CUSTOMER })),
    ).flat(),
  );
  expect(outcomes(answers)).toEqual({ "201": 1, "409 slot_taken": 9 });
});

it("books any mechanic as often as mechanics are free", async () => {
  const answers = await race({ start: `${DATE}T12:00:00Z` });
  expect(outcomes(answers)).toEqual({ "201": 3, "409 slot_taken": 7 });
});

it("makes one booking of one Idempotency-Key, with equal answers", async () => {
  const before = (await confirmedBookings(db, SHOP)).length;
  const answers = await race({ start: `${DATE}T15:00:00Z` }, { "idempotency-key": "once-in-all-processes" });
  expect(outcomes(answers)).toEqual({ "201": 1, "200": 9 });
  expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  expect(await confirmedBookings(db, SHOP)).toHaveLength(before + 1);
});

it("books a slot that begins just before midnight once", async () => {
  const answers = await race({ mechanic_id: "m3", start: `${DATE}T23:45:00Z` });
  expect(outcomes(answers)).toEqual({ "201": 1, "409 slot_taken": 9 });
});

it("leaves ledgers, bookings and cached days that agree", async () => {
  await expectConsistent(db, SHOP);
  for (const client of clients) await expectCacheRight(client, SHOP, DATE, project.id);
});

it("keeps what it answered when a process is killed the moment after", async () => {
  const doomed = await startApi({ env: { GCLOUD_PROJECT: project.id, NODE_ENV: "production" } });
  const order = {
    service_id: "inspection",
    mechanic_id: "m1",
    start: `${DATE}T20:00:00Z`,
    customer: CUSTOMER,
  };
  const { status, body } = await new Client(doomed.url).book(SHOP, order);
  doomed.signal("SIGKILL");
  await doomed.exited;
  expect(status).toBe(201);
  expect((await db.doc(`shops/${SHOP}/bookings/${body.booking.id}`).get()).exists).toBe(true);
  const again = await clients[0]!.book(SHOP, order);
  expect(again).toMatchObject({ status: 409, body: { error: "slot_taken" } });
});
