import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { at, confirmedBookings, everyDay, seedShop, SERVICES } from "../support/shop.ts";
import { openProject } from "../support/firestore.ts";
import { instanceStarter, type Instance } from "../support/instance.ts";
import { TestClock } from "../support/clock.ts";
import { signedIn } from "../support/token.ts";
import { countStatuses, send, sentFrom } from "./support.ts";

const project = openProject("limits-writes");
const start = instanceStarter(project);
const { db } = project;

const SHOP = "limited";
const admin = signedIn("boss", { role: "admin", shopId: SHOP });

let clock: TestClock;
let one: Instance;
let two: Instance;

const limited = (more = {}) => start({ clock, config: { rateLimits: true, ...more } });

/** The start of the n-th of many short appointments, a week's worth for each mechanic. */
function appointment(index: number) {
  const date = `2026-01-${19 + Math.floor(index / 40)}`;
  const minute = 8 * 60 + (index % 40) * 15;
  const time = [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, "0")).join(":");
  return { service_id: "short", mechanic_id: "ada", start: at(date, time) };
}

function book(instance: Instance, index: number, address: string, customer: object, headers = {}) {
  return send(instance.url, {
    method: "POST",
    path: `/v1/shops/${SHOP}/bookings`,
    headers: { "content-type": "application/json", ...sentFrom(address), ...headers },
    body: JSON.stringify({ ...appointment(index), customer }),
  });
}

beforeAll(() =>
  seedShop(db, SHOP, {
    services: { short: { name: "Short", durations_minutes: [15] }, inspection: SERVICES.inspection },
    mechanics: {
      ada: { name: "Ada", specialties: ["short", "inspection"], weekly_schedule: everyDay("08:00-18:00") },
    },
  }),
);

beforeEach(async () => {
  clock = new TestClock();
  [one, two] = [await limited(), await limited()];
});

describe("bookings", () => {
  it("are ten for 140 in a row from one client, whoever they are for", async () => {
    const before = (await confirmedBookings(db, SHOP)).length;
    const statuses = await countStatuses(140, (index) =>
      book(one, index, "203.0.113.1", { name: "Bot", email: `victim-${index}@example.com` }),
    );
    expect(statuses).toEqual({ 201: 10, 429: 130 });
    expect((await confirmedBookings(db, SHOP)).length).toBe(before + 10);
  });

  it("are counted over all instances, and say when there is room again", async () => {
    const ask = (index: number) => book(index % 2 ? one : two, index, "203.0.113.2", { name: "A" });
    const statuses = await countStatuses(10, ask);
    expect(statuses).toEqual({ 409: 10 });
    clock.advance({ minutes: 0.5 });
    for (const instance of [one, two]) {
      const refused = await book(instance, 0, "203.0.113.2", { name: "A" });
      expect(refused).toMatchObject({ status: 429, retryAfter: "30", body: { error: "rate_limited" } });
    }
    clock.advance({ minutes: 0.5 });
    expect((await book(one, 0, "203.0.113.2", { name: "A" })).status).toBe(409);
  });

  it("are at most thirty a day", async () => {
    for (let minute = 0; minute < 3; minute += 1) {
      expect(await countStatuses(10, (index) => book(one, index, "203.0.113.3", { name: "A" }))).toEqual({
        409: 10,
      });
      clock.advance({ minutes: 1 });
    }
    const refused = await book(two, 0, "203.0.113.3", { name: "A" });
    const untilMidnight = (86_400_000 - (clock.now() % 86_400_000)) / 1000;
    expect(refused).toMatchObject({ status: 429, retryAfter: String(untilMidnight) });
  });

  it("include moves, cancellations and marks, by either path", async () => {
    const path = `/v1/shops/${SHOP}/bookings/none`;
    const requests = [
      ["PATCH", path],
      ["DELETE", path],
      ["POST", `${path}/complete`],
      ["POST", "/bookings"],
      ["POST", `/V1/Shops/${SHOP}/BOOKINGS/`],
    ] as const;
    const ask = (index: number) => {
      const [method, to] = requests[index % requests.length] ?? ["", ""];
      return send(one.url, { method, path: to, headers: sentFrom("203.0.113.4") });
    };
    expect((await countStatuses(10, ask))[429]).toBeUndefined();
    expect(await countStatuses(5, ask)).toEqual({ 429: 5 });
  });

  it("at once are no more than in a row", async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => book(index % 2 ? one : two, 0, "203.0.113.5", { name: "A" })),
    );
    const served = answers.filter(({ status }) => status !== 429).length;
    expect(served).toBeGreaterThan(0);
    expect(served).toBeLessThanOrEqual(10);
  });

  it("of staff count for each user, 120 a minute", { timeout: 60_000 }, async () => {
    const ask = (headers: object) => () => {
      const path = `/v1/shops/${SHOP}/no-such-thing`;
      return send(one.url, { method: "DELETE", path, headers: { ...sentFrom("203.0.113.6"), ...headers } });
    };
    expect(await countStatuses(121, ask(admin))).toEqual({ 404: 120, 429: 1 });
    const colleague = signedIn("deputy", { role: "admin", shopId: SHOP });
    expect((await ask(colleague)()).status).toBe(404);
    expect((await ask({})()).status).toBe(404);
  });

  it("of another shop's staff, and of a forged token, count for the client", async () => {
    const other = signedIn("boss", { role: "admin", shopId: "elsewhere" });
    const forged = { authorization: "Bearer a.b.c" };
    const ask = (index: number) =>
      book(one, 0, "203.0.113.7", { name: "A" }, index % 2 === 0 ? other : forged);
    expect((await countStatuses(10, ask))[429]).toBeUndefined();
    expect(await countStatuses(2, ask)).toEqual({ 429: 2 });
  });

  it("are not limited with RATE_LIMITS=off", async () => {
    const free = await limited({ rateLimits: false });
    expect(await countStatuses(40, () => book(free, 0, "203.0.113.8", { name: "A" }))).toEqual({ 409: 40 });
  });
});

describe("holds", () => {
  it("count on their own, released ones included", async () => {
    const path = `/v1/shops/${SHOP}/holds`;
    const place = () => send(one.url, { method: "POST", path, headers: sentFrom("203.0.113.9") });
    const release = () =>
      send(two.url, { method: "DELETE", path: `${path}/x`, headers: sentFrom("203.0.113.9") });
    expect((await countStatuses(10, (index) => (index % 2 ? place() : release())))[429]).toBeUndefined();
    expect((await place()).status).toBe(429);
    expect((await release()).status).toBe(429);
    expect((await book(one, 0, "203.0.113.9", { name: "A" })).status).toBe(409);
  });
});

describe("the counters", () => {
  it("store no address, and expire", async () => {
    await book(one, 0, "203.0.113.10", { name: "A" });
    await book(one, 0, "2001:db8:1:2::3", { name: "A" });
    const stored = await db.collection("rate_limits").get();
    expect(stored.size).toBeGreaterThan(0);
    for (const counter of stored.docs) {
      expect(counter.id).toMatch(/^(holds|bookings|staff_writes)_[\w-]{22}$/);
      expect(JSON.stringify([counter.id, counter.data()])).not.toMatch(/203\.0|2001:db8/);
      expect(counter.get("expires_at").toMillis()).toBeGreaterThan(clock.now());
    }
  });

  it("differ under another secret: the database alone does not tell an address", async () => {
    const ids = async () => (await db.collection("rate_limits").listDocuments()).map(({ id }) => id);
    await book(one, 0, "203.0.113.11", { name: "A" });
    const before = await ids();
    const other = await limited({ addressHmacSecret: "another" });
    await book(other, 0, "203.0.113.11", { name: "A" });
    expect((await ids()).length).toBe(before.length + 1);
  });

  it("cost a read and a write, and nothing for a client over the limit", async () => {
    await countStatuses(10, () =>
      send(one.url, { method: "DELETE", path: "/bookings", headers: sentFrom("203.0.113.12") }),
    );
    await project.emulator.resetUsage();
    await countStatuses(20, () =>
      send(one.url, { method: "DELETE", path: "/bookings", headers: sentFrom("203.0.113.12") }),
    );
    expect(await project.emulator.usage()).toMatchObject({ reads: 0, writes: 0 });
    await send(one.url, { method: "DELETE", path: "/bookings", headers: sentFrom("203.0.113.13") });
    expect(await project.emulator.usage()).toMatchObject({ reads: 1, writes: 1 });
  });

  it("that Firestore does not count let requests through, up to the limit in each instance", async () => {
    await project.emulator.setFaults({
      seed: 1,
      faults: [{ method: "Commit", probability: 1, effect: "UNAVAILABLE" }],
    });
    const ask = () =>
      send(one.url, { method: "DELETE", path: "/bookings", headers: sentFrom("203.0.113.14") });
    try {
      expect(await countStatuses(11, ask)).toEqual({ 405: 10, 429: 1 });
    } finally {
      await project.emulator.clearFaults();
    }
  });
});
