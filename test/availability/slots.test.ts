import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ErrorBody, SlotBody } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { startInstance, type Instance } from "../support/instance.ts";
import { CUSTOMER, MONDAY, seedShop, TUESDAY } from "../support/shop.ts";

const project = openProject("slots-more");
const SHOP = "places";
let instance: Instance;
let client: Instance["client"];

beforeAll(async () => {
  const places = ["09:00-12:00 main", "13:00-15:00 north"].map((text) => {
    const [hours = "", location_id] = text.split(" ");
    const [start_time = "", end_time = ""] = hours.split("-");
    return { start_time, end_time, location_id };
  });
  await seedShop(project.db, SHOP, {
    mechanics: { ada: { specialties: ["inspection"], weekly_schedule: { monday: places, tuesday: places } } },
  });
  instance = await startInstance(project);
  ({ client } = instance);
});
afterAll(() => instance.close());

describe("slots of one location", () => {
  it("lists the slots of the hours worked there", async () => {
    const { body } = await client.slots(SHOP, MONDAY, MONDAY, { location_id: "north" });
    expect(body.slots.map(({ start, location_id }) => [start.slice(11, 16), location_id])).toEqual([
      ["13:00", "north"],
      ["14:00", "north"],
    ]);
    const legacy = await client.availability(SHOP, MONDAY, { location_id: "north" });
    expect(legacy.body.map(({ start }) => start.slice(11, 16))).toEqual(["13:00", "14:00"]);
  });

  it("lists none where no mechanic works", async () => {
    const { status, body } = await client.slots(SHOP, MONDAY, MONDAY, { location_id: "south" });
    expect([status, body.slots]).toEqual([200, []]);
  });
});

describe("a time zone to present in", () => {
  it("changes how times are written, not which slots there are", async () => {
    const shopTime = await client.slots(SHOP, MONDAY, TUESDAY, { service_id: "inspection" });
    const tokyo = await client.slots(SHOP, MONDAY, TUESDAY, {
      service_id: "inspection",
      time_zone: "Asia/Tokyo",
    });
    expect(tokyo.body.time_zone).toBe("Asia/Tokyo");
    expect(tokyo.body.slots[0]?.start).toBe(`${MONDAY}T23:00:00+09:00`);
    const instants = (slots: readonly SlotBody[]) => slots.map(({ start }) => Date.parse(start));
    expect(instants(tokyo.body.slots)).toEqual(instants(shopTime.body.slots));
    expect(tokyo.body.slots.map(({ id }) => id)).toEqual(shopTime.body.slots.map(({ id }) => id));
  });
});

describe("a range of dates", () => {
  it("has 62 dates a page and says where the next begins, until the range ends", async () => {
    const ask = { shop_id: SHOP, to_date: "2026-12-31" };
    const starts: string[] = [];
    let from_date: string | null = "2026-01-01";
    while (from_date !== null) {
      const page: { body: RangeBody } = await client.get("/availability", { ...ask, from_date });
      expect(page.body).toMatchObject({ from_date, time_zone: "America/New_York" });
      expect(page.body.days.length).toBeLessThanOrEqual(62);
      expect(page.body.days[0]?.date).toBe(from_date);
      starts.push(from_date);
      from_date = page.body.next_from_date;
    }
    expect(starts).toEqual([
      "2026-01-01",
      "2026-03-04",
      "2026-05-05",
      "2026-07-06",
      "2026-09-06",
      "2026-11-07",
    ]);
  });

  it("gives each date what that date alone gives", async () => {
    const range = await client.get<RangeBody>("/availability", {
      shop_id: SHOP,
      from_date: MONDAY,
      to_date: TUESDAY,
    });
    const [monday, tuesday] = [
      await client.availability(SHOP, MONDAY),
      await client.availability(SHOP, TUESDAY),
    ];
    expect(range.body.days.map(({ slots }) => slots)).toEqual([monday.body, tuesday.body]);
  });

  it("takes one read of the days and three queries, whatever the number of dates", async () => {
    const ask = { shop_id: SHOP, from_date: "2027-03-01", to_date: "2027-03-31" };
    await client.get("/availability", { ...ask, shop_id: SHOP, to_date: "2027-03-01" });
    await project.emulator.resetUsage();
    const cold = await client.get<RangeBody>("/availability", ask);
    expect(cold.headers.get("x-cache")).toBe("MISS");
    let { by_method } = await project.emulator.usage();
    // The thirty dates that are missing: mechanics, exceptions, ledgers. No shift crosses midnight.
    expect(by_method["RunQuery"]?.calls).toBe(3);
    expect(by_method["BatchGetDocuments"]?.calls).toBe(1);

    await project.emulator.resetUsage();
    const cached = await client.get<RangeBody>("/availability", ask);
    expect(cached.headers.get("x-cache")).toBe("HIT");
    expect(cached.body).toEqual(cold.body);
    ({ by_method } = await project.emulator.usage());
    expect(by_method).toEqual({ BatchGetDocuments: { calls: 1, reads: 32, writes: 0, deletes: 0 } });
  });

  it("asks for many scattered dates in one query", async () => {
    const all = { shop_id: SHOP, from_date: "2028-01-01", to_date: "2028-03-02" };
    for (let day = 1; day <= 31; day += 2) {
      await client.availability(SHOP, `2028-01-${String(day).padStart(2, "0")}`);
    }
    await project.emulator.resetUsage();
    expect((await client.get("/availability", all)).status).toBe(200);
    expect((await project.emulator.usage()).by_method["RunQuery"]?.calls).toBe(3);
  });
});

interface RangeBody {
  readonly days: readonly { date: string; slots: readonly unknown[] }[];
  readonly next_from_date: string | null;
}

interface FirstBody {
  readonly slot: SlotBody | null;
  readonly next_from: string | null;
}

describe("the next free slot", () => {
  const first = (query: Record<string, string>, shop = SHOP) =>
    client.get<FirstBody>(`/v1/shops/${shop}/slots`, { view: "first", service_id: "inspection", ...query });

  it("is the first of the list, on the same date or days later", async () => {
    const monday = await first({ from: MONDAY });
    const listed = await client.slots(SHOP, MONDAY, MONDAY, { service_id: "inspection" });
    expect(monday.body).toEqual({
      shop_id: SHOP,
      time_zone: "America/New_York",
      slot: listed.body.slots[0],
      next_from: null,
    });
    // No mechanic works from Wednesday until Monday.
    const later = await first({ from: "2026-01-21", time_zone: "UTC" });
    expect(later.body.slot?.start).toBe("2026-01-26T14:00:00+00:00");
  });

  it("can be booked as it is", async () => {
    const { body } = await first({ from: "2026-02-02" });
    expect((await client.book(SHOP, { slot_id: body.slot?.id, customer: CUSTOMER })).status).toBe(201);
    expect((await first({ from: "2026-02-02" })).body.slot?.start).toBe("2026-02-02T09:30:00-05:00");
  });

  it("searches 107 dates in three rounds, then says where to go on", async () => {
    await seedShop(project.db, "away", {
      exceptions: [
        { mechanic_id: "*", effect: "unavailable", from_date: "2026-01-01", to_date: "2026-08-31" },
      ],
    });
    await client.slots("away", MONDAY, MONDAY);
    await project.emulator.resetUsage();
    const none = await first({ from: "2026-02-01" }, "away");
    expect(none.body).toMatchObject({ slot: null, next_from: "2026-05-19" });
    const { by_method } = await project.emulator.usage();
    expect(by_method["BatchGetDocuments"]?.calls).toBe(3);
    const again = await first({ from: "2026-05-19" }, "away");
    expect(again.body.slot?.start).toBe("2026-09-01T09:00:00-04:00");
  });

  it("is not searched for beyond the requested end or the shop's horizon", async () => {
    expect((await first({ from: "2026-01-21", to: "2026-01-25" })).body).toMatchObject({
      slot: null,
      next_from: null,
    });
    await seedShop(project.db, "near", { shop: { policy: { horizon_days: 30 } }, mechanics: {} });
    expect((await first({ from: MONDAY }, "near")).body).toMatchObject({ slot: null, next_from: null });
  });

  it("is never in the past, however early the requested start is", async () => {
    const { body } = await first({ from: "2020-01-06" });
    expect(body.slot?.start).toBe("2026-01-12T09:00:00-05:00");
  });

  it("is searched for up to the end of the calendar and no further", async () => {
    expect((await first({ from: "9999-12-29", mechanic_id: "ada" })).body).toMatchObject({ next_from: null });
  });
});

describe("a malformed question", () => {
  const onSlots = { from: MONDAY, to: MONDAY };
  it.each([
    ["a date that does not exist", { ...onSlots, from: "2026-02-30" }, "from"],
    ["a date in another notation", { ...onSlots, to: "19.01.2026" }, "to"],
    ["a range that ends before it begins", { from: TUESDAY, to: MONDAY }, "to"],
    ["a range over the limit", { from: MONDAY, to: "2027-01-20" }, "to"],
    ["a list without an end", { from: MONDAY }, "to"],
    ["an unknown zone", { ...onSlots, time_zone: "Mars/Olympus" }, "time_zone"],
    ["an offset for a zone", { ...onSlots, time_zone: "+05:00" }, "time_zone"],
    ["two zones", { ...onSlots, time_zone: ["UTC", "UTC"] }, "time_zone"],
    ["an id that is none", { ...onSlots, location_id: "a/b" }, "location_id"],
    ["another view", { ...onSlots, view: "last" }, "view"],
    ["a page of the next free slot", { from: MONDAY, view: "first", page_token: "x" }, "page_token"],
    ["a limit of the next free slot", { from: MONDAY, view: "first", limit: "3" }, "limit"],
    ["the next free slot before its start", { from: TUESDAY, to: MONDAY, view: "first" }, "to"],
    ["a length that is no number", { ...onSlots, duration_minutes: "1h" }, "duration_minutes"],
    ["a length over half a day", { ...onSlots, duration_minutes: "721" }, "duration_minutes"],
    ["a name that is unknown", { ...onSlots, tz: "UTC" }, "tz"],
  ])("is refused by its field for slots: %s", async (_what, query, path) => {
    expect(await fieldsOf(`/v1/shops/${SHOP}/slots`, query)).toEqual([422, "invalid_request", [path]]);
  });

  it.each([
    ["a date that does not exist", { date: "2026-02-30" }, "date"],
    ["both a date and a range", { date: MONDAY, from_date: MONDAY, to_date: MONDAY }, "from_date"],
    ["a date and an end", { date: MONDAY, to_date: MONDAY }, "to_date"],
    ["neither", {}, "date"],
    ["a range without its start", { to_date: MONDAY }, "from_date"],
    ["a range without its end", { from_date: MONDAY }, "to_date"],
    ["a range that ends before it begins", { from_date: TUESDAY, to_date: MONDAY }, "to_date"],
    ["a range over the limit", { from_date: MONDAY, to_date: "2027-01-20" }, "to_date"],
  ])("is refused by its field for availability: %s", async (_what, query, path) => {
    const answer = await fieldsOf("/availability", { shop_id: SHOP, ...query });
    expect(answer).toEqual([422, "invalid_request", [path]]);
  });

  it.each([
    [
      "a service that the mechanic lacks",
      { mechanic_id: "ada", service_id: "welding" },
      422,
      "not_qualified",
    ],
    [
      "a length that is not on offer",
      { service_id: "oil_change", duration_minutes: "45" },
      422,
      "invalid_duration",
    ],
    ["a service no longer on offer", { service_id: "retired" }, 422, "service_inactive"],
    ["an unknown service", { service_id: "nothing" }, 404, "not_found"],
    ["an unknown mechanic", { mechanic_id: "nobody" }, 404, "not_found"],
  ])("is refused with the same error on every path: %s", async (_what, query, status, error) => {
    for (const [path, dates] of [
      ["/availability", { shop_id: SHOP, date: MONDAY }],
      ["/availability", { shop_id: SHOP, from_date: MONDAY, to_date: TUESDAY }],
      [`/v1/shops/${SHOP}/slots`, onSlots],
      [`/v1/shops/${SHOP}/slots`, { from: MONDAY, view: "first" }],
    ] as const) {
      const answer = await client.get<ErrorBody>(path, { ...dates, ...query });
      expect([answer.status, answer.body.error]).toEqual([status, error]);
    }
  });

  async function fieldsOf(path: string, query: Readonly<Record<string, string | string[]>>) {
    const search = Object.entries(query).flatMap(([name, value]) =>
      [value].flat().map((one) => `${name}=${encodeURIComponent(one)}`),
    );
    const { status, body } = await client.get<ErrorBody>(`${path}?${search.join("&")}`);
    return [status, body.error, body.details?.fields?.map((field) => field.path)];
  }
});
