import { FieldValue, Timestamp } from "firebase-admin/firestore";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { freeTimes } from "../support/client.ts";
import { NOW, TestClock } from "../support/clock.ts";
import { openProject } from "../support/firestore.ts";
import { startInstance, type Instance, type InstanceOptions } from "../support/instance.ts";
import { at, CUSTOMER, everyDay, MONDAY, seedShop, TUESDAY } from "../support/shop.ts";

const project = openProject("cache");
const { db } = project;
const instances: Instance[] = [];
let shopId = "";
let shops = 0;

beforeEach(async () => {
  shopId = `shop-${(shops += 1)}`;
  await seedShop(db, shopId);
});
afterAll(() => Promise.all(instances.map((instance) => instance.close())));

async function start(options: InstanceOptions = {}): Promise<Instance> {
  const instance = await startInstance(project, options);
  instances.push(instance);
  return instance;
}

const day = (date = MONDAY) => db.doc(`shops/${shopId}/availability/${date}`);

async function cacheOf({ client }: Instance, query = {}, headers = {}): Promise<string | null> {
  const answer = await client.availability(shopId, MONDAY, query, headers);
  expect(answer.status).toBe(200);
  return answer.headers.get("x-cache");
}

const booking = (time: string) => ({
  service_id: "inspection",
  mechanic_id: "ada",
  start: at(MONDAY, time),
  customer: CUSTOMER,
});

describe("where an answer comes from", () => {
  it("is MISS, then HIT, with level 1 off", async () => {
    const instance = await start();
    expect([await cacheOf(instance), await cacheOf(instance), await cacheOf(instance)]).toEqual([
      "MISS",
      "HIT",
      "HIT",
    ]);
  });

  it("is MISS, then L1, with level 1 on; another instance has to ask Firestore once", async () => {
    const [first, second] = [
      await start({ config: { level1Seconds: 60 } }),
      await start({ config: { level1Seconds: 60 } }),
    ];
    expect([await cacheOf(first), await cacheOf(first)]).toEqual(["MISS", "L1"]);
    expect([await cacheOf(second), await cacheOf(second)]).toEqual(["HIT", "L1"]);
  });

  it.each([
    ["fresh=true", { fresh: true }, {}],
    ["Cache-Control: no-cache", {}, { "cache-control": "no-cache" }],
  ])("is BYPASS with %s, at every level", async (_what, query, headers) => {
    const instance = await start({ config: { level1Seconds: 60 } });
    await cacheOf(instance);
    expect(await cacheOf(instance)).toBe("L1");
    expect(await cacheOf(instance, query, headers)).toBe("BYPASS");
  });

  it("is the same day for general, mechanic and service questions", async () => {
    const instance = await start();
    expect(await cacheOf(instance, { service_id: "oil_change" })).toBe("MISS");
    expect(await cacheOf(instance, { service_id: "inspection", mechanic_id: "grace" })).toBe("HIT");
    expect(await cacheOf(instance)).toBe("HIT");
  });

  it("says how long each step took, and forbids every cache on the way to keep it", async () => {
    const { client } = await start();
    const cold = await client.availability(shopId, MONDAY);
    expect(cold.headers.get("server-timing")).toMatch(
      /^read;dur=[\d.]+, generate;dur=[\d.]+, fill;dur=[\d.]+$/,
    );
    const cached = await client.availability(shopId, MONDAY);
    expect(cached.headers.get("server-timing")).toMatch(/^read;dur=[\d.]+$/);
    expect(cached.headers.get("cache-control")).toBe("no-store");
  });

  it("lets concurrent misses of one instance share one generation", async () => {
    const { client } = await start();
    await project.emulator.resetUsage();
    const answers = await Promise.all(Array.from({ length: 8 }, () => client.availability(shopId, MONDAY)));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    // Mechanics, exceptions, ledgers and services are four queries; eight generations would be 32.
    const { by_method } = await project.emulator.usage();
    expect(by_method["RunQuery"]?.calls).toBeLessThanOrEqual(8);
  });
});

describe("a cached day is valid", () => {
  it("until it expires", async () => {
    const instance = await start({ config: { cacheTtlSeconds: 60 }, clock: new TestClock() });
    await cacheOf(instance);
    instance.clock.advance({ seconds: 59 });
    expect(await cacheOf(instance)).toBe("HIT");
    instance.clock.advance({ seconds: 1 });
    expect(await cacheOf(instance)).toBe("MISS");
    expect(await cacheOf(instance)).toBe("HIT");
  });

  it("until its epoch is bumped", async () => {
    const instance = await start();
    await cacheOf(instance);
    await day().update({ epoch: FieldValue.increment(1) });
    expect(await cacheOf(instance)).toBe("MISS");
    expect(await cacheOf(instance)).toBe("HIT");
  });

  it("until the catalog changes", async () => {
    const instance = await start();
    await cacheOf(instance);
    const later = everyDay("10:00-12:00");
    await db.doc(`shops/${shopId}/mechanics/ada`).update({ weekly_schedule: later });
    await db.doc(`shops/${shopId}`).update({ catalog_version: FieldValue.increment(1) });
    const { headers, body } = await instance.client.availability(shopId, MONDAY);
    expect(headers.get("x-cache")).toBe("MISS");
    expect(freeTimes(body, "ada")).toEqual(["10:00", "11:00"]);
  });

  it("only if it was filled: what a booking leaves on an absent day is no day", async () => {
    const instance = await start();
    expect((await instance.client.book(shopId, booking("09:00"))).status).toBe(201);
    expect((await day().get()).get("cached_at")).toBeUndefined();
    const { headers, body } = await instance.client.availability(shopId, MONDAY);
    expect(headers.get("x-cache")).toBe("MISS");
    expect(freeTimes(body, "ada")[0]).toBe("10:00");
  });

  it("through a booking, which writes its own change into it", async () => {
    const [first, second] = [await start(), await start()];
    await cacheOf(first);
    expect((await second.client.book(shopId, booking("10:00"))).status).toBe(201);
    const { headers, body } = await first.client.availability(shopId, MONDAY);
    expect(headers.get("x-cache")).toBe("HIT");
    expect(freeTimes(body, "ada")).toEqual(["09:00", "11:00", "14:00", "15:00", "16:00", "17:00"]);
    const fresh = await first.client.availability(shopId, MONDAY, { fresh: true });
    expect(fresh.body).toEqual(body);
  });

  it("no more, even through a booking, once it had gone stale", async () => {
    const instance = await start();
    await cacheOf(instance);
    await day().update({ epoch: FieldValue.increment(1) });
    await instance.client.book(shopId, booking("10:00"));
    expect(await cacheOf(instance)).toBe("MISS");
  });

  it("in the instance's memory until a booking through the same instance", async () => {
    const instance = await start({ config: { level1Seconds: 60 } });
    await cacheOf(instance);
    await instance.client.book(shopId, booking("10:00"));
    const { headers, body } = await instance.client.availability(shopId, MONDAY);
    expect(headers.get("x-cache")).toBe("HIT");
    expect(freeTimes(body, "ada")).not.toContain("10:00");
  });

  it("not for other dates: each date is filled by itself", async () => {
    const instance = await start();
    await cacheOf(instance);
    const tuesday = await instance.client.availability(shopId, TUESDAY);
    expect(tuesday.headers.get("x-cache")).toBe("MISS");
  });
});

it("stores the day as the data model says", async () => {
  const instance = await start({ config: { cacheTtlSeconds: 3600 } });
  await cacheOf(instance);
  expect((await day().get()).data()).toMatchObject({
    date: MONDAY,
    generated_dynamically: true,
    cached_at: Timestamp.fromMillis(NOW),
    expires_at: Timestamp.fromMillis(NOW + 3_600_000),
    epoch: 0,
    filled_epoch: 0,
    catalog_version: 1,
    mechanics: { ada: { busy: [], booked: 0 }, grace: { specialties: ["inspection"] } },
  });
});

it("answers a malformed day document as if it were absent from the cache", async () => {
  const instance = await start();
  await day().set({ date: MONDAY, note: "written by hand" });
  expect(await cacheOf(instance)).toBe("MISS");
  expect(await cacheOf(instance)).toBe("HIT");
});

describe("a ledger that cannot be read", () => {
  it.each<[string, object]>([
    ["entries that are no list", { entries: "x" }],
    ["an entry without times", { entries: [{ kind: "booking", id: "b" }] }],
    ["no mechanic", { mechanic_id: FieldValue.delete() }],
  ])("takes its mechanic's date and nothing else: %s", async (_what, damage) => {
    const { client } = await start();
    const { body: before } = await client.availability(shopId, MONDAY);
    const ledger = db.doc(`shops/${shopId}/ledger/ada_${MONDAY}`);
    await ledger.set({ mechanic_id: "ada", date: MONDAY, entries: [], ...damage }, { merge: true });
    const { status, body } = await client.availability(shopId, MONDAY, { fresh: true });
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
