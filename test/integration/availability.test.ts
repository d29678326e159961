import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freeTimes, type ErrorBody, type LegacySlotBody } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { startInstance, type Instance } from "../support/instance.ts";
import {
  at,
  CUSTOMER,
  everyDay,
  MONDAY,
  seedShop,
  SERVICES,
  SUNDAY,
  TUESDAY,
  ZONE,
} from "../support/shop.ts";
import { admin } from "../support/token.ts";

const project = openProject("availability");
const { db } = project;
let instance: Instance;
let client: Instance["client"];

beforeAll(async () => {
  instance = await startInstance(project);
  ({ client } = instance);
});
afterAll(() => instance.close());

describe("GET /availability for a date", () => {
  beforeAll(() => seedShop(db, "general"));

  it("lists every mechanic's grid in shop wall time, ordered by start, then mechanic", async () => {
    const { status, body } = await client.availability("general", MONDAY);
    expect(status).toBe(200);
    expect(body.slice(0, 5)).toEqual([
      slot("ada", "09:00", "10:00"),
      slot("ada", "10:00", "11:00"),
      slot("ada", "11:00", "12:00"),
      slot("grace", "13:00", "14:00"),
      slot("ada", "14:00", "15:00"),
    ]);
    const order = body.map(({ start, mechanic_id }) => `${start} ${mechanic_id}`);
    expect(order).toEqual([...order].sort());
    expect(body.some(({ mechanic_id }) => mechanic_id === "alan")).toBe(false);
  });

  it("keeps a taken slot in the list, marked as not free", async () => {
    const booked = await client.book("general", {
      service_id: "inspection",
      mechanic_id: "grace",
      start: at(SUNDAY, "15:30"),
      customer: CUSTOMER,
    });
    expect(booked.status).toBe(201);
    const { body } = await client.availability("general", SUNDAY, { mechanic_id: "grace" });
    expect(body.map(({ start, is_free }) => [start.slice(11), is_free])).toEqual([
      ["13:00:00", true],
      ["14:00:00", true],
      ["15:00:00", false],
      ["16:00:00", true],
    ]);
  });

  it("lays a service's starts at the shop's slot interval and keeps its buffers clear", async () => {
    await client.book("general", {
      service_id: "inspection",
      mechanic_id: "ada",
      start: at(TUESDAY, "10:30"),
      customer: CUSTOMER,
    });
    const { body } = await client.availability("general", TUESDAY, { service_id: "oil_change" });
    expect(new Set(body.map(({ mechanic_id }) => mechanic_id))).toEqual(new Set(["ada"]));
    // 10:00-10:30 is not free: the quarter of an hour after an oil change would run into the inspection.
    expect(freeTimes(body).slice(0, 4)).toEqual(["09:00", "09:30", "11:00", "11:30"]);
    expect(body[0]).toEqual(slot("ada", "09:00", "09:30", TUESDAY));
  });

  it("narrows to one mechanic", async () => {
    const { body } = await client.availability("general", MONDAY, { mechanic_id: "grace" });
    expect(freeTimes(body)).toEqual(["13:00", "14:00", "15:00", "16:00"]);
    expect(body.every(({ mechanic_id }) => mechanic_id === "grace")).toBe(true);
  });

  it("takes another length: a multiple of the interval on the general grid, a service's own for a service", async () => {
    const general = await client.availability("general", MONDAY, {
      mechanic_id: "grace",
      duration_minutes: 90,
    });
    expect(freeTimes(general.body)).toEqual(["13:00", "14:30"]);
    const long = await client.availability("general", MONDAY, {
      service_id: "oil_change",
      duration_minutes: 60,
    });
    expect(freeTimes(long.body).slice(0, 5)).toEqual(["09:00", "09:30", "10:00", "10:30", "11:00"]);
    const odd = await client.get<ErrorBody>("/availability", {
      shop_id: "general",
      date: MONDAY,
      service_id: "oil_change",
      duration_minutes: 45,
    });
    expect(odd).toMatchObject({ status: 422, body: { error: "invalid_duration" } });
  });

  it.each([1, 45])(
    "refuses %i minutes on the general grid, not a multiple of the interval",
    async (minutes) => {
      const query = { duration_minutes: minutes };
      const ranges = { shop_id: "general", from_date: MONDAY, to_date: TUESDAY, ...query };
      for (const { status, body } of [
        await client.availability("general", MONDAY, query),
        await client.get("/availability", ranges),
        await client.slots("general", MONDAY, TUESDAY, query),
      ]) {
        expect(status).toBe(422);
        expect(body).toMatchObject({
          error: "invalid_request",
          details: { fields: [{ path: "duration_minutes" }] },
        });
      }
    },
  );

  it("uses the shop `default` where none is named, and answers an empty list for a closed day", async () => {
    expect((await client.get("/availability", { date: MONDAY })).status).toBe(404);
    await seedShop(db, "default", { mechanics: { ada: { weekly_schedule: {} } } });
    const { status, body } = await client.get<LegacySlotBody[]>("/availability", { date: MONDAY });
    expect([status, body]).toEqual([200, []]);
  });

  it.each([
    ["an unknown shop", { shop_id: "nobody" }, 404, "not_found"],
    ["an unknown service", { service_id: "nothing" }, 404, "not_found"],
    ["an unknown mechanic", { mechanic_id: "nobody" }, 404, "not_found"],
    ["a service that is not offered any more", { service_id: "retired" }, 422, "service_inactive"],
    ["a mechanic who has left", { mechanic_id: "alan" }, 422, "mechanic_inactive"],
    ["one who does not offer it", { service_id: "oil_change", mechanic_id: "grace" }, 422, "not_qualified"],
  ])("refuses %s", async (_what, query, status, error) => {
    const answer = await client.get<ErrorBody>("/availability", {
      shop_id: "general",
      date: MONDAY,
      ...query,
    });
    expect(answer).toMatchObject({ status, body: { error } });
  });

  it("does not offer what is past, too near or beyond the horizon", async () => {
    await seedShop(db, "bounded", { shop: { policy: { lead_time_minutes: 120, horizon_days: 7 } } });
    // It is 07:00 on 12 January; with the lead time Ada's first start is at 09:00, one minute later it is too late.
    const query = { mechanic_id: "ada", fresh: true };
    const free = async (date: string) =>
      freeTimes((await client.availability("bounded", date, query, admin("bounded"))).body);
    expect((await free("2026-01-12"))[0]).toBe("09:00");
    instance.clock.advance({ minutes: 1 });
    expect((await free("2026-01-12"))[0]).toBe("10:00");
    instance.clock.advance({ minutes: -1 });
    expect((await free(MONDAY))[0]).toBe("09:00");
    expect(await free(TUESDAY)).toEqual([]);
  });

  it("follows exceptions: unavailable hours are cut out, extra hours replace the template", async () => {
    await seedShop(db, "exceptional", {
      exceptions: [
        exception("ada", "unavailable", "10:00", "11:00"),
        exception("grace", "available", "07:00", "09:00"),
        { mechanic_id: "*", from_date: TUESDAY, effect: "unavailable" },
      ],
    });
    const { body } = await client.availability("exceptional", MONDAY);
    expect(freeTimes(body, "ada").slice(0, 3)).toEqual(["09:00", "11:00", "14:00"]);
    expect(freeTimes(body, "grace")).toEqual(["07:00", "08:00"]);
    expect((await client.availability("exceptional", TUESDAY)).body).toEqual([]);
  });

  it("shows a shift past midnight on both dates, each start on its own", async () => {
    await seedShop(db, "nightly", {
      mechanics: {
        owl: {
          specialties: ["inspection"],
          weekly_schedule: {
            monday: [{ start_time: "22:00", end_time: "24:00" }],
            tuesday: [{ start_time: "00:00", end_time: "02:00" }],
          },
        },
      },
    });
    const monday = await client.availability("nightly", MONDAY, { duration_minutes: 90 });
    expect(monday.body.map(({ start, end }) => [start, end])).toEqual([
      [`${MONDAY}T22:00:00`, `${MONDAY}T23:30:00`],
      [`${MONDAY}T23:30:00`, `${TUESDAY}T01:00:00`],
    ]);
  });

  it.each([
    ["skips the hour that the clock skips", "2026-03-08", ["01:00", "03:00", "04:00"]],
    [
      "serves the hour that the clock repeats twice",
      "2026-11-01",
      ["01:00", "01:00", "02:00", "03:00", "04:00"],
    ],
  ])("%s", async (_what, date, starts) => {
    await seedShop(db, "clock-change", { mechanics: { ada: { weekly_schedule: everyDay("01:00-05:00") } } });
    expect(freeTimes((await client.availability("clock-change", date)).body)).toEqual(starts);
  });
});

describe("isolation", () => {
  it("never mixes shops that share ids", async () => {
    await seedShop(db, "left", { mechanics: { ada: { weekly_schedule: everyDay("09:00-10:00") } } });
    await seedShop(db, "right", { mechanics: { ada: { weekly_schedule: everyDay("20:00-21:00") } } });
    expect(freeTimes((await client.availability("left", MONDAY)).body)).toEqual(["09:00"]);
    expect(freeTimes((await client.availability("right", MONDAY)).body)).toEqual(["20:00"]);
  });

  it("answers in the shop's own zone, whatever the server's is", async () => {
    const hours = { mechanics: { ada: { weekly_schedule: everyDay("09:00-10:00") } }, services: SERVICES };
    await seedShop(db, "tokyo", { shop: { time_zone: "Asia/Tokyo" }, ...hours });
    const { body } = await client.slots("tokyo", MONDAY, MONDAY);
    expect(body).toMatchObject({
      time_zone: "Asia/Tokyo",
      slots: [{ start: `${MONDAY}T09:00:00+09:00`, end: `${MONDAY}T10:00:00+09:00` }],
    });
    expect(ZONE).not.toBe("Asia/Tokyo");
  });
});

function slot(mechanic_id: string, from: string, to: string, date = MONDAY) {
  return { start: `${date}T${from}:00`, end: `${date}T${to}:00`, is_free: true, mechanic_id };
}

function exception(
  mechanic_id: string,
  effect: "unavailable" | "available",
  start_time: string,
  end_time: string,
) {
  return { mechanic_id, from_date: MONDAY, effect, start_time, end_time };
}
