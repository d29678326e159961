import { Timestamp } from "firebase-admin/firestore";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { invalidate } from "../../functions/src/availability/day/epoch-protocol.ts";
import { shopPaths } from "../../functions/src/platform/firestore/paths.ts";
import { freeTimes, type LegacySlotBody } from "../support/client.ts";
import { TestClock } from "../support/clock.ts";
import { openProject } from "../support/firestore.ts";
import { Gate, holdGenerations } from "../support/gate.ts";
import { startInstance, type Instance } from "../support/instance.ts";
import { at, CUSTOMER, everyDay, MONDAY, seedShop, TUESDAY } from "../support/shop.ts";

const project = openProject("cache-races");
const { db } = project;
const clock = new TestClock();
const closing: Instance[] = [];
let instance: Instance;
let shopId = "";
let shops = 0;

beforeAll(async () => {
  instance = await startInstance(project, { clock });
  closing.push(instance);
});
beforeEach(async () => {
  shopId = `races-${(shops += 1)}`;
  await seedShop(db, shopId);
});
afterAll(() => Promise.all(closing.map((one) => one.close())));

const day = (date = MONDAY) => db.doc(`shops/${shopId}/availability/${date}`);
const look = (date = MONDAY) => instance.client.availability(shopId, date);
const adasTimes = async () => freeTimes((await look()).body, "ada");

async function book(time: string) {
  const order = { service_id: "inspection", mechanic_id: "ada", start: at(MONDAY, time), customer: CUSTOMER };
  const answer = await instance.client.book(shopId, order);
  expect(answer.status).toBe(201);
  return answer.body;
}

describe("a booking written through", () => {
  const epochs = async () => {
    const stored = await day().get();
    return [stored.get("epoch") as unknown, stored.get("filled_epoch") as unknown];
  };

  it("makes no day of an absent day", async () => {
    await book("10:00");
    expect(await epochs()).toEqual([1, 1]);
    const answer = await look();
    expect(answer.headers.get("x-cache")).toBe("MISS");
    expect(freeTimes(answer.body, "ada")).not.toContain("10:00");
    expect((await look()).headers.get("x-cache")).toBe("HIT");
  });

  it("keeps a valid day valid, with the new content", async () => {
    await look();
    await book("10:00");
    const answer = await look();
    expect(answer.headers.get("x-cache")).toBe("HIT");
    expect(freeTimes(answer.body, "ada")).not.toContain("10:00");
  });

  it("leaves a stale day stale", async () => {
    await look();
    await day().update({ epoch: 5 });
    await book("10:00");
    expect(await epochs()).toEqual([6, 1]);
    expect((await look()).headers.get("x-cache")).toBe("MISS");
    expect(await adasTimes()).not.toContain("10:00");
  });

  it("does not extend an expired day", async () => {
    await look();
    clock.advance({ hours: 1 });
    await book("10:00");
    const answer = await look();
    expect(answer.headers.get("x-cache")).toBe("MISS");
    expect(freeTimes(answer.body, "ada")).not.toContain("10:00");
  });

  it("does not make a day of another catalog version current", async () => {
    await look();
    const batch = db.batch();
    batch.update(db.doc(`shops/${shopId}/mechanics/ada`), { weekly_schedule: everyDay("09:00-12:00") });
    invalidate(batch, shopPaths(db, shopId), { kind: "catalog" });
    await batch.commit();
    await book("10:00");
    expect(await adasTimes()).toEqual(["09:00", "11:00"]);
  });

  it("keeps a seeded day in use, with the booking laid over it", async () => {
    const slots: LegacySlotBody[] = ["09:00", "10:00"].map((time) => ({
      start: `${MONDAY}T${time}:00`,
      end: `${MONDAY}T${time.slice(0, 2)}:30:00`,
      is_free: true,
      mechanic_id: "ada",
    }));
    await day().set({ date: MONDAY, slots });
    const { booking, manage_token = "" } = await book("10:00");
    expect(await adasTimes()).toEqual(["09:00"]);
    await instance.client.request("DELETE", `/v1/shops/${shopId}/bookings/${booking.id}`, {
      headers: { "x-manage-token": manage_token },
    });
    expect(await adasTimes()).toEqual(["09:00", "10:00"]);
  });
});

describe("a burst of readers", () => {
  it("generates and fills a day that has just expired once per instance", async () => {
    await look();
    clock.advance({ hours: 1 });
    await project.emulator.resetUsage();
    const answers = await Promise.all(Array.from({ length: 20 }, () => look()));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    const { by_method } = await project.emulator.usage();
    expect(by_method["RunQuery"]?.calls).toBe(3);
    expect(by_method["BatchWrite"]).toMatchObject({ calls: 1, writes: 1 });
  });

  it("generates each date of overlapping ranges once", async () => {
    await look("2026-03-01");
    const gate = new Gate();
    const slow = await startInstance({ db: holdGenerations(db, gate) }, { clock });
    closing.push(slow);
    const range = (from_date: string, to_date: string) =>
      slow.client.get("/availability", { shop_id: shopId, from_date, to_date });
    await project.emulator.resetUsage();
    const first = range("2026-03-02", "2026-03-10");
    await gate.reached;
    const second = range("2026-03-05", "2026-03-14");
    const third = range("2026-03-06", "2026-03-08");
    await new Promise((resolve) => setTimeout(resolve, 300));
    gate.open();
    const answers = await Promise.all([first, second, third]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const { by_method } = await project.emulator.usage();
    // Services, then two generations of three queries each; every date is stored once.
    expect(by_method["RunQuery"]?.calls).toBe(7);
    expect(by_method["BatchWrite"]).toMatchObject({ writes: 13 });
  });
});

describe("a hold", () => {
  it("frees its slot the moment it expires, without a write to the cached day or the ledger", async () => {
    await look();
    const hold = {
      service_id: "inspection",
      mechanic_id: "ada",
      start: at(MONDAY, "10:00"),
      session_id: "s-1",
    };
    expect((await instance.client.post(`/v1/shops/${shopId}/holds`, hold)).status).toBe(201);
    expect(await adasTimes()).not.toContain("10:00");
    const { updateTime } = await day().get();
    clock.advance({ minutes: 9, seconds: 59 });
    expect(await adasTimes()).not.toContain("10:00");
    clock.advance({ seconds: 1 });
    const answer = await look();
    expect(answer.headers.get("x-cache")).toBe("HIT");
    expect(freeTimes(answer.body, "ada")).toContain("10:00");
    expect((await day().get()).updateTime).toEqual(updateTime);
    await book("10:00");
  });
});

describe("while a range is generated", () => {
  async function rangeWhile(meanwhile: () => Promise<unknown>) {
    const gate = new Gate();
    const slow = await startInstance({ db: holdGenerations(db, gate) }, { clock });
    closing.push(slow);
    const asked = slow.client.get("/availability", { shop_id: shopId, from_date: MONDAY, to_date: TUESDAY });
    await gate.reached;
    await meanwhile();
    gate.open();
    expect((await asked).status).toBe(200);
  }

  it("leaves every filled day stale when the catalog version is bumped", async () => {
    await rangeWhile(async () => {
      const batch = db.batch();
      batch.update(db.doc(`shops/${shopId}/mechanics/ada`), { weekly_schedule: {} });
      invalidate(batch, shopPaths(db, shopId), { kind: "catalog" });
      await batch.commit();
    });
    for (const date of [MONDAY, TUESDAY]) {
      const answer = await look(date);
      expect(answer.headers.get("x-cache")).toBe("MISS");
      expect(freeTimes(answer.body, "ada")).toEqual([]);
    }
  });

  it("loses only the fill of a date that is booked meanwhile", async () => {
    await rangeWhile(() => book("10:00"));
    expect((await look(TUESDAY)).headers.get("x-cache")).toBe("HIT");
    const monday = await look();
    expect(monday.headers.get("x-cache")).toBe("MISS");
    expect(freeTimes(monday.body, "ada")).not.toContain("10:00");
  });

  it("loses the fills of a date and its neighbours when an exception is written past the API", async () => {
    const ref = db.doc(`shops/${shopId}/exceptions/off`);
    await rangeWhile(async () => {
      const off = { mechanic_id: "ada", from_date: MONDAY, to_date: MONDAY, effect: "unavailable" };
      const { writeTime } = await ref.create({ ...off, start_time: null, end_time: null, rrule: null });
      const change = { before: undefined, after: await ref.get(), at: writeTime };
      await instance.context.changes.exceptionWritten(shopId, change);
    });
    expect(await adasTimes()).toEqual([]);
    expect((await look(TUESDAY)).headers.get("x-cache")).toBe("MISS");
  });
});

it("generates a day again, with all bookings, after Firestore's TTL policy has deleted it", async () => {
  await look();
  await book("10:00");
  await day().delete();
  expect(await adasTimes()).not.toContain("10:00");
  expect((await day().get()).get("expires_at")).toBeInstanceOf(Timestamp);
});
