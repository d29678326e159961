import { FieldValue, Timestamp } from "firebase-admin/firestore";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Client, type ErrorBody } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { instanceStarter, type Instance, type InstanceOptions } from "../support/instance.ts";
import { at, CUSTOMER, everyDay, MONDAY, seedShop } from "../support/shop.ts";
import { waitFor } from "../support/wait-for.ts";
import { applied, EventClient } from "../support/event-source.ts";

const project = openProject("stream");
const { db } = project;
const start = instanceStarter(project);
const clients: EventClient[] = [];
let shopId = "";
let shops = 0;

beforeEach(async () => {
  shopId = `shop-${(shops += 1)}`;
  await seedShop(db, shopId);
});
afterEach(() => clients.splice(0).forEach((client) => client.close()));

async function open(
  { streamsUrl }: Instance,
  query: Record<string, string> = {},
  lastId?: string,
): Promise<EventClient> {
  const search = new URLSearchParams({ date: MONDAY, service_id: "inspection", ...query });
  const client = await EventClient.connect(
    `${streamsUrl}/v1/shops/${shopId}/slots/stream?${search.toString()}`,
    lastId,
  );
  clients.push(client);
  return client;
}

const doc = (path: string) => db.doc(`shops/${shopId}${path}`);
const book = ({ client }: Instance, time: string, mechanic_id = "ada") =>
  client.book(shopId, { service_id: "inspection", mechanic_id, start: at(MONDAY, time), customer: CUSTOMER });
const times = (slots: readonly { start: string; mechanic_id: string }[], mechanic = "ada") =>
  slots.filter(({ mechanic_id }) => mechanic_id === mechanic).map(({ start }) => start.slice(11, 16));

describe("a stream of slots", () => {
  it("begins with all free slots, as the list gives them", async () => {
    const instance = await start();
    const stream = await open(instance);
    expect(stream.response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    const { event, data, id } = await stream.next();
    const listed = await instance.client.slots(shopId, MONDAY, MONDAY, { service_id: "inspection" });
    expect([event, data.slots]).toEqual(["slots", listed.body.slots]);
    expect(data).toMatchObject({ shop_id: shopId, date: MONDAY, time_zone: "America/New_York" });
    expect(id).toMatch(/^[\w-]{22}$/);
  });

  it("sends only changes: a booking removes a slot, a cancellation adds it", async () => {
    const [instance, other] = [await start(), await start()];
    const stream = await open(instance);
    await stream.next();
    const { body } = await book(other, "09:30");
    const removed = await stream.next();
    expect([removed.event, times(removed.data.slots)]).toEqual(["removed", ["09:30"]]);
    await other.client.request("DELETE", `/v1/shops/${shopId}/bookings/${body.booking.id}`, {
      headers: { "x-manage-token": body.manage_token ?? "" },
    });
    const added = await stream.next();
    expect([added.event, times(added.data.slots)]).toEqual(["added", ["09:30"]]);
    expect(await stream.isQuiet()).toBe(true);
  });

  it("is not held back by compression, and no cache may keep it", async () => {
    const { response } = await open(await start());
    expect(response.headers.get("content-encoding")).toBeNull();
    expect(response.headers.get("cache-control")).toBe("no-store, no-transform");
  });

  it("answers for one mechanic, one location, another length, in another zone", async () => {
    const stream = await open(await start(), { mechanic_id: "grace", time_zone: "UTC" });
    const { data } = await stream.next();
    expect(data.time_zone).toBe("UTC");
    expect(data.slots[0]?.start).toBe(`${MONDAY}T18:00:00+00:00`);
    expect(new Set(data.slots.map(({ mechanic_id }) => mechanic_id))).toEqual(new Set(["grace"]));
  });

  it("works without a service, on the general grid", async () => {
    const { streamsUrl } = await start();
    const stream = await EventClient.connect(`${streamsUrl}/v1/shops/${shopId}/slots/stream?date=${MONDAY}`);
    clients.push(stream);
    expect(times((await stream.next()).data.slots)).toEqual([
      "09:00",
      "10:00",
      "11:00",
      "14:00",
      "15:00",
      "16:00",
      "17:00",
    ]);
  });
});

describe("a stream of slots while it is open", () => {
  it("follows an exception that makes the day stale, and stores the day generated again", async () => {
    const stream = await open(await start());
    await stream.next();
    const batch = db.batch();
    const off = { mechanic_id: "ada", from_date: MONDAY, to_date: MONDAY, effect: "unavailable" };
    batch.create(doc("/exceptions/off"), {
      ...off,
      start_time: "09:00",
      end_time: "10:00",
      rrule: null,
    });
    batch.set(doc(`/availability/${MONDAY}`), { epoch: FieldValue.increment(1) }, { merge: true });
    await batch.commit();
    const { event, data } = await stream.next();
    expect([event, times(data.slots)]).toEqual(["removed", ["09:00", "09:30"]]);
    await waitFor(async () => (await doc(`/availability/${MONDAY}`).get()).get("filled_epoch") === 1);
    expect(await stream.isQuiet()).toBe(true);
  });

  it("follows a change of the catalog", async () => {
    const stream = await open(await start());
    await stream.next();
    const batch = db.batch();
    batch.update(doc("/mechanics/ada"), { weekly_schedule: everyDay("09:00-10:00") });
    batch.update(doc(""), { catalog_version: FieldValue.increment(1) });
    await batch.commit();
    const { event, data } = await stream.next();
    expect([event, times(data.slots).length]).toEqual(["removed", 12]);
  });

  it("follows a hold that expires without a write", async () => {
    const clock = realClock();
    const stream = await open(await start({ clock }));
    await stream.next();
    const firstMinute = Date.parse(at(MONDAY, "09:00")) / 60_000;
    const hold = {
      start: firstMinute,
      end: firstMinute + 30,
      expires_at: Timestamp.fromMillis(clock.now() + 700),
    };
    const mechanics = { ada: { busy: [hold] } };
    await doc(`/availability/${MONDAY}`).set({ mechanics }, { merge: true });
    const held = await stream.next();
    expect([held.event, times(held.data.slots)]).toEqual(["removed", ["09:00"]]);
    const freed = await stream.next();
    expect([freed.event, times(freed.data.slots)]).toEqual(["added", ["09:00"]]);
    expect(freed.at - held.at).toBeGreaterThan(400);
    expect(freed.at - held.at).toBeLessThan(1_500);
  });

  it("follows a hold that expires over a seeded day", async () => {
    const clock = realClock();
    const wall = (time: string) => `${MONDAY}T${time}:00`;
    const seeded = { start: wall("09:00"), end: wall("10:00"), is_free: true, mechanic_id: "ada" };
    await doc(`/availability/${MONDAY}`).set({ slots: [seeded] });
    const firstMinute = Date.parse(at(MONDAY, "09:00")) / 60_000;
    const expires_at = Timestamp.fromMillis(clock.now() + 1_500);
    const hold = { kind: "hold", id: "h", start: firstMinute, end: firstMinute + 30, expires_at };
    await doc(`/ledger/ada_${MONDAY}`).set({ mechanic_id: "ada", date: MONDAY, entries: [hold] });
    const { streamsUrl } = await start({ clock });
    const stream = await EventClient.connect(`${streamsUrl}/v1/shops/${shopId}/slots/stream?date=${MONDAY}`);
    clients.push(stream);
    expect((await stream.next()).data.slots).toEqual([]);
    const { event, data } = await stream.next();
    expect([event, times(data.slots)]).toEqual(["added", ["09:00"]]);
  });

  it("removes a start that has come too near", async () => {
    // The stream's clock runs; it shows 08:59:58 of the shop's Monday when it begins.
    const stream = await open(await start({ clock: realClock(`${MONDAY}T13:59:58.000Z`) }));
    expect(times((await stream.next()).data.slots)[0]).toBe("09:00");
    const { event, data } = await stream.next();
    expect([event, times(data.slots)]).toEqual(["removed", ["09:00"]]);
  });

  it("generates an expired day again", async () => {
    const stream = await open(await start({ clock: realClock(), config: { cacheTtlSeconds: 1 } }));
    await stream.next();
    const filledAt = async () => (await doc(`/availability/${MONDAY}`).get()).get("cached_at") as Timestamp;
    const first = await filledAt();
    await waitFor(async () => (await filledAt()).toMillis() > first.toMillis());
    expect(await stream.isQuiet(100)).toBe(true);
  });

  it("generates a corrupt day again", async () => {
    const stream = await open(await start());
    await stream.next();
    await doc(`/availability/${MONDAY}`).update({ "mechanics.ada": null });
    await waitFor(async () => {
      const stored = await doc(`/availability/${MONDAY}`).get();
      return (stored.get("mechanics.ada") as object | null) !== null;
    });
    expect(await stream.isQuiet()).toBe(true);
  });

  it("ends when its service is no longer offered, and says why on reconnection", async () => {
    const instance = await start();
    const stream = await open(instance);
    await stream.next();
    const batch = db.batch();
    batch.update(doc("/services/inspection"), { active: false });
    batch.update(doc(""), { catalog_version: FieldValue.increment(1) });
    await batch.commit();
    await stream.closed();
    const again = await open(instance);
    expect(again.response.status).toBe(422);
  });
});

describe("a client that comes again with its Last-Event-ID", () => {
  it("is sent nothing when nothing has changed, by any instance", async () => {
    const [first, second] = [await start(), await start()];
    const stream = await open(first);
    const { id } = await stream.next();
    stream.close();
    expect(await (await open(second, {}, id)).isQuiet()).toBe(true);
  });

  it("is sent what it has missed, if the instance still knows its event", async () => {
    const instance = await start();
    const [stream, witness] = [await open(instance), await open(instance)];
    await stream.next();
    await witness.next();
    stream.close();
    await book(instance, "09:00");
    await witness.next();
    await book(instance, "10:00");
    await witness.next();
    const again = await open(instance, {}, stream.lastId);
    const { event, data, id } = await again.next();
    expect([event, times(data.slots), id]).toEqual(["removed", ["09:00", "10:00"], witness.lastId]);
  });

  it("is sent every slot by an instance that does not know its event", async () => {
    const [first, second] = [await start(), await start()];
    const stream = await open(first);
    await stream.next();
    stream.close();
    await book(first, "09:00");
    const { event, data } = await (await open(second, {}, stream.lastId)).next();
    expect([event, times(data.slots)[0]]).toEqual(["slots", "09:30"]);
  });

  it("loses nothing, however often it is cut off", async () => {
    const instance = await start({ config: { streamSeconds: 0.4 } });
    const seen: EventClient["events"] = [];
    const bookings = (async () => {
      for (const time of ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]) {
        await book(instance, time);
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    })();
    let lastId: string | undefined;
    for (let round = 0; round < 6; round += 1) {
      const stream = await open(instance, {}, lastId);
      await stream.closed();
      seen.push(...stream.events);
      ({ lastId } = stream);
    }
    await bookings;
    const listed = await instance.client.slots(shopId, MONDAY, MONDAY, { service_id: "inspection" });
    expect(applied(seen)).toEqual(listed.body.slots.map(({ id }) => id).sort());
    expect(seen.filter(({ event }) => event === "slots").length).toBeLessThan(6);
  });
});

describe("an instance", () => {
  it("has one listener for a date however many clients follow it, and none when they have gone", async () => {
    const instance = await start();
    const { watches } = instance.context;
    const streams = await Promise.all([
      open(instance),
      open(instance),
      open(instance, { mechanic_id: "ada" }),
      open(instance, { service_id: "oil_change" }),
    ]);
    await Promise.all(streams.map((stream) => stream.next()));
    // The day, and the shop for its catalog.
    expect(watches.size).toBe(2);
    await book(instance, "09:00");
    const events = await Promise.all(streams.map((stream) => stream.next()));
    expect(events.map(({ event }) => event)).toEqual(["removed", "removed", "removed", "removed"]);
    for (const [index, stream] of streams.entries()) {
      expect(watches.size).toBe(2);
      stream.close();
      if (index === streams.length - 1) await waitFor(() => watches.size === 0);
    }
  });

  it("shares the shop's listener between dates", async () => {
    const instance = await start();
    const streams = [await open(instance), await open(instance, { date: "2026-01-20" })];
    await Promise.all(streams.map((stream) => stream.next()));
    expect(instance.context.watches.size).toBe(3);
  });

  it("reports an error to the follower that threw it and goes on informing the others", async () => {
    const { context } = await start();
    const failures: string[] = [];
    let heard = 0;
    const broken = () => {
      throw new TypeError("nothing to make of it");
    };
    const stops = [
      context.watches.day(shopId, MONDAY, {
        changed: broken,
        failed: ({ message }) => failures.push(message),
      }),
      context.watches.day(shopId, MONDAY, { changed: () => (heard += 1), failed: () => undefined }),
    ];
    await waitFor(() => heard === 1);
    expect(failures).toEqual(["nothing to make of it"]);
    stops.forEach((stop) => stop());
  });

  it("closes a stream before the platform does", async () => {
    const stream = await open(await start({ config: { streamSeconds: 0.3 } }));
    await stream.next();
    await stream.closed(1_000);
    expect(stream.text).toMatch(/^retry: \d+\n\n/);
  });
});

describe("a malformed request for a stream", () => {
  it.each([
    ["is refused without a date", { date: "" }, 422, "invalid_request"],
    ["is refused for a date that does not exist", { date: "2026-02-30" }, 422, "invalid_request"],
    ["is refused for an unknown zone", { time_zone: "Mars/Olympus" }, 422, "invalid_request"],
    ["is refused for an unknown service", { service_id: "nothing" }, 404, "not_found"],
    [
      "is refused for a service that the mechanic lacks",
      { mechanic_id: "grace", service_id: "oil_change" },
      422,
      "not_qualified",
    ],
    ["is refused for a length that is not on offer", { duration_minutes: "45" }, 422, "invalid_duration"],
  ])("%s", async (_what, query, status, error) => {
    const client = new Client((await start()).streamsUrl);
    const answer = await client.get<ErrorBody>(`/v1/shops/${shopId}/slots/stream`, {
      date: MONDAY,
      service_id: "inspection",
      ...query,
    });
    expect([answer.status, answer.body.error]).toEqual([status, error]);
  });

  it("is refused for a shop that does not exist, and with any method but GET", async () => {
    const client = new Client((await start()).streamsUrl);
    expect((await client.get("/v1/shops/nowhere/slots/stream", { date: MONDAY })).status).toBe(404);
    expect((await client.post(`/v1/shops/${shopId}/slots/stream`, {})).status).toBe(405);
  });
});

/** A clock that runs like the real one, from an instant on. */
function realClock(from = "2026-01-12T12:00:00Z"): NonNullable<InstanceOptions["clock"]> {
  const offset = Date.parse(from) - Date.now();
  return { now: () => Date.now() + offset } as NonNullable<InstanceOptions["clock"]>;
}
