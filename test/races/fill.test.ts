import { FieldValue } from "firebase-admin/firestore";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { freeTimes } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { Gate, holdGenerations } from "../support/gate.ts";
import { startInstance, type Instance } from "../support/instance.ts";
import { at, CUSTOMER, everyDay, MONDAY, seedShop, TUESDAY } from "../support/shop.ts";
import { admin } from "../support/token.ts";

const project = openProject("fill");
const { db } = project;
let other: Instance;
let shopId = "";
let shops = 0;
const closing: Instance[] = [];

beforeAll(async () => {
  other = await startInstance(project);
});
beforeEach(async () => {
  shopId = `fill-${(shops += 1)}`;
  await seedShop(db, shopId);
});
afterAll(() => Promise.all([other, ...closing].map((instance) => instance.close())));

/** An instance that has generated a day and is about to fill it, while `meanwhile` happens elsewhere. */
async function fillLate(meanwhile: () => Promise<unknown>, date = MONDAY, level1Seconds = 0) {
  const gate = new Gate();
  const slow = await startInstance({ db: holdGenerations(db, gate) }, { config: { level1Seconds } });
  closing.push(slow);
  const asked = slow.client.availability(shopId, date);
  await gate.reached;
  await meanwhile();
  gate.open();
  await asked;
  return slow;
}

async function book(time: string, date = MONDAY, mechanic_id = "ada"): Promise<void> {
  const start = at(date, time);
  const answer = await other.client.book(shopId, {
    service_id: "inspection",
    mechanic_id,
    start,
    customer: CUSTOMER,
  });
  expect(answer.status).toBe(201);
}

const free = async (date = MONDAY, { client } = other) =>
  freeTimes((await client.availability(shopId, date, { mechanic_id: "ada" })).body);
const day = (date = MONDAY) => db.doc(`shops/${shopId}/availability/${date}`);

describe("a generation that overlaps a booking", () => {
  it("does not leave an absent day that shows the slot free", async () => {
    await fillLate(() => book("10:00"));
    expect(await free()).not.toContain("10:00");
  });

  it("does not leave an expired day that shows the slot free", async () => {
    await other.client.availability(shopId, MONDAY);
    await day().update({ epoch: FieldValue.increment(1) });
    await fillLate(() => book("10:00"));
    expect(await free()).not.toContain("10:00");
  });

  it("does not undo what another instance has filled after the booking", async () => {
    await fillLate(async () => {
      await book("10:00");
      await other.client.availability(shopId, MONDAY);
    });
    const { headers, body } = await other.client.availability(shopId, MONDAY);
    expect(headers.get("x-cache")).toBe("HIT");
    expect(freeTimes(body, "ada")).not.toContain("10:00");
  });

  it("does not leave the slot free on the neighbouring day that a night shift reaches into", async () => {
    await seedShop(db, shopId, {
      mechanics: { ada: { specialties: ["inspection"], weekly_schedule: everyDay("00:00-24:00") } },
    });
    await fillLate(() => book("00:00", TUESDAY), MONDAY);
    const late = async (fresh: boolean) => {
      const query = { service_id: "oil_change", fresh };
      return freeTimes((await other.client.availability(shopId, MONDAY, query, admin(shopId))).body).slice(
        -2,
      );
    };
    expect(await late(false)).toEqual(await late(true));
  });

  it("does not leave the slot free in the memory of the instance that booked it", async () => {
    const gate = new Gate();
    const slow = await startInstance({ db: holdGenerations(db, gate) }, { config: { level1Seconds: 60 } });
    closing.push(slow);
    const asked = slow.client.availability(shopId, MONDAY);
    await gate.reached;
    const order = {
      service_id: "inspection",
      mechanic_id: "ada",
      start: at(MONDAY, "10:00"),
      customer: CUSTOMER,
    };
    expect((await slow.client.book(shopId, order)).status).toBe(201);
    gate.open();
    await asked;
    expect(await free(MONDAY, slow)).not.toContain("10:00");
  });

  it("shows the slot as taken to every request after the booking, even while the old generation runs", async () => {
    const gate = new Gate();
    const slow = await startInstance({ db: holdGenerations(db, gate) });
    closing.push(slow);
    const before = slow.client.availability(shopId, MONDAY);
    await gate.reached;
    await book("10:00");
    const after = slow.client.availability(shopId, MONDAY);
    gate.open();
    expect(freeTimes((await before).body, "ada")).toContain("10:00");
    expect(freeTimes((await after).body, "ada")).not.toContain("10:00");
  });
});

describe("a generation that overlaps a change of the catalog", () => {
  const close = async () => {
    const batch = db.batch();
    batch.update(db.doc(`shops/${shopId}/mechanics/ada`), { weekly_schedule: {} });
    batch.update(db.doc(`shops/${shopId}`), { catalog_version: FieldValue.increment(1) });
    await batch.commit();
  };

  it("leaves the day invalid, whether it was absent or stale", async () => {
    await fillLate(close);
    expect(await free()).toEqual([]);
    await seedShop(db, shopId);
    await other.client.availability(shopId, TUESDAY);
    await day(TUESDAY).update({ epoch: FieldValue.increment(1) });
    await fillLate(close, TUESDAY);
    expect(await free(TUESDAY)).toEqual([]);
  });
});

describe("a generation that overlaps an exception", () => {
  it("leaves no day that offers closed time once the epoch is bumped", async () => {
    await fillLate(async () => {
      const batch = db.batch();
      batch.set(db.doc(`shops/${shopId}/exceptions/ill`), {
        mechanic_id: "ada",
        from_date: MONDAY,
        to_date: MONDAY,
        start_time: null,
        end_time: null,
        effect: "unavailable",
        rrule: null,
      });
      batch.set(day(), { epoch: FieldValue.increment(1) }, { merge: true });
      await batch.commit();
    });
    expect(await free()).toEqual([]);
  });
});

it("fills once, with equal answers, when many instances miss at once", async () => {
  const gate = new Gate();
  const slow = await Promise.all(
    Array.from({ length: 3 }, () => startInstance({ db: holdGenerations(db, gate) })),
  );
  closing.push(...slow);
  const asked = slow.map(({ client }) => client.availability(shopId, MONDAY));
  await gate.reached;
  gate.open();
  const answers = await Promise.all(asked);
  expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  expect((await other.client.availability(shopId, MONDAY)).headers.get("x-cache")).toBe("HIT");
});
