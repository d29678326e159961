import { beforeEach, describe, expect, it } from "vitest";
import type { Change } from "../../functions/src/upkeep/triggers/change-store.ts";
import { freeTimes } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { instanceStarter, type Instance } from "../support/instance.ts";
import { MONDAY, SUNDAY, TUESDAY } from "../support/shop.ts";
import { openManagedShop, type ManagedShop } from "./support.ts";

const project = openProject("exceptions-shown");
const { db, emulator } = project;
const start = instanceStarter(project);
const OWN = "/mechanics/ada/exceptions";
const ALL = ["09:00", "10:00", "11:00", "14:00", "15:00", "16:00", "17:00"];
let shop: ManagedShop;
let other: Instance;
let shops = 0;

beforeEach(async () => {
  shop = await openManagedShop(project, `shown-${(shops += 1)}`);
  other = await start();
});

const doc = (path: string) => db.doc(`shops/${shop.id}${path}`);

/** What the other instance answers; the first answer fills the cache that the second is served from. */
async function times(date: string): Promise<string[]> {
  return freeTimes((await other.client.availability(shop.id, date)).body, "ada");
}
async function fillCache(date: string): Promise<void> {
  await times(date);
  expect((await other.client.availability(shop.id, date)).headers.get("x-cache")).toBe("HIT");
}

describe("the next answer of another instance, whose cache is filled, shows", () => {
  const hours = { start_time: "09:00", end_time: "11:00" };
  it.each<[string, string, object, string, string[]]>([
    ["a date", OWN, { date: MONDAY }, MONDAY, []],
    ["a range", OWN, { from_date: SUNDAY, to_date: TUESDAY }, TUESDAY, []],
    ["hours", OWN, { date: MONDAY, ...hours }, MONDAY, ALL.slice(2)],
    [
      "extra hours",
      OWN,
      { date: MONDAY, effect: "available", start_time: "19:00", end_time: "21:00" },
      MONDAY,
      ["19:00", "20:00"],
    ],
    ["busy time", OWN, { date: MONDAY, ...hours, effect: "busy" }, MONDAY, ALL.slice(2)],
    ["a rule without an end", OWN, { from_date: "2026-01-01", rrule: "FREQ=WEEKLY;BYDAY=MO" }, MONDAY, []],
    ["a rule with an end", OWN, { from_date: MONDAY, to_date: TUESDAY, rrule: "FREQ=DAILY" }, TUESDAY, []],
    ["a range of a year", OWN, { from_date: "2026-01-01", to_date: "2026-12-31" }, MONDAY, []],
    ["a day off of the shop", "/exceptions", { date: MONDAY }, MONDAY, []],
  ])("%s that is created, replaced and deleted", async (_what, path, body, date, expected) => {
    await fillCache(date);
    const created = await shop.send("POST", path, body);
    expect(created.status).toBe(201);
    expect(await times(date)).toEqual(expected);

    await fillCache(date);
    const item = `${path}/${created.body.exception.id}`;
    expect((await shop.change("PUT", item, { date: "2026-06-01" })).status).toBe(200);
    expect(await times(date)).toEqual(ALL);
    expect((await shop.change("PUT", item, body)).status).toBe(200);
    expect(await times(date)).toEqual(expected);

    await fillCache(date);
    expect((await shop.send("DELETE", item)).status).toBe(200);
    expect(await times(date)).toEqual(ALL);
  });

  it("a range that is cleared", async () => {
    await shop.send("POST", OWN, { from_date: SUNDAY, to_date: TUESDAY });
    await fillCache(MONDAY);
    await fillCache(TUESDAY);
    await shop.send("DELETE", `${OWN}?from_date=${MONDAY}&to_date=${MONDAY}`);
    expect(await times(MONDAY)).toEqual(ALL);
    expect(await times(TUESDAY)).toEqual([]);
  });

  it("a batch", async () => {
    await fillCache(MONDAY);
    const headers = { ...shop.admin, "idempotency-key": "batch" };
    const exceptions = [{ date: SUNDAY }, { date: MONDAY }];
    expect((await shop.send("POST", `${OWN}:batch`, { exceptions }, headers)).status).toBe(200);
    expect(await times(MONDAY)).toEqual([]);
  });
});

describe("the trigger of an exception that the API wrote", () => {
  const epochs = async () =>
    (await db.getAll(doc(""), doc(`/availability/${MONDAY}`))).map((one) => [
      one.get("catalog_version") as unknown,
      one.get("epoch") as unknown,
    ]);

  it.each([
    ["one date", { date: MONDAY }],
    ["a rule without an end", { from_date: MONDAY, rrule: "FREQ=DAILY" }],
  ])("finds nothing to do: %s", async (_what, body) => {
    const id = (await shop.send("POST", OWN, body)).body.exception.id as string;
    const handled = async (before: Change["before"]) => {
      const after = await doc(`/exceptions/${id}`).get();
      const bumped = await epochs();
      const change = { before, after, at: after.updateTime! };
      expect(await shop.instance.context.changes.exceptionWritten(shop.id, change)).toEqual({ kind: "none" });
      expect(await epochs()).toEqual(bumped);
      return after;
    };
    const created = await handled(undefined);
    await shop.change("PUT", `${OWN}/${id}`, { ...body, effect: "busy" });
    const changed = await handled(created);
    expect(changed.get("effect")).toBe("busy");
  });
});

describe("the cost", () => {
  const cost = async (method: string, path: string, body?: object, headers = shop.admin) => {
    await emulator.resetUsage();
    const { status } = await shop.send(method, path, body, headers);
    expect(status).toBeLessThan(300);
    const { reads, writes, deletes } = await emulator.usage();
    return { reads, writes: writes + deletes };
  };
  /** Reads: shop, mechanic, and a query without results. Writes: exception, audit line, and the date with its neighbours. */
  const DAYS = 3;

  it("of a date is three reads and two writes, and a write for each of its days", async () => {
    expect(await cost("POST", OWN, { date: MONDAY })).toEqual({ reads: 3, writes: 2 + DAYS });
  });

  it("of a date of the shop is two reads", async () => {
    expect(await cost("POST", "/exceptions", { date: MONDAY })).toEqual({ reads: 2, writes: 2 + DAYS });
  });

  it("of a date with an Idempotency-Key is two reads more", async () => {
    const headers = { ...shop.admin, "idempotency-key": "k" };
    expect(await cost("POST", OWN, { date: MONDAY }, headers)).toEqual({ reads: 5, writes: 2 + DAYS });
  });

  it("of an exception without an end is three writes: exception, audit line, shop", async () => {
    const body = { from_date: MONDAY, rrule: "FREQ=DAILY" };
    expect(await cost("POST", OWN, body)).toEqual({ reads: 3, writes: 3 });
  });

  it("of a change and of a deletion is four reads and two writes, and the days", async () => {
    const id = (await shop.send("POST", OWN, { date: MONDAY })).body.exception.id as string;
    const etag = (await shop.send("GET", `${OWN}/${id}`)).headers.get("etag") ?? "";
    const headers = { ...shop.admin, "if-match": etag };
    const busy = { date: MONDAY, effect: "busy" };
    expect(await cost("PUT", `${OWN}/${id}`, busy, headers)).toEqual({ reads: 4, writes: 2 + DAYS });
    expect(await cost("DELETE", `${OWN}/${id}`)).toEqual({ reads: 4, writes: 2 + DAYS });
  });

  it("of a changed reason is three reads and two writes: no day is bumped, no booking read", async () => {
    const id = (await shop.send("POST", OWN, { date: MONDAY })).body.exception.id as string;
    const headers = { ...shop.admin, "if-match": "*" };
    const body = { date: MONDAY, reason: "ill" };
    expect(await cost("PUT", `${OWN}/${id}`, body, headers)).toEqual({ reads: 3, writes: 2 });
  });

  it("of reading one is one read", async () => {
    const id = (await shop.send("POST", OWN, { date: MONDAY })).body.exception.id as string;
    expect(await cost("GET", `${OWN}/${id}`)).toEqual({ reads: 1, writes: 0 });
  });
});
