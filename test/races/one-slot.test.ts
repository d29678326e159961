import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openProject } from "../support/firestore.ts";
import { startInstances, type Instance } from "../support/instance.ts";
import { expectCacheRight, expectConsistent, outcomes, type BookingAnswer } from "../support/race.ts";
import { at, confirmedBookings, CUSTOMER, everyDay, MONDAY, seedShop, TUESDAY } from "../support/shop.ts";

const project = openProject("one-slot");
const { db } = project;
let instances: Instance[];
let shopId = "";
let shops = 0;

beforeAll(async () => {
  instances = await startInstances(10, project);
});
beforeEach(async () => {
  shopId = `race-${(shops += 1)}`;
  await seedShop(db, shopId);
  await instances[0]?.client.availability(shopId, MONDAY);
});
afterAll(() => Promise.all(instances.map((instance) => instance.close())));

/** Every instance books at once, the n-th what `orderOf(n)` says. */
function race(orderOf: (index: number) => object, headers = {}): Promise<BookingAnswer[]> {
  return Promise.all(
    instances.map(({ client }, index) =>
      client.book(shopId, { customer: CUSTOMER, ...orderOf(index) }, headers),
    ),
  );
}

async function expectAllRight(answers: readonly BookingAnswer[]): Promise<void> {
  await expectConsistent(db, shopId, answers);
  const [first] = instances;
  if (first) await expectCacheRight(first.client, shopId, MONDAY);
}

const ada = { service_id: "inspection", mechanic_id: "ada" };

describe("a race of ten instances for one slot", () => {
  it("books a named mechanic once and refuses nine", async () => {
    const answers = await race(() => ({ ...ada, start: at(MONDAY, "10:00") }));
    expect(outcomes(answers)).toEqual({ "201": 1, "409 slot_taken": 9 });
    await expectAllRight(answers);
  });

  it("books a slot id once and refuses nine", async () => {
    const { body } =
      (await instances[0]?.client.slots(shopId, MONDAY, MONDAY, { service_id: "oil_change" })) ?? {};
    const answers = await race(() => ({ slot_id: body?.slots[0]?.id }));
    expect(outcomes(answers)).toEqual({ "201": 1, "409 slot_taken": 9 });
    await expectAllRight(answers);
  });

  it("books once on a day that was never read", async () => {
    const answers = await race(() => ({ ...ada, start: at(TUESDAY, "10:00") }));
    expect(outcomes(answers)).toEqual({ "201": 1, "409 slot_taken": 9 });
    await expectConsistent(db, shopId, answers);
  });

  it("books any mechanic as often as mechanics are free", async () => {
    const free = 4;
    const mechanics = Object.fromEntries(
      Array.from({ length: free }, (_, index) => [
        `mechanic_${index}`,
        { specialties: ["inspection"], weekly_schedule: everyDay("09:00-17:00") },
      ]),
    );
    shopId = `${shopId}-any`;
    await seedShop(db, shopId, { mechanics });
    const answers = await race(() => ({ service_id: "inspection", start: at(MONDAY, "10:00") }));
    expect(outcomes(answers)).toEqual({ "201": free, "409 slot_taken": 10 - free });
    const booked = await confirmedBookings(db, shopId);
    expect(new Set(booked.map(({ mechanic_id }) => mechanic_id as string)).size).toBe(free);
    await expectAllRight(answers);
  });

  it.each([
    ["a named mechanic", ada],
    ["any mechanic", { service_id: "inspection" }],
  ])("makes one booking and ten equal answers of one Idempotency-Key and %s", async (_who, order) => {
    const answers = await race(() => ({ ...order, start: at(MONDAY, "15:00") }), {
      "idempotency-key": "once-in-all-instances",
    });
    expect(outcomes(answers)).toEqual({ "201": 1, "200": 9 });
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(await confirmedBookings(db, shopId)).toHaveLength(1);
    await expectAllRight(answers);
  });
});

describe("a race of ten instances for different starts", () => {
  it("books one of ten starts that overlap", async () => {
    const answers = await race((index) => ({
      ...ada,
      start: at(MONDAY, `10:${String(index * 3).padStart(2, "0")}`),
    }));
    // Half an hour each, three minutes apart: each overlaps every other.
    expect(outcomes(answers)).toEqual({ "201": 1, "409 slot_taken": 9 });
    await expectAllRight(answers);
  });

  it("books as many as fit of a chain in which each overlaps the next", async () => {
    const answers = await race((index) => ({ ...ada, start: at(MONDAY, quarterAfter("14:00", index)) }));
    const { "201": booked = 0, "409 slot_taken": taken = 0 } = outcomes(answers);
    expect(booked + taken).toBe(10);
    // Of ten in a chain at least every third gets in, at most every second.
    expect(booked).toBeGreaterThanOrEqual(4);
    expect(booked).toBeLessThanOrEqual(5);
    await expectAllRight(answers);
  });

  it("books all that lie side by side, although they write one ledger", async () => {
    shopId = `${shopId}-long`;
    await seedShop(db, shopId, {
      mechanics: { ada: { specialties: ["inspection"], weekly_schedule: everyDay("09:00-17:00") } },
    });
    const answers = await race((index) => ({ ...ada, start: at(MONDAY, quarterAfter("09:00", index * 2)) }));
    expect(outcomes(answers)).toEqual({ "201": 10 });
    await expectAllRight(answers);
  });

  it("books three where the mechanic takes three a day", async () => {
    shopId = `${shopId}-limit`;
    await seedShop(db, shopId, {
      mechanics: {
        ada: {
          specialties: ["inspection"],
          max_bookings_per_day: 3,
          weekly_schedule: everyDay("09:00-17:00"),
        },
      },
    });
    const answers = await race((index) => ({ ...ada, start: at(MONDAY, quarterAfter("09:00", index * 2)) }));
    expect(outcomes(answers)).toEqual({ "201": 3, "409 day_full": 7 });
    await expectAllRight(answers);
  });
});

describe("a race of ten instances near midnight", () => {
  beforeEach(async () => {
    shopId = `${shopId}-night`;
    await seedShop(db, shopId, {
      mechanics: {
        owl: { specialties: ["inspection", "oil_change"], weekly_schedule: everyDay("00:00-24:00") },
      },
    });
    await instances[0]?.client.availability(shopId, MONDAY);
    await instances[0]?.client.availability(shopId, TUESDAY);
  });

  it.each(["inspection", "oil_change"])(
    "books one %s of ten on either side of midnight and shows it on both days",
    async (service_id) => {
      const answers = await race((index) => ({
        service_id,
        mechanic_id: "owl",
        start: index % 2 === 0 ? at(MONDAY, "23:45") : at(TUESDAY, "00:00"),
      }));
      expect(outcomes(answers)).toEqual({ "201": 1, "409 slot_taken": 9 });
      await expectAllRight(answers);
      const [first] = instances;
      if (first) await expectCacheRight(first.client, shopId, TUESDAY);
    },
  );
});

it("books one slot once for ten requests to one instance", async () => {
  const [first] = instances;
  const order = { ...ada, start: at(MONDAY, "10:00"), customer: CUSTOMER };
  const answers = await Promise.all(Array.from({ length: 10 }, () => first!.client.book(shopId, order)));
  expect(outcomes(answers)).toEqual({ "201": 1, "409 slot_taken": 9 });
  await expectAllRight(answers);
});

function quarterAfter(time: string, quarters: number): string {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  const total = hour * 60 + minute + quarters * 15;
  return `${String(Math.floor(total / 60)).padStart(2, "0")}:${String(total % 60).padStart(2, "0")}`;
}
