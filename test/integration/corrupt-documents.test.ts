import { FieldValue } from "firebase-admin/firestore";
import { beforeEach, describe, expect, it } from "vitest";
import { freeTimes } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { instanceStarter } from "../support/instance.ts";
import { MONDAY, seedShop, TUESDAY } from "../support/shop.ts";
import { admin } from "../support/token.ts";

const project = openProject("corrupt-documents");
const { db } = project;
const start = instanceStarter(project);
let shopId = "";
let shops = 0;

beforeEach(async () => {
  shopId = `shop-${(shops += 1)}`;
  await seedShop(db, shopId);
});

const day = () => db.doc(`shops/${shopId}/availability/${MONDAY}`);

describe("a ledger that cannot be read", () => {
  it.each<[string, object]>([
    ["entries that are no list", { entries: "x" }],
    ["an entry without times", { entries: [{ kind: "booking", id: "b" }] }],
    ["no mechanic", { mechanic_id: FieldValue.delete() }],
  ])("affects its mechanic's date and nothing else: %s", async (_what, damage) => {
    const { client } = await start();
    const { body: before } = await client.availability(shopId, MONDAY);
    const ledger = db.doc(`shops/${shopId}/ledger/ada_${MONDAY}`);
    await ledger.set({ mechanic_id: "ada", date: MONDAY, entries: [], ...damage }, { merge: true });
    const { status, body } = await client.availability(shopId, MONDAY, { fresh: true }, admin(shopId));
    expect([status, body.length, freeTimes(body, "ada")]).toEqual([200, before.length, []]);
    expect(freeTimes(body, "grace")).toEqual(freeTimes(before, "grace"));
    const tuesday = await client.availability(shopId, TUESDAY, { mechanic_id: "ada" });
    expect(freeTimes(tuesday.body)).toHaveLength(7);
  });
});

describe("a day document in which something is not as it was stored", () => {
  const interval = { start: 29_475_000, end: 29_475_060 };
  const filled = { specialties: [], open: [], busy: [], booked: 0, max_bookings_per_day: null };

  it.each<[string, object]>([
    ["a mechanic that is null", { mechanics: { ada: null } }],
    ["a mechanic that is a number", { mechanics: { ada: 7 } }],
    ["mechanics that are a list", { mechanics: [filled] }],
    ["open time that is a text", { mechanics: { ada: { ...filled, open: "x" } } }],
    ["open time that is null", { mechanics: { ada: { ...filled, open: null } } }],
    ["an open interval that is null", { mechanics: { ada: { ...filled, open: [null] } } }],
    ["busy time that is a map", { mechanics: { ada: { ...filled, busy: { a: 1 } } } }],
    [
      "an expiry that is a text",
      { mechanics: { ada: { ...filled, busy: [{ ...interval, expires_at: "x" }] } } },
    ],
    ["minutes that are texts", { mechanics: { ada: { ...filled, open: [{ start: "1", end: "2" }] } } }],
    [
      "a location that is a number",
      { mechanics: { ada: { ...filled, open: [{ ...interval, location_id: 7 }] } } },
    ],
    ["specialties that are a number", { mechanics: { ada: { ...filled, specialties: 7 } } }],
    ["a count that is a text", { mechanics: { ada: { ...filled, booked: "0" } } }],
    ["a hold's expiry that is a number", { mechanics: { ada: { ...filled, held_until: [7] } } }],
    ["a limit that is a text", { mechanics: { ada: { ...filled, max_bookings_per_day: "3" } } }],
    ["counters that are texts", { epoch: "1", filled_epoch: "1" }],
  ])("is generated again: %s", async (_what, damage) => {
    const { client } = await start();
    const { body: sound } = await client.availability(shopId, MONDAY);
    await day().update(damage);
    const services = { service_id: "inspection" };
    const listed = await client.slots(shopId, MONDAY, MONDAY, services);
    expect([listed.status, listed.headers.get("x-cache")]).toEqual([200, "MISS"]);
    await day().update(damage);
    const { status, headers, body } = await client.availability(shopId, MONDAY);
    expect([status, headers.get("x-cache"), body]).toEqual([200, "MISS", sound]);
    expect((await client.availability(shopId, MONDAY)).headers.get("x-cache")).toBe("HIT");
  });
});
