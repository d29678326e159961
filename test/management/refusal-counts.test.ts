import { afterEach, beforeEach, describe, expect, inject, it, vi } from "vitest";
import { FLUSH_MS, RefusalCounts } from "../../functions/src/bookings/refusal-counts.ts";
import type { RefusedAt } from "../../functions/src/bookings/refusal-store.ts";
import { millis } from "../../functions/src/engine/units.ts";
import { NOW } from "../support/clock.ts";
import { openProject } from "../support/firestore.ts";
import { startApi } from "../support/servers.ts";
import { at, CUSTOMER, MONDAY } from "../support/shop.ts";
import { openManagedShop, type ManagedShop } from "./support.ts";

const project = openProject("refusal-counts");
const { db } = project;
let shop: ManagedShop;
let shops = 0;

const order = (more: object = {}) => ({
  service_id: "inspection",
  mechanic_id: "ada",
  start: at(MONDAY, "10:00"),
  customer: CUSTOMER,
  ...more,
});
const refuse = (more: object) => shop.client.book(shop.id, order(more));
const flush = () => shop.instance.context.refusals.flush();
const countsOf = async () =>
  (await shop.send("GET", "/audit?type=bookings_refused")).body.entries.map(({ details }: any) => details);

describe("refused bookings", () => {
  beforeEach(async () => {
    shop = await openManagedShop(project, `refusals-${(shops += 1)}`);
  });

  it("are counted by date and reason, and listed in the audit", async () => {
    await shop.book("10:00");
    await refuse({});
    await refuse({});
    await refuse({ start: at(MONDAY, "20:00") });
    await refuse({ service_id: "welding" });
    await flush();
    const { body } = await shop.send("GET", "/audit");
    expect(body.entries).toMatchObject([
      { type: "booking_created" },
      {
        type: "bookings_refused",
        at: "2026-01-12T05:00:00.000Z",
        actor: { kind: "system", uid: null },
        booking_id: null,
        details: {
          date: "2026-01-12",
          by_reason: { slot_taken: 2, outside_hours: 1, not_qualified: 1 },
        },
      },
    ]);
  });

  it("write nothing themselves", async () => {
    await shop.book("10:00");
    // The first refusal looks for alternatives and fills the day.
    await refuse({});
    await project.emulator.resetUsage();
    expect((await refuse({})).status).toBe(409);
    expect((await project.emulator.usage()).writes).toBe(0);
    await project.emulator.resetUsage();
    await flush();
    expect(await project.emulator.usage()).toMatchObject({ reads: 1, writes: 1 });
    await project.emulator.resetUsage();
    await flush();
    expect(await project.emulator.usage()).toMatchObject({ reads: 0, writes: 0 });
  });

  it("are added up over instances and flushes, and belong to the date of the shop's clock", async () => {
    await shop.book("10:00");
    shop.clock.set("2026-01-13T04:59:00Z");
    await refuse({});
    await flush();
    await refuse({});
    shop.clock.set("2026-01-13T05:01:00Z");
    await refuse({});
    await flush();
    expect(await countsOf()).toEqual([
      { date: "2026-01-13", by_reason: { slot_taken: 1 } },
      { date: "2026-01-12", by_reason: { slot_taken: 2 } },
    ]);
  });

  it("are not counted when a repetition finds its booking", async () => {
    const key = { "idempotency-key": "a-key-of-sixteen-characters" };
    await shop.client.book(shop.id, order(), key);
    expect((await shop.client.book(shop.id, order(), key)).status).toBe(200);
    await flush();
    expect(await countsOf()).toEqual([]);
  });

  it("leave no document for a shop that does not exist", async () => {
    expect((await shop.client.book("no-such-shop", order())).status).toBe(404);
    await flush();
    expect((await db.collection("shops/no-such-shop/refusals").get()).size).toBe(0);
  });

  it("have pages of their own and with other entries, each day once", async () => {
    await shop.book("10:00");
    for (let day = 0; day < 3; day += 1) {
      await refuse({});
      await shop.book(`1${day + 4}:00`);
      shop.clock.advance({ hours: 24 });
    }
    await flush();
    const types = async (query: string) => {
      const found: string[] = [];
      for (let token = ""; ;) {
        const { body } = await shop.send("GET", `/audit?limit=1${query}${token}`);
        found.push(...body.entries.map((entry: any) => `${entry.type} ${entry.at.slice(0, 10)}`));
        if (body.next_page_token === null) return found;
        expect(found.length).toBeLessThan(20);
        token = `&page_token=${body.next_page_token}`;
      }
    };
    const refused = ["14", "13", "12"].map((day) => `bookings_refused 2026-01-${day}`);
    expect(await types("&type=bookings_refused")).toEqual(refused);
    expect(await types("")).toEqual([
      "booking_created 2026-01-14",
      refused[0],
      "booking_created 2026-01-13",
      refused[1],
      "booking_created 2026-01-12",
      "booking_created 2026-01-12",
      refused[2],
    ]);
    expect(await types("&actor=boss")).toEqual([]);
  });

  it("are written before the instance ends", async () => {
    const env = { GCLOUD_PROJECT: project.id, FIRESTORE_EMULATOR_HOST: inject("firestoreEmulatorHost") };
    const api = await startApi({ env });
    const refused = await fetch(`${api.url}/v1/shops/${shop.id}/bookings`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(order({ start: "2020-01-20T10:00:00-05:00" })),
    });
    expect(refused.status).toBe(409);
    await api.stop();
    const days = await db.collection(`shops/${shop.id}/refusals`).get();
    expect(days.docs.map((day) => day.get("by_reason") as unknown)).toEqual([{ too_soon: 1 }]);
  });
});

describe("the counter in memory", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const store = () => {
    const added: [string, readonly RefusedAt[]][] = [];
    let failures = 0;
    return {
      added,
      fail: (times: number) => void (failures = times),
      add: (shopId: string, refused: readonly RefusedAt[]) => {
        if (failures-- > 0) return Promise.reject(new Error("unavailable"));
        added.push([shopId, refused]);
        return Promise.resolve();
      },
    };
  };

  it("adds counts a minute after the first", async () => {
    const counted = store();
    const refusals = new RefusalCounts(counted);
    refusals.count("garage", "slot_taken", NOW);
    await vi.advanceTimersByTimeAsync(FLUSH_MS / 2);
    refusals.count("garage", "slot_taken", NOW);
    await vi.advanceTimersByTimeAsync(FLUSH_MS / 2 - 1);
    expect(counted.added).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(counted.added).toEqual([["garage", [{ at: NOW, reason: "slot_taken", count: 2 }]]]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("keeps counts that could not be added", async () => {
    const counted = store();
    const refusals = new RefusalCounts(counted);
    refusals.count("garage", "slot_taken", NOW);
    counted.fail(2);
    await refusals.flush();
    refusals.count("garage", "slot_taken", NOW);
    await vi.advanceTimersByTimeAsync(2 * FLUSH_MS);
    expect(counted.added).toEqual([["garage", [{ at: NOW, reason: "slot_taken", count: 2 }]]]);
  });

  it("takes no more memory when more shops are named than there are", async () => {
    const counted = store();
    const refusals = new RefusalCounts(counted);
    for (let shop = 0; shop < 5_000; shop += 1) refusals.count(`shop-${shop}`, "not_found", NOW);
    refusals.count("shop-0", "slot_taken", millis(NOW + 1));
    await refusals.flush();
    expect(counted.added).toHaveLength(1_000);
    expect(counted.added[0]?.[1]).toHaveLength(2);
  });
});
