import { FieldValue, Timestamp } from "firebase-admin/firestore";
import { beforeEach, describe, expect, it } from "vitest";
import { freeTimes } from "../support/client.ts";
import { NOW, TestClock } from "../support/clock.ts";
import { openProject } from "../support/firestore.ts";
import { instanceStarter, type Instance } from "../support/instance.ts";
import { at, CUSTOMER, everyDay, MONDAY, seedShop, TUESDAY } from "../support/shop.ts";
import { admin, signedIn } from "../support/token.ts";

type Headers = Readonly<Record<string, string>>;

const project = openProject("cache");
const { db } = project;
const start = instanceStarter(project);
let shopId = "";
let shops = 0;

beforeEach(async () => {
  shopId = `shop-${(shops += 1)}`;
  await seedShop(db, shopId);
});

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

  it("is MISS, then L1, with level 1 on, and another instance asks Firestore once", async () => {
    const [first, second] = [
      await start({ config: { level1Seconds: 60 } }),
      await start({ config: { level1Seconds: 60 } }),
    ];
    expect([await cacheOf(first), await cacheOf(first)]).toEqual(["MISS", "L1"]);
    expect([await cacheOf(second), await cacheOf(second)]).toEqual(["HIT", "L1"]);
  });

  it.each([
    ["an admin", () => admin(shopId)],
    ["a mechanic", () => signedIn("ada", { role: "mechanic", shopId, mechanicId: "ada" })],
  ])("is BYPASS with fresh=true of %s, at every level", async (_who, staff) => {
    const instance = await start({ config: { level1Seconds: 60 } });
    await cacheOf(instance);
    expect(await cacheOf(instance)).toBe("L1");
    expect(await cacheOf(instance, { fresh: true }, staff())).toBe("BYPASS");
  });

  it.each<[string, (() => Headers) | undefined, number, string]>([
    ["without a token", undefined, 403, "forbidden"],
    ["of a customer", () => signedIn("chen"), 403, "forbidden"],
    ["of an admin of another shop", () => admin("elsewhere"), 403, "forbidden"],
    ["with a token that is not valid", () => ({ authorization: "Bearer x.y.z" }), 401, "unauthenticated"],
  ])("is refused for fresh=true %s, before anything is read", async (_who, headers, status, error) => {
    const { client } = await start();
    await project.emulator.resetUsage();
    const query = { fresh: true };
    const answers = [
      await client.availability(shopId, MONDAY, query, headers?.()),
      await client.slots(shopId, MONDAY, MONDAY, query, headers?.()),
      await client.slots(shopId, MONDAY, MONDAY, { ...query, view: "first" }, headers?.()),
    ];
    for (const answer of answers) expect(answer).toMatchObject({ status, body: { error } });
    expect((await project.emulator.usage()).reads).toBe(0);
  });

  it.each([
    ["what Firebase Hosting adds", { "cache-control": "no-cache, no-store", pragma: "no-cache" }],
    ["what a browser sends on a reload", { "cache-control": "max-age=0" }],
    ["a validator", { "if-none-match": "*" }],
  ])("does not depend on the request's headers: %s", async (_what, headers) => {
    const [first, second] = [await start({ config: { level1Seconds: 60 } }), await start()];
    const billedFor = async (instance: Instance) => {
      await project.emulator.resetUsage();
      const cache = await cacheOf(instance, {}, headers);
      const { reads, writes } = await project.emulator.usage();
      return { cache, reads, writes };
    };
    expect((await billedFor(first)).cache).toBe("MISS");
    expect(await billedFor(first)).toEqual({ cache: "L1", reads: 0, writes: 0 });
    expect(await billedFor(second)).toEqual({ cache: "HIT", reads: 2, writes: 0 });
  });

  it("is the same day for general, mechanic and service requests", async () => {
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

describe("a cached day", () => {
  it("is valid until it expires", async () => {
    const instance = await start({ config: { cacheTtlSeconds: 60 }, clock: new TestClock() });
    await cacheOf(instance);
    instance.clock.advance({ seconds: 59 });
    expect(await cacheOf(instance)).toBe("HIT");
    instance.clock.advance({ seconds: 1 });
    expect(await cacheOf(instance)).toBe("MISS");
    expect(await cacheOf(instance)).toBe("HIT");
  });

  it("is valid until its epoch is bumped", async () => {
    const instance = await start();
    await cacheOf(instance);
    await day().update({ epoch: FieldValue.increment(1) });
    expect(await cacheOf(instance)).toBe("MISS");
    expect(await cacheOf(instance)).toBe("HIT");
  });

  it("is valid until the catalog changes", async () => {
    const instance = await start();
    await cacheOf(instance);
    const later = everyDay("10:00-12:00");
    await db.doc(`shops/${shopId}/mechanics/ada`).update({ weekly_schedule: later });
    await db.doc(`shops/${shopId}`).update({ catalog_version: FieldValue.increment(1) });
    const { headers, body } = await instance.client.availability(shopId, MONDAY);
    expect(headers.get("x-cache")).toBe("MISS");
    expect(freeTimes(body, "ada")).toEqual(["10:00", "11:00"]);
  });

  it("is valid only if it was filled, not when only a booking wrote to it", async () => {
    const instance = await start();
    expect((await instance.client.book(shopId, booking("09:00"))).status).toBe(201);
    expect((await day().get()).get("cached_at")).toBeUndefined();
    const { headers, body } = await instance.client.availability(shopId, MONDAY);
    expect(headers.get("x-cache")).toBe("MISS");
    expect(freeTimes(body, "ada")[0]).toBe("10:00");
  });

  it("stays valid through a booking, which writes its own change into it", async () => {
    const [first, second] = [await start(), await start()];
    await cacheOf(first);
    expect((await second.client.book(shopId, booking("10:00"))).status).toBe(201);
    const { headers, body } = await first.client.availability(shopId, MONDAY);
    expect(headers.get("x-cache")).toBe("HIT");
    expect(freeTimes(body, "ada")).toEqual(["09:00", "11:00", "14:00", "15:00", "16:00", "17:00"]);
    const fresh = await first.client.availability(shopId, MONDAY, { fresh: true }, admin(shopId));
    expect(fresh.body).toEqual(body);
  });

  it("stays stale through a booking", async () => {
    const instance = await start();
    await cacheOf(instance);
    await day().update({ epoch: FieldValue.increment(1) });
    await instance.client.book(shopId, booking("10:00"));
    expect(await cacheOf(instance)).toBe("MISS");
  });

  it("is kept in the instance's memory until a booking through the same instance", async () => {
    const instance = await start({ config: { level1Seconds: 60 } });
    await cacheOf(instance);
    await instance.client.book(shopId, booking("10:00"));
    const { headers, body } = await instance.client.availability(shopId, MONDAY);
    expect(headers.get("x-cache")).toBe("HIT");
    expect(freeTimes(body, "ada")).not.toContain("10:00");
  });

  it("is filled for its own date alone", async () => {
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
