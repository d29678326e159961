import { beforeEach, describe, expect, it } from "vitest";
import { rezone } from "../../functions/src/upkeep/rezoning/rezone.ts";
import { openShop, token, type Shop } from "../lifecycle/support.ts";
import type { BookingBody } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { at, CUSTOMER, MONDAY } from "../support/shop.ts";
import { AROUND_THE_CLOCK, changeZone, expectFiledUnder, FOREVER, isKilled, TOKYO } from "./support.ts";

const project = openProject("rezone");
const { db } = project;
let shop: Shop;
let shops = 0;
let booked: BookingBody[];
let holdId: string;

const TIMES = ["00:00", "08:30", "09:30", "09:45", "15:00", "23:45"];

/** A shop with bookings around the midnights of New York and Tokyo, one of them cancelled, and a hold. */
beforeEach(async () => {
  shop = await openShop(project, `rezoned-${(shops += 1)}`, {
    ...AROUND_THE_CLOCK,
    shop: { policy: { slot_interval_minutes: 15 } },
  });
  booked = [];
  for (const [index, time] of TIMES.entries()) {
    const mechanic_id = index % 2 === 0 ? "ada" : "grace";
    booked.push(await shop.book(time, { mechanic_id, service_id: "oil_change" }));
  }
  const [first] = booked;
  await shop.cancel(first!.booking.id, token(first!));
  const wanted = {
    service_id: "inspection",
    mechanic_id: "ada",
    start: at(MONDAY, "20:00"),
    session_id: "s",
  };
  const held = await shop.client.post<{ hold_id: string }>(`/v1/shops/${shop.id}/holds`, wanted);
  holdId = held.body.hold_id;
  await shop.client.availability(shop.id, MONDAY);
});

const expectFiled = (zone: string) =>
  expectFiledUnder(project, { shopId: shop.id, zone, now: shop.clock.now(), client: shop.client });
const finish = () => rezone(shop.instance.context, shop.id, FOREVER);

describe("a change of a shop's time zone", () => {
  it("files ledgers, bookings and holds under the new zone, and loses nothing", async () => {
    await changeZone(project, shop.id, TOKYO);
    expect(await finish()).toBe("settled");
    await expectFiled(TOKYO);
    for (const { booking } of booked.slice(1)) {
      const { service_id, mechanic_id, start } = booking;
      const again = await shop.client.book(shop.id, { customer: CUSTOMER, service_id, mechanic_id, start });
      expect(again.body.error).toBe("slot_taken");
    }
    const [, second] = booked;
    expect((await shop.cancel(second!.booking.id, token(second!))).status).toBe(200);
    const release = await shop.client.request("DELETE", `/v1/shops/${shop.id}/holds/${holdId}`, {
      headers: { "x-session-id": "s" },
    });
    expect(release.status).toBe(204);
    await expectFiled(TOKYO);
  });

  it("refuses what takes or frees time, and what offers it, until it has ended; shows bookings", async () => {
    await changeZone(project, shop.id, TOKYO);
    await isKilled(shop.instance.context, shop.id, 3, "before");
    const [, second] = booked;
    const { id } = second!.booking;
    const refusals = [
      await shop.cancel(id, token(second!)),
      await shop.move(id, { start: at(MONDAY, "21:00") }, token(second!)),
      await shop.client.request("DELETE", `/v1/shops/${shop.id}/holds/${holdId}`, {
        headers: { "x-session-id": "s" },
      }),
      await shop.client.availability(shop.id, MONDAY),
      await shop.client.slots(shop.id, MONDAY, MONDAY, { service_id: "inspection" }),
      await shop.client.book(shop.id, {
        customer: CUSTOMER,
        service_id: "inspection",
        start: at(MONDAY, "20:30"),
      }),
    ];
    for (const { status, body } of refusals) {
      expect(status).toBe(503);
      expect(body).toMatchObject({ error: "shop_rezoning" });
    }
    expect((await shop.view(id, token(second!))).status).toBe(200);
    await finish();
    expect((await shop.cancel(id, token(second!))).status).toBe(200);
  });

  it.each(["before", "after"] as const)(
    "is completed when it is killed %s any of its steps",
    async (when) => {
      let zone = TOKYO;
      await changeZone(project, shop.id, zone);
      let step = 1;
      while (await isKilled(shop.instance.context, shop.id, step, when)) {
        await finish();
        await expectFiled(zone);
        zone = zone === TOKYO ? "America/New_York" : TOKYO;
        await changeZone(project, shop.id, zone);
        step += 1;
      }
      // Begin, a page of ledgers, one ledger or more, three records of progress, the end.
      expect(step).toBeGreaterThanOrEqual(8);
    },
    120_000,
  );

  it.each([1, 3, 5, 7])("may be changed again, or back, after step %i", async (step) => {
    await changeZone(project, shop.id, TOKYO);
    await isKilled(shop.instance.context, shop.id, step, "after");
    await changeZone(project, shop.id, "Pacific/Honolulu");
    await isKilled(shop.instance.context, shop.id, step, "after");
    await changeZone(project, shop.id, "America/New_York");
    const refused = await shop.client.availability(shop.id, MONDAY);
    expect(refused.status).toBe(503);
    await finish();
    await expectFiled("America/New_York");
  });

  it("files a booking that is written in the console meanwhile", async () => {
    await changeZone(project, shop.id, TOKYO);
    await isKilled(shop.instance.context, shop.id, 6, "after");
    const source = db.doc(`shops/${shop.id}/bookings/${booked[4]!.booking.id}`);
    const ref = db.doc(`shops/${shop.id}/bookings/by-hand`);
    const copied = { ...(await source.get()).data(), id: "by-hand", mechanic_id: "grace" };
    await ref.set(copied);
    await shop.instance.context.reconciler.reconcile(shop.id, "by-hand", {
      before: undefined,
      after: await ref.get(),
    });
    await finish();
    await expectFiled(TOKYO);
  });

  it("ends although a ledger cannot be read", async () => {
    await db
      .doc(`shops/${shop.id}/ledger/ada_2026-01-25`)
      .set({ mechanic_id: "ada", date: "2026-01-25", entries: 7 });
    await changeZone(project, shop.id, TOKYO);
    expect(await finish()).toBe("settled");
  });

  it("is unfinished at its deadline, and continues later", async () => {
    await changeZone(project, shop.id, TOKYO);
    expect(await rezone(shop.instance.context, shop.id, shop.clock.now())).toBe("unfinished");
    expect(await finish()).toBe("settled");
    await expectFiled(TOKYO);
  });

  it("is done once by several runs at a time", async () => {
    await changeZone(project, shop.id, TOKYO);
    expect(await Promise.all([finish(), finish(), finish()])).toEqual(["settled", "settled", "settled"]);
    await expectFiled(TOKYO);
  });

  it("does nothing in a shop whose zone has not changed, or that does not exist", async () => {
    const before = await db.doc(`shops/${shop.id}`).get();
    expect(await finish()).toBe("settled");
    expect(await rezone(shop.instance.context, "nowhere", FOREVER)).toBe("settled");
    expect((await db.doc(`shops/${shop.id}`).get()).updateTime).toEqual(before.updateTime);
  });
});
