import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openManagedShop, type ManagedShop } from "../management/support.ts";
import { EventClient } from "../support/event-source.ts";
import { openProject } from "../support/firestore.ts";
import { instanceStarter } from "../support/instance.ts";
import { at, MONDAY, TUESDAY } from "../support/shop.ts";
import { signedIn } from "../support/token.ts";
import { waitFor } from "../support/wait-for.ts";

const project = openProject("calendar-stream");
const start = instanceStarter(project);
const clients: EventClient[] = [];
const ADA = "/mechanics/ada/calendar";
/** The promise: the day again within a second of a change's answer. */
const WITHIN_MS = 1_000;
let shop: ManagedShop;
let shops = 0;

beforeEach(async () => {
  shop = await openManagedShop(project, `calendar-stream-${(shops += 1)}`);
});
afterEach(() => clients.splice(0).forEach((client) => client.close()));

async function follow(path: string, { headers = shop.admin, lastId = "", from = shop.instance } = {}) {
  const url = `${from.streamsUrl}/v1/shops/${shop.id}${path}`;
  const client = await EventClient.connect(url, lastId === "" ? undefined : lastId, headers);
  clients.push(client);
  return client;
}

/** The next event, which must come within the promised time. */
async function nextDay(stream: EventClient): Promise<any> {
  const { event, data } = await stream.next(WITHIN_MS);
  expect(event).toBe("day");
  return data;
}

const timesOf = (day: any) => day.events.map((event: any) => event.start_time);

describe("a stream of a mechanic's day", () => {
  it("begins with the day that GET answers", async () => {
    await shop.book("10:00");
    const stream = await follow(`${ADA}/stream?date=${MONDAY}`, { headers: shop.ada });
    expect(stream.response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(stream.response.headers.get("cache-control")).toBe("no-store, no-transform");
    const { data } = await stream.next();
    expect(data).toEqual((await shop.send("GET", `${ADA}?date=${MONDAY}`)).body);
  });

  it("sends the day again after a booking, a move, a cancellation, an exception and a new schedule", async () => {
    const other = await start();
    const stream = await follow(`${ADA}/stream?date=${MONDAY}`, { from: other });
    expect(timesOf((await stream.next()).data)).toEqual([]);
    const { booking } = await shop.book("10:00");
    expect(timesOf(await nextDay(stream))).toEqual(["10:00"]);
    await shop.move(booking.id, { start: at(MONDAY, "11:00") }, shop.admin);
    expect(timesOf(await nextDay(stream))).toEqual(["11:00"]);
    await project.db.doc(`shops/${shop.id}/exceptions/away`).set({
      ...{ mechanic_id: "ada", from_date: MONDAY, to_date: MONDAY, effect: "unavailable" },
      ...{ start_time: "09:00", end_time: "12:00", rrule: null },
    });
    const away = await nextDay(stream);
    expect(timesOf(away)).toEqual(["09:00", "11:00"]);
    expect(away.events[1]).toMatchObject({ booking_id: booking.id, outside_hours: true });
    const hours = { weekly_schedule: { monday: [{ start_time: "15:00", end_time: "16:00" }] } };
    expect((await shop.change("PUT", "/mechanics/ada/schedule", hours)).status).toBe(200);
    expect(await nextDay(stream)).toMatchObject({ open: [{ start_time: "15:00", end_time: "16:00" }] });
    await shop.cancel(booking.id, shop.admin);
    expect(timesOf(await nextDay(stream))).toEqual(["09:00"]);
    expect(await stream.isQuiet()).toBe(true);
  });

  it("sends nothing for other days and mechanics", async () => {
    const stream = await follow(`${ADA}/stream?date=${MONDAY}`);
    await stream.next();
    await shop.book("14:00", { mechanic_id: "grace" });
    await shop.book("10:00", { start: at(TUESDAY, "10:00") });
    expect(await stream.isQuiet()).toBe(true);
  });

  it("begins with the next change for a client that has the present day", async () => {
    const first = await follow(`${ADA}/stream?date=${MONDAY}`);
    const { id = "" } = await first.next();
    const again = await follow(`${ADA}/stream?date=${MONDAY}`, { lastId: id });
    expect(await again.isQuiet()).toBe(true);
    await shop.book("10:00");
    expect(timesOf(await nextDay(again))).toEqual(["10:00"]);
  });

  it("listens once for several clients, and no longer when they have gone", async () => {
    const { calendarFeeds, watches } = shop.instance.context;
    const streams = [];
    for (let index = 0; index < 3; index += 1) {
      streams.push(await follow(`${ADA}/stream?date=${MONDAY}`));
    }
    await Promise.all(streams.map((stream) => stream.next()));
    expect(calendarFeeds.size).toBe(1);
    streams.forEach((stream) => stream.close());
    await waitFor(() => calendarFeeds.size === 0 && watches.size === 0);
  });

  it("ends when the shop gets another time zone, and when the mechanic's document goes", async () => {
    const stream = await follow(`${ADA}/stream?date=${MONDAY}`);
    await stream.next();
    await project.db.doc(`shops/${shop.id}`).update({ time_zone: "Asia/Tokyo" });
    await stream.closed();
    const later = await follow(`${ADA}/stream?date=${MONDAY}`);
    await later.next();
    await project.db.doc(`shops/${shop.id}/mechanics/ada`).delete();
    await later.closed();
  });

  it("ends by itself before the function's time is up", async () => {
    const short = await start({ config: { streamSeconds: 1 } });
    const stream = await follow(`${ADA}/stream?date=${MONDAY}`, { from: short });
    await stream.next();
    await stream.closed(3_000);
  });
});

describe("a stream of a shop's day", () => {
  it("shows a booking that changes its mechanic in one event", async () => {
    const { booking } = await shop.book("14:00");
    const stream = await follow(`/calendar/stream?date=${MONDAY}`);
    const countsOf = (day: any) => day.mechanics.map((one: any) => [one.mechanic_id, one.events.length]);
    expect(countsOf((await stream.next()).data)).toEqual([
      ["ada", 1],
      ["grace", 0],
    ]);
    await shop.move(booking.id, { start: at(MONDAY, "14:00"), mechanic_id: "grace" }, shop.admin);
    expect(countsOf(await nextDay(stream))).toEqual([
      ["ada", 0],
      ["grace", 1],
    ]);
  });
});

describe("a calendar stream", () => {
  it.each([
    ["nobody", () => ({}), 401, 401],
    ["a customer", () => signedIn("mei"), 403, 403],
    ["another mechanic", () => shop.grace, 403, 403],
    ["another shop's admin", () => signedIn("x", { role: "admin", shopId: "elsewhere" }), 404, 404],
  ])("is closed to %s", async (_who, headers, ofMechanic, ofShop) => {
    const own = await follow(`${ADA}/stream?date=${MONDAY}`, { headers: headers() });
    expect(own.response.status).toBe(ofMechanic);
    const all = await follow(`/calendar/stream?date=${MONDAY}`, { headers: headers() });
    expect(all.response.status).toBe(ofShop);
  });

  it("is refused for an unknown mechanic and a malformed date", async () => {
    expect((await follow(`/mechanics/unknown/calendar/stream?date=${MONDAY}`)).response.status).toBe(404);
    expect((await follow(`${ADA}/stream?date=yesterday`)).response.status).toBe(422);
    expect((await follow(`${ADA}/stream`)).response.status).toBe(422);
  });

  it("counts for the limit of streams", async () => {
    const small = await start({ config: { streamsPerInstance: 1 } });
    const first = await follow(`${ADA}/stream?date=${MONDAY}`, { from: small });
    await first.next();
    const second = await follow(`/calendar/stream?date=${MONDAY}`, { from: small });
    expect(second.response.status).toBe(503);
  });

  it("has an address of its own, which the API names", async () => {
    const api = await start({ config: { streamsAddress: "https://streams.example" } });
    for (const path of [`${ADA}/stream`, "/calendar/stream"]) {
      const { status, body } = await api.client.get<any>(`/v1/shops/${shop.id}${path}`);
      const stream_url = `https://streams.example/v1/shops/${shop.id}${path}`;
      expect([status, body.details]).toEqual([404, { stream_url }]);
    }
  });
});
