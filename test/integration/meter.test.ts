import { beforeEach, describe, expect, it } from "vitest";
import { book } from "../../functions/src/bookings/book.ts";
import { bookingBody, bookingRequest } from "../../functions/src/bookings/booking-request.ts";
import { Cost, type Scope } from "../../functions/src/platform/scope.ts";
import { openProject } from "../support/firestore.ts";
import { instanceStarter, type Instance } from "../support/instance.ts";
import {
  at,
  CUSTOMER,
  everyDay,
  MONDAY,
  seedShop,
  SERVICES,
  SUNDAY,
  TUESDAY,
  type ShopSeed,
} from "../support/shop.ts";
import { admin } from "../support/token.ts";
import { millis } from "../../functions/src/engine/units.ts";

const project = openProject("meter");
const { db, emulator } = project;
const SERVICE_COUNT = Object.keys(SERVICES).length;
const start = instanceStarter(project);
let instance: Instance;
let shopId = "";
let shops = 0;

beforeEach(async () => {
  shopId = `metered-${(shops += 1)}`;
  instance = await start();
});

/** What Firestore would bill for `work`. */
async function billed(work: () => Promise<unknown>) {
  await emulator.resetUsage();
  await work();
  const { reads, writes, deletes } = await emulator.usage();
  return { reads, writes, deletes };
}

function staff(count: number, hours = everyDay("09:00-17:00")): ShopSeed {
  const mechanic = { specialties: ["inspection", "oil_change"], weekly_schedule: hours };
  const ids = Array.from({ length: count }, (_, index) => `m${index}`);
  return { mechanics: Object.fromEntries(ids.map((id) => [id, mechanic])) };
}

const availability = (query = {}, { client } = instance) => client.availability(shopId, MONDAY, query);
const fresh = (date = MONDAY) => instance.client.availability(shopId, date, { fresh: true }, admin(shopId));
const order = (more: object = {}) => ({
  service_id: "inspection",
  mechanic_id: "m0",
  start: at(MONDAY, "10:00"),
  customer: CUSTOMER,
  ...more,
});
const booking = (more: object = {}, headers = {}) => instance.client.book(shopId, order(more), headers);

describe("availability", () => {
  it.each([
    ["in general", {}],
    ["for a service", { service_id: "inspection" }],
    ["for a mechanic", { mechanic_id: "m1" }],
  ])("costs two reads when cached, %s", async (_what, query) => {
    await seedShop(db, shopId, staff(5));
    await availability(query);
    expect(await billed(() => availability(query))).toEqual({ reads: 2, writes: 0, deletes: 0 });
  });

  it("costs nothing from level 1", async () => {
    await seedShop(db, shopId, staff(5));
    const remembering = await start({ config: { level1Seconds: 60 } });
    await availability({}, remembering);
    expect(await billed(() => availability({}, remembering))).toEqual({ reads: 0, writes: 0, deletes: 0 });
    const forService = () => availability({ service_id: "inspection" }, remembering);
    expect(await billed(forService)).toEqual({ reads: 0, writes: 0, deletes: 0 });
  });

  it.each([3, 30])("costs one read for each of %i mechanics and a few more when cold", async (count) => {
    await seedShop(db, shopId, staff(count));
    // Shop, day, an empty result each of exceptions and ledgers, and once in an instance the services.
    const cold = await billed(() => availability());
    expect(cold).toEqual({ reads: 2 + count + 1 + 1 + SERVICE_COUNT, writes: 1, deletes: 0 });
    const again = await billed(() => fresh());
    expect(again).toEqual({ reads: 2 + count + 1 + 1, writes: 1, deletes: 0 });
  });

  it("costs no read per mechanic beyond what the queries find", async () => {
    const absence = { effect: "unavailable" as const, start_time: "09:00", end_time: "10:00" };
    await seedShop(db, shopId, {
      ...staff(10),
      exceptions: ["m1", "m2", "*"].map((mechanic_id) => ({ mechanic_id, from_date: MONDAY, ...absence })),
    });
    for (const id of ["m3", "m4"]) await booking({ mechanic_id: id });
    const { reads } = await billed(() => fresh());
    expect(reads).toBe(2 + 10 + 3 + 2 + SERVICE_COUNT);
  });

  it("costs the same whatever the past bookings, other dates and the horizon", async () => {
    await seedShop(db, shopId, staff(3));
    await availability();
    const before = await billed(() => fresh());
    const batch = db.batch();
    for (let day = 1; day <= 60; day += 1) {
      const date = `2025-${String(1 + (day % 12)).padStart(2, "0")}-${String(1 + (day % 28)).padStart(2, "0")}`;
      batch.set(db.doc(`shops/${shopId}/ledger/m0_${date}`), { mechanic_id: "m0", date, entries: [] });
      batch.set(db.doc(`shops/${shopId}/bookings/past-${day}`), { mechanic_id: "m0", status: "completed" });
      batch.set(db.doc(`shops/${shopId}/exceptions/past-${day}`), {
        mechanic_id: "m0",
        from_date: date,
        to_date: date,
        effect: "unavailable",
      });
    }
    batch.update(db.doc(`shops/${shopId}`), { "policy.horizon_days": 3650 });
    await batch.commit();
    expect(await billed(() => fresh())).toEqual(before);
    expect((await billed(() => availability())).reads).toBe(2);
  });

  it("costs the active mechanics and the ledgers once for all seeded dates", async () => {
    await seedShop(db, shopId, staff(3));
    await booking();
    const seeded = [MONDAY, TUESDAY].map((date) => db.doc(`shops/${shopId}/availability/${date}`));
    for (const day of seeded) await day.set({ slots: [] });
    expect(await billed(() => availability())).toEqual({ reads: 2 + 3 + 1, writes: 0, deletes: 0 });
    const range = { from_date: MONDAY, to_date: TUESDAY };
    const both = () => instance.client.get("/availability", { shop_id: shopId, ...range });
    expect(await billed(both)).toEqual({ reads: 3 + 3 + 1, writes: 0, deletes: 0 });
  });

  it("reads the neighbouring dates' ledgers only where a shift reaches into them", async () => {
    await seedShop(db, shopId, staff(3, everyDay("00:00-24:00")));
    await availability();
    const { reads } = await billed(() => fresh());
    // One more query, for both neighbours.
    expect(reads).toBe(2 + 3 + 1 + 1 + 1);
  });
});

describe("a booking", () => {
  beforeEach(() => seedShop(db, shopId, staff(3)));

  it("costs five reads and five writes", async () => {
    expect(await billed(() => booking())).toEqual({ reads: 5, writes: 5, deletes: 0 });
  });

  it("costs the same on a cached day, on a full day and by slot id", async () => {
    await availability();
    for (const time of ["09:00", "09:30", "11:00", "12:00"]) await booking({ start: at(MONDAY, time) });
    expect(await billed(() => booking())).toEqual({ reads: 5, writes: 5, deletes: 0 });
    const { body } = await instance.client.slots(shopId, MONDAY, MONDAY, { service_id: "inspection" });
    const bySlot = () => instance.client.book(shopId, { slot_id: body.slots[0]?.id, customer: CUSTOMER });
    expect(await billed(bySlot)).toEqual({ reads: 5, writes: 5, deletes: 0 });
  });

  it("costs two more reads when it names no mechanic", async () => {
    await availability();
    expect(await billed(() => booking({ mechanic_id: undefined }))).toEqual({
      reads: 2 + 5,
      writes: 5,
      deletes: 0,
    });
  });

  it("costs no more with an Idempotency-Key, and its repetition writes nothing", async () => {
    const key = { "idempotency-key": "k".repeat(16) };
    expect(await billed(() => booking({}, key))).toEqual({ reads: 5, writes: 5, deletes: 0 });
    const again = await billed(() => booking({}, key));
    expect(again.writes).toBe(0);
    expect(again.reads).toBeLessThanOrEqual(6);
  });

  it("writes nothing when refused, and reads four documents and the alternatives for a taken slot", async () => {
    await availability();
    await booking();
    expect(await billed(() => booking())).toEqual({ reads: 4 + 2, writes: 0, deletes: 0 });
    const closed = await billed(() => booking({ mechanic_id: "nobody" }));
    expect(closed).toEqual({ reads: 4, writes: 0, deletes: 0 });
  });

  it.each(["02:00", "09:00", "12:00", "22:00"])(
    "costs no more at %s where shifts meet at midnight",
    async (time) => {
      await seedShop(db, shopId, staff(1, everyDay("00:00-24:00")));
      await availability();
      const { reads, writes } = await billed(() => booking({ start: at(MONDAY, time) }));
      expect({ reads, writes }).toEqual({ reads: 5, writes: 5 });
      for (const date of [SUNDAY, MONDAY, TUESDAY]) {
        const [cached, generated] = [await instance.client.availability(shopId, date), await fresh(date)];
        expect(cached.body).toEqual(generated.body);
      }
    },
  );

  it("costs one more ledger across midnight and writes both ledgers and both days", async () => {
    await seedShop(db, shopId, staff(1, everyDay("00:00-03:00", "20:00-24:00")));
    await availability();
    await instance.client.availability(shopId, TUESDAY);
    const { reads, writes } = await billed(() => booking({ start: at(MONDAY, "23:45") }));
    expect(reads).toBe(6);
    expect(writes).toBe(7);
  });
});

describe("the bill that the log shows", () => {
  const scopeAt = ({ clock }: Instance): Scope => ({ now: millis(clock.now()), cost: new Cost() });

  /** The bill must be the meter's, whatever `work` does. */
  async function expectExact(work: (scope: Scope) => Promise<unknown>): Promise<void> {
    const scope = scopeAt(instance);
    const { reads, writes } = await billed(() => work(scope));
    expect({ reads: scope.cost.reads, writes: scope.cost.writes }).toEqual({ reads, writes });
  }

  const days = (fresh: boolean) => (scope: Scope) =>
    instance.context.availability.daysForAnswer({ shopId, dates: [MONDAY], fresh, forService: false }, scope);
  const booked =
    (more: object, idempotencyKey: string | null = null) =>
    (scope: Scope) => {
      const request = bookingRequest(bookingBody.parse(order(more)));
      if (!request.ok) throw new Error(request.refusal.message);
      const command = { shopId, request: request.value, principal: undefined, idempotencyKey };
      return book(instance.context, command, scope);
    };

  it("is Firestore's own for every outcome of a request", async () => {
    await seedShop(db, shopId, staff(3, everyDay("00:00-24:00")));
    await expectExact(days(false));
    await expectExact(days(false));
    await expectExact(days(true));
    await expectExact(booked({}));
    await expectExact(booked({}));
    await expectExact(booked({ start: at(MONDAY, "23:45") }));
    await expectExact(booked({ mechanic_id: undefined }));
    await expectExact(booked({ start: at(MONDAY, "12:00") }, "once"));
    await expectExact(booked({ start: at(MONDAY, "12:00") }, "once"));
    await expectExact(booked({ start: at(MONDAY, "13:00") }, "once"));
    await expectExact(booked({ service_id: "nothing" }));
    await expectExact(booked({ mechanic_id: "nobody" }));
    await expectExact(booked({ start: at("2026-01-01", "12:00") }));
    await db.doc(`shops/${shopId}/availability/${MONDAY}`).set({ slots: [] });
    await expectExact(days(false));
  });
});
