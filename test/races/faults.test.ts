import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { FaultEffect } from "@slotbay/firestore-emulator";
import { openProject } from "../support/firestore.ts";
import { startInstance, startInstances, type Instance } from "../support/instance.ts";
import { expectCacheRight, expectConsistent, outcomes, type BookingAnswer } from "../support/race.ts";
import { at, confirmedBookings, CUSTOMER, everyDay, MONDAY, seedShop } from "../support/shop.ts";
import { admin } from "../support/token.ts";

const project = openProject("faults");
const { db, emulator } = project;
let instance: Instance;
let shopId = "";
let shops = 0;

beforeAll(async () => {
  instance = await startInstance(project);
});
beforeEach(async () => {
  shopId = `faulty-${(shops += 1)}`;
  await seedShop(db, shopId);
});
afterEach(() => emulator.clearFaults());
afterAll(() => instance.close());

const order = (time: string) => ({
  service_id: "inspection",
  mechanic_id: "ada",
  start: at(MONDAY, time),
  customer: CUSTOMER,
});

function fail(method: string, effect: FaultEffect, probability = 1, latency_ms = 0): Promise<void> {
  return emulator.setFaults({ seed: 7, faults: [{ method, probability, effect, latency_ms }] });
}

/** Everything that a booking writes, so that "nothing was written" means nothing at all. */
async function written(): Promise<number> {
  const names = ["bookings", "ledger", "availability", "audit", "notifications"];
  const found = await Promise.all(names.map((name) => db.collection(`shops/${shopId}/${name}`).get()));
  return found.reduce((total, { size }) => total + size, 0);
}

describe("an answer of Commit that is lost", () => {
  it.each([
    ["without an Idempotency-Key", {}],
    ["with one", { "idempotency-key": "k".repeat(16) }],
  ])("makes exactly one booking and returns it (%s)", async (_what, headers) => {
    await fail("Commit", "LOSE_ANSWER");
    const answer = await instance.client.book(shopId, order("10:00"), headers);
    await emulator.clearFaults();
    expect([200, 201]).toContain(answer.status);
    const booked = await confirmedBookings(db, shopId);
    expect(booked.map(({ id }) => id as string)).toEqual([answer.body.booking.id]);
    await expectConsistent(db, shopId, [answer]);
    const again = await instance.client.book(shopId, order("10:00"), headers);
    if ("idempotency-key" in headers) expect(again.body.manage_token).toBe(answer.body.manage_token);
    else expect(again.body.error).toBe("slot_taken");
  });

  it("is looked up when the deadline has passed, so a made booking is never called not made", async () => {
    const hasty = await startInstance(project, { config: { bookingDeadlineSeconds: 1 } });
    await fail("Commit", "LOSE_ANSWER");
    const answer = await hasty.client.book(shopId, order("10:00"));
    await emulator.clearFaults();
    expect(await confirmedBookings(db, shopId)).toHaveLength(1);
    expect(answer.status).toBeLessThan(300);
    await hasty.close();
  });

  it("makes one booking of a request that names no mechanic, not one for each mechanic", async () => {
    await fail("Commit", "LOSE_ANSWER");
    const answer = await instance.client.book(shopId, {
      service_id: "inspection",
      start: at(MONDAY, "14:00"),
      customer: CUSTOMER,
    });
    await emulator.clearFaults();
    expect(answer.status).toBeLessThan(300);
    expect(await confirmedBookings(db, shopId)).toHaveLength(1);
    await expectConsistent(db, shopId, [answer]);
  });
});

describe("a failure that passes", () => {
  it.each<[string, FaultEffect, number]>([
    ["Commit", "ABORTED", 0.6],
    ["Commit", "UNAVAILABLE", 0.5],
    ["Commit", "DROP_CONNECTION", 0.4],
    ["BatchGetDocuments", "ABORTED", 0.5],
    ["BatchGetDocuments", "UNAVAILABLE", 0.4],
    ["RunQuery", "UNAVAILABLE", 0.4],
  ])("is retried: %s answers %s", async (method, effect, probability) => {
    await fail(method, effect, probability);
    const answers: BookingAnswer[] = [];
    for (const time of ["09:00", "09:30", "10:00"]) {
      answers.push(await instance.client.book(shopId, order(time)));
    }
    await emulator.clearFaults();
    expect(outcomes(answers)).toEqual({ "201": 3 });
    await expectConsistent(db, shopId, answers);
    await expectCacheRight(instance.client, shopId, MONDAY);
  });

  it("does not stop availability from answering", async () => {
    for (const method of ["BatchGetDocuments", "RunQuery"]) {
      await fail(method, "UNAVAILABLE", 0.4);
      expect(
        (await instance.client.availability(shopId, MONDAY, { fresh: true }, admin(shopId))).status,
      ).toBe(200);
    }
  });

  it("does not affect the answer when it hits a cache fill", async () => {
    await fail("Commit", "UNAVAILABLE");
    const answer = await instance.client.availability(shopId, MONDAY);
    expect(answer.status).toBe(200);
    expect(answer.body.length).toBeGreaterThan(0);
  });
});

describe("a failure that lasts beyond the deadline", () => {
  it("is answered with 503 and Retry-After, writes nothing, and lets the same request succeed later", async () => {
    const hasty = await startInstance(project, { config: { bookingDeadlineSeconds: 1 } });
    await fail("Commit", "ABORTED");
    const startedAt = performance.now();
    const refused = await hasty.client.book(shopId, order("10:00"), {
      "idempotency-key": "later-than-the-deadline",
    });
    const took = performance.now() - startedAt;
    await emulator.clearFaults();
    // `unavailable` where the deadline fell into a commit, whose outcome is unknown at that moment.
    expect(refused.status).toBe(503);
    expect(["contention", "unavailable"]).toContain(refused.body.error);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(took).toBeLessThan(5_000);
    expect(await written()).toBe(0);
    const later = await hasty.client.book(shopId, order("10:00"), {
      "idempotency-key": "later-than-the-deadline",
    });
    expect(later.status).toBe(201);
    await hasty.close();
  });

  it("is answered with 503, never 500, when it hits a read", async () => {
    await fail("BatchGetDocuments", "UNAVAILABLE");
    const answer = await instance.client.availability(shopId, MONDAY);
    expect(answer).toMatchObject({ status: 503, body: { error: "unavailable" } });
    expect(answer.headers.get("retry-after")).not.toBeNull();
  });
});

it("keeps every promise with ten instances under every kind of failure", async () => {
  const mechanics = ["m1", "m2", "m3"];
  const hours = { specialties: ["inspection"], weekly_schedule: everyDay("09:00-13:00") };
  await seedShop(db, shopId, { mechanics: Object.fromEntries(mechanics.map((id) => [id, hours])) });
  const instances = await startInstances(10, project);
  await emulator.setFaults({
    seed: 11,
    faults: [
      { method: "Commit", probability: 0.1, effect: "LOSE_ANSWER" },
      { method: "Commit", probability: 0.1, effect: "ABORTED" },
      { method: "*", probability: 0.03, effect: "UNAVAILABLE" },
      { method: "*", probability: 0.2, effect: "LATENCY", latency_ms: 20 },
    ],
  });
  // Every slot of the morning is wanted about twice, half of the time of anybody.
  const answers = await Promise.all(
    instances.flatMap(({ client }, index) =>
      Array.from({ length: 5 }, (_, round) => {
        const number = index * 5 + round;
        const minute = 9 * 60 + (number % 8) * 30;
        const time = `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
        const mechanic_id = number % 2 === 0 ? mechanics[number % 3] : undefined;
        return client.book(shopId, { ...order(time), mechanic_id });
      }),
    ),
  );
  await emulator.clearFaults();
  await Promise.all(instances.map((each) => each.close()));
  expect(answers.filter(({ status }) => ![200, 201, 409, 503].includes(status))).toEqual([]);
  expect(answers.filter(({ status }) => status < 300).length).toBeGreaterThan(15);
  await expectConsistent(db, shopId, answers);
  await expectCacheRight(instance.client, shopId, MONDAY);
}, 60_000);
