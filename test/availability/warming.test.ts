import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as logger from "firebase-functions/logger";
import { warmAvailability } from "../../functions/src/upkeep/warming/warm-availability.ts";
import { TestClock } from "../support/clock.ts";
import { openProject, type Project } from "../support/firestore.ts";
import { startInstance, type Instance, type InstanceOptions } from "../support/instance.ts";
import { seedShop } from "../support/shop.ts";
import { millis } from "../../functions/src/engine/units.ts";

// Files share a worker: the modules under test may already hold the logger that is not spied on.
vi.hoisted(() => vi.resetModules());
vi.mock("firebase-functions/logger", { spy: true });

/** 02:00 in New York on Monday, 19 January 2026. */
const TWO_IN_NEW_YORK = "2026-01-19T07:00:00Z";
const NO_DEADLINE = Number.MAX_SAFE_INTEGER;

let project: Project;
const instances: Instance[] = [];
beforeEach(() => {
  project = openProject("warming");
});
afterAll(() => Promise.all(instances.map((instance) => instance.close())));

async function start(options: InstanceOptions = {}): Promise<Instance> {
  const clock = new TestClock(millis(Date.parse(TWO_IN_NEW_YORK)));
  const instance = await startInstance(project, { clock, ...options });
  instances.push(instance);
  return instance;
}

const daysOf = async (shopId: string) =>
  (await project.db.collection(`shops/${shopId}/availability`).get()).docs.map(({ id }) => id);

describe("the nightly warm-up", () => {
  it("fills today and the next fourteen days of the shops where it is two in the morning", async () => {
    await seedShop(project.db, "new-york");
    await seedShop(project.db, "tokyo", { shop: { time_zone: "Asia/Tokyo" } });
    const { context } = await start();
    expect(await warmAvailability(context, millis(NO_DEADLINE))).toEqual({
      shops: 1,
      days_filled: 15,
      failed: 0,
      left: 0,
    });
    const days = await daysOf("new-york");
    expect([days[0], days.at(-1), days.length]).toEqual(["2026-01-19", "2026-02-02", 15]);
    expect(await daysOf("tokyo")).toEqual([]);
  });

  it("fills as many days as the parameter says, and none when it is turned off", async () => {
    await seedShop(project.db, "shop");
    const off = await start({ config: { warmDays: -1 } });
    await warmAvailability(off.context, millis(NO_DEADLINE));
    expect(await daysOf("shop")).toEqual([]);
    const two = await start({ config: { warmDays: 1 } });
    await warmAvailability(two.context, millis(NO_DEADLINE));
    expect(await daysOf("shop")).toEqual(["2026-01-19", "2026-01-20"]);
  });

  it("makes the morning's first answers hits, and its days last until the next night", async () => {
    await seedShop(project.db, "shop");
    const { context, client, clock } = await start();
    await warmAvailability(context, millis(NO_DEADLINE));
    const source = async (date: string) => (await client.availability("shop", date)).headers.get("x-cache");
    for (const hours of [0, 7, 18]) {
      clock.advance({ hours });
      expect(await source("2026-01-20")).toBe("HIT");
    }
    clock.advance({ hours: 1 });
    expect(await source("2026-01-20")).toBe("MISS");
  });

  it("fills only what is missing, stale, or would not last", async () => {
    await seedShop(project.db, "shop");
    const { context, client } = await start();
    await warmAvailability(context, millis(NO_DEADLINE));
    expect(await warmAvailability(context, millis(NO_DEADLINE))).toMatchObject({ shops: 1, days_filled: 0 });
    await project.db.doc("shops/shop/availability/2026-01-21").delete();
    await project.db.doc("shops/shop/availability/2026-01-22").update({ epoch: 9 });
    await project.db.doc("shops/shop/availability/2026-01-23").delete();
    // An hour is long enough for an answer, not for a day.
    await client.availability("shop", "2026-01-23");
    expect(await warmAvailability(context, millis(NO_DEADLINE))).toMatchObject({ days_filled: 3 });
  });

  it("goes on with the next shop when one fails, and says which", async () => {
    await seedShop(project.db, "a-broken");
    await seedShop(project.db, "sound");
    const { context } = await start();
    const { availability } = context;
    const days = availability.daysForWarmUp.bind(availability);
    vi.spyOn(availability, "daysForWarmUp").mockImplementation((ask, scope) =>
      ask.shopId === "a-broken" ? Promise.reject(new Error("no answer")) : days(ask, scope),
    );
    expect(await warmAvailability(context, millis(NO_DEADLINE))).toMatchObject({ shops: 1, failed: 1 });
    expect(await daysOf("sound")).toHaveLength(15);
    expect(logger.error).toHaveBeenCalledWith(
      "warm-up failed",
      expect.objectContaining({ shop: "a-broken" }),
    );
  });

  it("begins no shop after its deadline and says how many it has left", async () => {
    await seedShop(project.db, "one");
    await seedShop(project.db, "two");
    const { context, clock } = await start();
    expect(await warmAvailability(context, millis(clock.now()))).toEqual({
      shops: 0,
      days_filled: 0,
      failed: 0,
      left: 2,
    });
  });

  it("logs how far it is", async () => {
    await seedShop(project.db, "shop");
    const { context } = await start();
    await warmAvailability(context, millis(NO_DEADLINE));
    expect(logger.info).toHaveBeenCalledWith(
      "warm-up",
      expect.objectContaining({ shop: "shop", through: "2026-02-02", filled: 15, of: 15 }),
    );
  });
});
