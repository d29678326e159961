import { afterAll, beforeAll, expect, it } from "vitest";
import { openProject } from "../support/firestore.ts";
import { startInstance, type Instance } from "../support/instance.ts";
import { at, confirmedBookings, CUSTOMER, MONDAY, seedShop, TUESDAY } from "../support/shop.ts";
import { signedIn } from "../support/token.ts";

const project = openProject("idempotency");
const { db } = project;
const SHOP = "keys";
let first: Instance;
let second: Instance;

beforeAll(async () => {
  await seedShop(db, SHOP);
  [first, second] = [await startInstance(project), await startInstance(project)];
});
afterAll(() => Promise.all([first.close(), second.close()]));

const order = (time: string, more: object = {}) => ({
  service_id: "inspection",
  mechanic_id: "ada",
  start: at(MONDAY, time),
  customer: CUSTOMER,
  ...more,
});
const keyed = (key: string) => ({ "idempotency-key": key });
const guestKeyed = (key: string) => keyed(`${key}-of-some-guest`);

it("returns the same booking and manage token from any instance", async () => {
  const booked = await first.client.book(SHOP, order("09:00"), guestKeyed("k1"));
  const again = await first.client.book(SHOP, order("09:00"), guestKeyed("k1"));
  const elsewhere = await second.client.book(SHOP, order("09:00"), guestKeyed("k1"));
  expect([booked.status, again.status, elsewhere.status]).toEqual([201, 200, 200]);
  expect(again.body).toEqual(booked.body);
  expect(elsewhere.body).toEqual(booked.body);
});

it("compares requests by meaning, not by spelling", async () => {
  const booked = await first.client.book(SHOP, order("09:30"), guestKeyed("k2"));
  const utc = { ...order("09:30"), start: "2026-01-19T14:30:00Z", notes: null };
  expect(await first.client.book(SHOP, utc, guestKeyed("k2"))).toMatchObject({
    status: 200,
    body: booked.body,
  });
});

it.each([
  ["another start", { start: at(TUESDAY, "09:00") }],
  ["another service", { service_id: "oil_change" }],
  ["another customer", { customer: { name: "Somebody else" } }],
  ["no mechanic", { mechanic_id: null }],
  ["a note", { notes: "and the brakes" }],
])("refuses a key that comes again with %s", async (_what, change) => {
  await first.client.book(SHOP, order("10:00"), guestKeyed("k3"));
  const reused = await second.client.book(SHOP, order("10:00", change), guestKeyed("k3"));
  expect(reused).toMatchObject({ status: 422, body: { error: "idempotency_key_reused" } });
});

it("keeps the keys of different callers and shops apart", async () => {
  await seedShop(db, "other-keys");
  const guest = await first.client.book(SHOP, order("10:30"), guestKeyed("k4"));
  const mei = await first.client.book(SHOP, order("11:00"), { ...guestKeyed("k4"), ...signedIn("mei") });
  const wei = await first.client.book(SHOP, order("11:30"), { ...guestKeyed("k4"), ...signedIn("wei") });
  const elsewhere = await first.client.book("other-keys", order("10:30"), guestKeyed("k4"));
  expect([guest, mei, wei, elsewhere].map(({ status }) => status)).toEqual([201, 201, 201, 201]);
  expect(new Set([guest, mei, wei, elsewhere].map(({ body }) => body.booking.id)).size).toBe(4);
});

it("does not bind a key to a refusal: the same request may succeed later", async () => {
  await first.client.book(SHOP, order("14:00"), guestKeyed("k5"));
  const refused = await first.client.book(SHOP, order("14:00"), guestKeyed("k6"));
  expect(refused.status).toBe(409);
  const elsewhere = await first.client.book(SHOP, order("14:30"), guestKeyed("k6"));
  expect(elsewhere.status).toBe(201);
});

it("returns the booking of a request that named no mechanic, whichever mechanic got it", async () => {
  const anyone = order("15:00", { mechanic_id: undefined });
  const booked = await first.client.book(SHOP, anyone, guestKeyed("k7"));
  const again = await second.client.book(SHOP, anyone, guestKeyed("k7"));
  expect([booked.status, again.status]).toEqual([201, 200]);
  expect(again.body).toEqual(booked.body);
  const at15 = (await confirmedBookings(db, SHOP)).filter(({ id }) => id === booked.body.booking.id);
  expect(at15).toHaveLength(1);
});

it("books twice for two requests without a key", async () => {
  const anyone = order("16:00", { mechanic_id: undefined });
  const both = [await first.client.book(SHOP, anyone), await first.client.book(SHOP, anyone)];
  expect(both.map(({ status }) => status)).toEqual([201, 201]);
  expect(new Set(both.map(({ body }) => body.booking.mechanic_id))).toEqual(new Set(["ada", "grace"]));
});

it.each([
  ["empty", ""],
  ["of 15 characters, from a guest", "k".repeat(15)],
  ["longer than 255 characters", "k".repeat(256)],
])("refuses a key that is %s", async (_what, key) => {
  const answer = await first.client.book(SHOP, order("17:00"), keyed(key));
  expect(answer).toMatchObject({ status: 422, body: { error: "invalid_request" } });
  expect(answer.body.details?.fields?.[0]?.path).toBe("idempotency-key");
});

it.each([
  ["255 characters", "09:00", "k".repeat(255)],
  ["16 characters", "16:30", "k".repeat(16)],
  ["letters beyond ASCII", "09:30", "cl\u00e9-\u00ff of some guest"],
  ["a tab", "10:00", "a\tb of some guest"],
  ["blanks and punctuation", "10:30", '"a b", c;d=1, of some guest'],
])("takes a key of %s", async (_what, time, key) => {
  const tuesday = order(time, { start: at(TUESDAY, time) });
  const booked = await first.client.book(SHOP, tuesday, keyed(key));
  const again = await first.client.book(SHOP, tuesday, keyed(key));
  expect([booked.status, again.status]).toEqual([201, 200]);
  expect(again.body).toEqual(booked.body);
});

it("refuses a key whose booking is corrupt (edited outside the API)", async () => {
  const { body } = await first.client.book(
    SHOP,
    order("16:00", { start: at(TUESDAY, "16:00") }),
    guestKeyed("damaged"),
  );
  await db.doc(`shops/${SHOP}/bookings/${body.booking.id}`).update({ customer: null });
  const again = await first.client.book(
    SHOP,
    order("16:00", { start: at(TUESDAY, "16:00") }),
    guestKeyed("damaged"),
  );
  expect(again).toMatchObject({ status: 422, body: { error: "idempotency_key_reused" } });
});

it("takes a short key of a signed-in customer, whose keys are their own", async () => {
  const tuesday = order("17:00", { start: at(TUESDAY, "17:00") });
  const one = { ...keyed("1"), ...signedIn("one") };
  const two = { ...keyed("1"), ...signedIn("two") };
  const booked = await first.client.book(SHOP, tuesday, one);
  const other = await first.client.book(SHOP, { ...tuesday, start: at(TUESDAY, "17:30") }, two);
  const again = await first.client.book(SHOP, tuesday, one);
  expect([booked.status, other.status, again.status]).toEqual([201, 201, 200]);
});
