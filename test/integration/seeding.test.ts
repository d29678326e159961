import { FieldValue } from "firebase-admin/firestore";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { freeTimes, type ErrorBody } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { startInstance, type Instance } from "../support/instance.ts";
import { at, CUSTOMER, MONDAY, seedShop, TUESDAY } from "../support/shop.ts";
import { signedIn } from "../support/token.ts";
import { millis } from "../../functions/src/engine/units.ts";

const project = openProject("seeding");
const { db } = project;
const SEED = "/availability/seed";
let instance: Instance;
let client: Instance["client"];
let shopId = "";
let shops = 0;

beforeAll(async () => {
  instance = await startInstance(project);
  ({ client } = instance);
});
beforeEach(async () => {
  shopId = `seeded-${(shops += 1)}`;
  await seedShop(db, shopId);
});
afterAll(() => instance.close());

const day = (date = MONDAY) => db.doc(`shops/${shopId}/availability/${date}`);
const admin = () => signedIn("boss", { role: "admin", shopId });
const seed = (body: object = {}) =>
  client.post(SEED, { shop_id: shopId, start_date: MONDAY, days: 2, ...body }, admin());
const listed = async () =>
  (await client.slots(shopId, MONDAY, MONDAY)).body.slots.map(({ mechanic_id }) => mechanic_id);
const book = (mechanic_id: string, time: string) =>
  client.book(shopId, { service_id: "inspection", mechanic_id, start: at(MONDAY, time), customer: CUSTOMER });

describe("POST /availability/seed", () => {
  it("writes days in the old format: a list of slots in shop wall time, nothing generated", async () => {
    const { status, body } = await seed();
    expect(status).toBe(200);
    expect(body).toEqual({
      shop_id: shopId,
      seeded: [
        { date: MONDAY, slots: 11 },
        { date: TUESDAY, slots: 11 },
      ],
    });
    const stored = (await day().get()).data() ?? {};
    expect(stored["generated_dynamically"]).toBeUndefined();
    expect(stored["slots"]).toContainEqual({
      start: `${MONDAY}T09:00:00`,
      end: `${MONDAY}T10:00:00`,
      is_free: true,
      mechanic_id: "ada",
    });
  });

  it("accepts the last date of the calendar and refuses days beyond it", async () => {
    const { status, body } = await client.post<ErrorBody>(
      SEED,
      { shop_id: shopId, start_date: "9999-12-30", days: 5 },
      admin(),
    );
    expect([status, body.error]).toEqual([422, "invalid_request"]);
    expect(body.details?.fields?.map(({ path }) => path)).toEqual(["days"]);
    expect((await seed({ start_date: "9999-12-30", days: 1 })).status).toBe(200);
  });

  it("seeds a week from today by default", async () => {
    const { body } = await client.post<{ seeded: { date: string }[] }>(SEED, { shop_id: shopId }, admin());
    expect(body.seeded.map(({ date }) => date)).toEqual(
      Array.from({ length: 7 }, (_, index) => `2026-01-${12 + index}`),
    );
  });

  it("stores neither bookings nor the daily limit nor the horizon, which are applied at every answer", async () => {
    await db.doc(`shops/${shopId}/mechanics/ada`).update({ max_bookings_per_day: 1 });
    await db.doc(`shops/${shopId}`).update({ "policy.horizon_days": 7 });
    await book("ada", "10:30");
    await seed();
    for (const date of [MONDAY, TUESDAY]) {
      const stored = (await day(date).get()).get("slots") as { is_free: boolean }[];
      expect(stored).toHaveLength(11);
      expect(stored.filter(({ is_free }) => !is_free)).toEqual([]);
    }
  });

  it("writes a line to the audit trail", async () => {
    await seed();
    const trail = await db.collection(`shops/${shopId}/audit`).get();
    expect(trail.docs.map((line) => line.data())).toMatchObject([
      { action: "days_seeded", actor: { kind: "admin", uid: "boss" }, details: { dates: [MONDAY, TUESDAY] } },
    ]);
  });

  it.each([
    ["a request without a token", {}, 401, "unauthenticated"],
    ["a broken token", { authorization: "Bearer nonsense" }, 401, "unauthenticated"],
    ["another scheme", { authorization: "Basic Ym9zczpib3Nz" }, 401, "unauthenticated"],
    ["a customer", signedIn("someone"), 403, "forbidden"],
    ["a mechanic", signedIn("ada", { role: "mechanic", mechanicId: "ada" }), 403, "forbidden"],
    ["another shop's admin", signedIn("boss", { role: "admin", shopId: "elsewhere" }), 404, "not_found"],
    ["an admin of no shop", signedIn("boss", { role: "admin", shopId: "" }), 403, "forbidden"],
    [
      "an admin whose token has expired",
      signedIn("boss", { role: "admin" }, millis(0)),
      401,
      "unauthenticated",
    ],
  ])("refuses %s", async (_who, headers, status, error) => {
    const answer = await client.post<ErrorBody>(SEED, { shop_id: shopId }, headers);
    expect(answer).toMatchObject({ status, body: { error } });
    expect((await day().get()).exists).toBe(false);
  });

  it("answers 404 for a shop that does not exist", async () => {
    const body = { shop_id: "nobody" };
    const answer = await client.post(SEED, body, signedIn("root", { role: "admin", shopId: "*" }));
    expect(answer).toMatchObject({ status: 404, body: { error: "not_found" } });
  });

  it.each([
    [{ days: 0 }, "days"],
    [{ days: 63 }, "days"],
    [{ days: "7" }, "days"],
    [{ start_date: "2026-02-30" }, "start_date"],
    [{ from: MONDAY }, "from"],
  ])("refuses %j and names the field", async (body, path) => {
    const answer = await client.post<ErrorBody>(SEED, { shop_id: shopId, ...body }, admin());
    expect(answer).toMatchObject({ status: 422, body: { error: "invalid_request" } });
    expect(answer.body.details?.fields?.map((field) => field.path)).toEqual([path]);
  });
});

describe("a seeded day", () => {
  it("is answered as stored, even where the schedule differs", async () => {
    await seed();
    await db.doc(`shops/${shopId}/mechanics/ada`).update({ weekly_schedule: {} });
    const { headers, body } = await client.availability(shopId, MONDAY);
    expect(headers.get("x-cache")).toBe("HIT");
    expect(freeTimes(body, "ada")).toEqual(["09:00", "10:00", "11:00", "14:00", "15:00", "16:00", "17:00"]);
  });

  it("shows what was booked since as taken", async () => {
    await seed();
    expect((await book("ada", "10:30")).status).toBe(201);
    const { body } = await client.availability(shopId, MONDAY, { mechanic_id: "ada" });
    expect(freeTimes(body)).toEqual(["09:00", "11:00", "14:00", "15:00", "16:00", "17:00"]);
    expect(body).toHaveLength(7);
  });

  it("offers a slot again that was taken when it was seeded and cancelled since", async () => {
    await db.doc(`shops/${shopId}/mechanics/ada`).update({ max_bookings_per_day: 1 });
    const { body: booked } = await book("ada", "10:30");
    await seed();
    expect(freeTimes((await client.availability(shopId, MONDAY)).body, "ada")).toEqual([]);
    await client.request("DELETE", `/v1/shops/${shopId}/bookings/${booked.booking.id}`, {
      headers: { "x-manage-token": booked.manage_token ?? "" },
    });
    const { headers, body } = await client.availability(shopId, MONDAY);
    expect(headers.get("x-cache")).toBe("HIT");
    expect(freeTimes(body, "ada")).toEqual(["09:00", "10:00", "11:00", "14:00", "15:00", "16:00", "17:00"]);
  });

  it("offers nothing of a mechanic who has reached the daily limit", async () => {
    await db.doc(`shops/${shopId}/mechanics/ada`).update({ max_bookings_per_day: 1 });
    await seed();
    await book("ada", "10:30");
    const { body } = await client.availability(shopId, MONDAY);
    expect([freeTimes(body, "ada"), freeTimes(body, "grace")]).toEqual([
      [],
      ["13:00", "14:00", "15:00", "16:00"],
    ]);
    expect(await listed()).toEqual(["grace", "grace", "grace", "grace"]);
  });

  it("offers nothing beyond the horizon, which moves on with the clock", async () => {
    await seed();
    await db.doc(`shops/${shopId}`).update({ "policy.horizon_days": 6 });
    expect(freeTimes((await client.availability(shopId, MONDAY)).body)).toEqual([]);
    expect(await listed()).toEqual([]);
    instance.clock.set("2026-01-13T12:00:00Z");
    expect(freeTimes((await client.availability(shopId, MONDAY)).body)).toHaveLength(11);
    instance.clock.set("2026-01-12T12:00:00Z");
  });

  it("offers nothing of a mechanic whose ledger cannot be read", async () => {
    await seed();
    await db.doc(`shops/${shopId}/ledger/ada_${MONDAY}`).set({ date: MONDAY, entries: [] });
    const { status, body } = await client.availability(shopId, MONDAY);
    expect([status, freeTimes(body, "ada"), freeTimes(body, "grace").length]).toEqual([200, [], 4]);
  });

  it("offers nothing of a mechanic who has left", async () => {
    await seed();
    await db.doc(`shops/${shopId}/mechanics/ada`).update({ active: false });
    const { body } = await client.availability(shopId, MONDAY);
    expect([body.length, freeTimes(body, "ada")]).toEqual([11, []]);
    expect(await listed()).toEqual(["grace", "grace", "grace", "grace"]);
  });

  it("keeps its answers when level 1 also holds a generated day", async () => {
    const remembering = await startInstance(project, { config: { level1Seconds: 60 } });
    await seed();
    await db.doc(`shops/${shopId}/mechanics/ada`).update({ weekly_schedule: {} });
    const ask = (query = {}) => remembering.client.availability(shopId, MONDAY, query, admin());
    const { body: before } = await ask();
    for (const beside of [{ service_id: "inspection" }, { fresh: true }]) {
      await ask(beside);
      const { headers, body } = await ask();
      expect([headers.get("x-cache"), body]).toEqual(["HIT", before]);
    }
    await remembering.close();
  });

  it("is not used for services, whose slots are generated", async () => {
    await seed();
    const { body } = await client.availability(shopId, MONDAY, {
      service_id: "inspection",
      mechanic_id: "grace",
    });
    expect(freeTimes(body).slice(0, 3)).toEqual(["13:00", "13:30", "14:00"]);
    expect((await day().get()).get("slots")).toBeDefined();
  });

  it("is superseded for good when its epoch is bumped", async () => {
    await seed();
    await day().update({ epoch: FieldValue.increment(1) });
    expect((await client.availability(shopId, MONDAY)).headers.get("x-cache")).toBe("MISS");
    const stored = (await day().get()).data() ?? {};
    expect(stored["generated_dynamically"]).toBe(true);
    expect(stored["slots"]).toBeUndefined();
    expect((await client.availability(shopId, MONDAY)).headers.get("x-cache")).toBe("HIT");
  });

  it("is superseded when the catalog changes", async () => {
    await seed();
    await db.doc(`shops/${shopId}`).update({ catalog_version: FieldValue.increment(1) });
    expect((await client.availability(shopId, MONDAY)).headers.get("x-cache")).toBe("MISS");
  });

  it("takes the place of a generated day", async () => {
    await client.availability(shopId, MONDAY);
    await seed();
    const stored = (await day().get()).data() ?? {};
    expect(stored["mechanics"]).toBeUndefined();
    expect((await client.availability(shopId, MONDAY)).headers.get("x-cache")).toBe("HIT");
  });
});

describe("a day that the old system wrote, without any counter", () => {
  const slot = (start: string, end: string, is_free: boolean, mechanic_id = "ada") => ({
    start: `${MONDAY}T${start}:00`,
    end: `${MONDAY}T${end}:00`,
    is_free,
    mechanic_id,
  });
  const slots = [
    slot("08:00", "09:00", true, "mechanic_123"),
    slot("09:00", "10:00", true),
    slot("10:00", "11:00", false),
  ];
  beforeEach(() => day().set({ slots }));

  it("is answered slot by slot, with slots of unknown mechanics not free", async () => {
    const { headers, body } = await client.availability(shopId, MONDAY);
    expect(headers.get("x-cache")).toBe("HIT");
    expect(body).toEqual([slot("08:00", "09:00", false, "mechanic_123"), ...slots.slice(1)]);
    expect((await client.slots(shopId, MONDAY, MONDAY)).body.slots).toMatchObject([
      { start: `${MONDAY}T09:00:00-05:00`, mechanic_id: "ada" },
    ]);
  });

  it.each([
    ["that takes no time", slot("11:00", "11:00", true)],
    ["that ends before it starts", slot("11:00", "10:30", true)],
    [
      "of another date",
      { ...slot("09:00", "10:00", true), start: `${TUESDAY}T09:00:00`, end: `${TUESDAY}T10:00:00` },
    ],
  ])("does not offer a slot %s", async (_what, odd) => {
    await day().set({ slots: [odd] });
    expect((await client.availability(shopId, MONDAY)).body).toEqual([{ ...odd, is_free: false }]);
    expect((await client.slots(shopId, MONDAY, MONDAY)).body.slots).toEqual([]);
  });

  it("shows bookings as taken and keeps its slots", async () => {
    expect((await book("ada", "09:00")).status).toBe(201);
    const { body } = await client.availability(shopId, MONDAY);
    expect(freeTimes(body)).toEqual([]);
    expect((await day().get()).get("slots")).toEqual(slots);
  });

  it("shows a slot as not free when it is too late to book it", async () => {
    instance.clock.set(at(MONDAY, "08:30"));
    expect(freeTimes((await client.availability(shopId, MONDAY)).body)).toEqual(["09:00"]);
    instance.clock.set(at(MONDAY, "09:30"));
    expect(freeTimes((await client.availability(shopId, MONDAY)).body)).toEqual([]);
    instance.clock.set("2026-01-12T12:00:00Z");
  });

  it("shows a slot with unreadable times as not free", async () => {
    await day().set({ slots: [{ start: "nine", end: "ten", is_free: true, mechanic_id: "ada" }] });
    const { status, body } = await client.availability(shopId, MONDAY);
    expect([status, body]).toEqual([
      200,
      [{ start: "nine", end: "ten", is_free: false, mechanic_id: "ada" }],
    ]);
  });

  it.each([
    ["nulls", [null]],
    ["texts", ["09:00"]],
    ["slots without times", [{ is_free: true, mechanic_id: "ada" }]],
    ["slots of numbers", [{ start: 9, end: 10, is_free: "yes", mechanic_id: 7 }]],
  ])("is answered without entries that are no slots: %s", async (_what, list) => {
    await day().set({ slots: [...slots, ...list] });
    const { status, body } = await client.availability(shopId, MONDAY);
    expect([status, body]).toEqual([200, [slot("08:00", "09:00", false, "mechanic_123"), ...slots.slice(1)]]);
  });
});
