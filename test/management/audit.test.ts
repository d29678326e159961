import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sweepHolds } from "../../functions/src/holds/sweep-holds.ts";
import { openProject } from "../support/firestore.ts";
import { at, MONDAY } from "../support/shop.ts";
import { signedIn } from "../support/token.ts";
import { token } from "../lifecycle/support.ts";
import { openManagedShop, type ManagedShop } from "./support.ts";

const project = openProject("audit");
const { db } = project;
let shop: ManagedShop;
let shops = 0;
const open = async () => {
  shop = await openManagedShop(project, `audit-${(shops += 1)}`);
};

interface Entry {
  readonly id: string;
  readonly at: string;
  readonly type: string;
  readonly actor: { readonly kind: string; readonly uid: string | null };
  readonly booking_id: string | null;
  readonly reason: string | null;
  readonly details: Record<string, unknown>;
}
const list = async (query = "") => {
  const answer = await shop.send("GET", `/audit${query}`);
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return answer.body as { entries: Entry[]; next_page_token: string | null };
};
const typesOf = async (query = "") => (await list(query)).entries.map(({ type }) => type);

describe("the audit of a shop", () => {
  beforeEach(open);

  it("tells of bookings and of changes by staff, the newest first", async () => {
    const made = await shop.book("10:00");
    shop.clock.advance({ minutes: 1 });
    await shop.change("PUT", "/mechanics/ada/schedule?confirm=true", { weekly_schedule: {} }, shop.ada);
    shop.clock.advance({ minutes: 1 });
    await shop.cancel(made.booking.id, shop.admin, { reason: "ill" });
    const { entries, next_page_token } = await list();
    expect(next_page_token).toBeNull();
    expect(entries).toEqual([
      expect.objectContaining({
        type: "booking_cancelled",
        at: "2026-01-12T12:02:00.000Z",
        actor: { kind: "admin", uid: "boss" },
        booking_id: made.booking.id,
        reason: "ill",
      }),
      expect.objectContaining({ type: "schedule_changed", actor: { kind: "mechanic", uid: "ada-uid" } }),
      expect.objectContaining({ type: "booking_created", actor: { kind: "guest", uid: null }, reason: null }),
    ]);
    expect(entries[1]?.details).toMatchObject({
      before: { monday: [{ start_time: "09:00" }, { start_time: "14:00" }] },
      after: { monday: [] },
    });
    expect(entries[2]?.details).toMatchObject({ mechanic_id: "ada", start: "2026-01-19T15:00:00.000Z" });
  });

  it("contains no customer's name or contact", async () => {
    const customer = { name: "Zubeida Quux", email: "zubeida@example.com", phone: "+886 912 345 678" };
    const made = await shop.book("10:00", { customer, notes: "the red Vespa" });
    await shop.move(made.booking.id, { start: at(MONDAY, "11:00") }, token(made));
    await shop.change("PUT", "/mechanics/ada/schedule", { weekly_schedule: {} });
    await shop.cancel(made.booking.id, token(made));
    const text = JSON.stringify(await list());
    for (const word of ["Zubeida", "zubeida", "912", "Vespa"]) expect(text).not.toContain(word);
  });

  it.each([
    ["nobody", () => ({}), 401],
    ["a customer", () => signedIn("mei"), 403],
    ["a mechanic of the shop", () => shop.ada, 403],
    ["another shop's admin", () => signedIn("x", { role: "admin", shopId: "elsewhere" }), 404],
  ])("is closed to %s", async (_who, headers, status) => {
    expect((await shop.send("GET", "/audit", undefined, headers())).status).toBe(status);
  });

  it("does not exist for a shop that does not exist", async () => {
    const platform = signedIn("root", { role: "admin", shopId: "*" });
    const answer = await shop.client.get("/v1/shops/no-such-shop/audit", {}, platform);
    expect(answer.status).toBe(404);
  });

  it.each([
    ["from", "from=2026-02-30"],
    ["to", "from=2026-01-12&to=2026-01-11"],
    ["booking_id", "booking_id=a/b"],
    ["actor", "actor="],
    ["actor", "actor=a%20b"],
    ["type", "type=booking_eaten"],
    ["limit", "limit=201"],
    ["page_token", "page_token=x"],
    ["sort", "sort=at"],
  ])("refuses a malformed %s by its name: %s", async (path, query) => {
    const refused = await shop.send("GET", `/audit?${query}`);
    expect(refused).toMatchObject({
      status: 422,
      body: { error: "invalid_request", details: { fields: [{ path }] } },
    });
  });
});

describe("a query of the audit", () => {
  let ids: string[];
  beforeAll(async () => {
    await open();
    const mei = signedIn("mei");
    const one = await shop.book("09:00", {}, mei);
    shop.clock.advance({ hours: 24 });
    const two = await shop.book("10:00");
    await shop.cancel(two.booking.id, shop.admin);
    shop.clock.advance({ hours: 24 });
    await shop.cancel(one.booking.id, signedIn("mei", {}, shop.clock.now()));
    ids = [one.booking.id, two.booking.id];
  });

  it.each([
    ["a booking", () => `booking_id=${ids[1]}`, ["booking_cancelled", "booking_created"]],
    ["an actor", () => "actor=mei", ["booking_cancelled", "booking_created"]],
    ["a type", () => "type=booking_created", ["booking_created", "booking_created"]],
    ["a booking and an actor", () => `booking_id=${ids[1]}&actor=boss`, ["booking_cancelled"]],
    ["an actor and a type", () => "actor=mei&type=booking_created", ["booking_created"]],
    ["a booking and a type", () => `booking_id=${ids[0]}&type=booking_cancelled`, ["booking_cancelled"]],
    [
      "everything at once",
      () => `booking_id=${ids[0]}&actor=mei&type=booking_created&from=2026-01-12&to=2026-01-12`,
      ["booking_created"],
    ],
    ["a first date", () => "from=2026-01-14", ["booking_cancelled"]],
    ["a last date", () => "to=2026-01-12", ["booking_created"]],
    ["a date", () => "from=2026-01-13&to=2026-01-13", ["booking_cancelled", "booking_created"]],
    ["another shop's booking", () => "booking_id=unknown", []],
  ])("may name %s", async (_what, query, types) => {
    expect((await typesOf(`?${query()}`)).sort()).toEqual(types);
  });

  it("is answered in pages that miss nothing and repeat nothing", async () => {
    const all = (await list()).entries;
    const paged: Entry[] = [];
    let query = "?limit=2";
    for (let pages = 1; ; pages += 1) {
      const page = await list(query);
      expect(page.entries.length).toBeLessThanOrEqual(2);
      paged.push(...page.entries);
      if (page.next_page_token === null) break;
      expect(pages).toBeLessThan(10);
      query = `?limit=2&page_token=${page.next_page_token}`;
    }
    expect(all).toHaveLength(4);
    expect(paged).toEqual(all);
  });

  it("costs a read for the shop and one for each entry", async () => {
    await project.emulator.resetUsage();
    await list("?type=booking_created");
    expect(await project.emulator.usage()).toMatchObject({ reads: 1 + 2, writes: 0 });
  });
});

describe("holds in the audit", () => {
  beforeEach(open);
  const slot = { service_id: "inspection", mechanic_id: "ada", start: at(MONDAY, "10:00") };
  const hold = (session: string, headers = {}) =>
    shop.client.post<any>(`/v1/shops/${shop.id}/holds`, { ...slot, session_id: session }, headers);

  it("are recorded when they are placed, extended and released", async () => {
    const { body } = await hold("secret-session-1", signedIn("mei"));
    await hold("secret-session-1");
    const path = `/v1/shops/${shop.id}/holds/${body.hold_id}`;
    await shop.client.request("DELETE", path, { headers: { "x-session-id": "secret-session-1" } });
    const { entries } = await list();
    expect(entries.map(({ type }) => type).sort()).toEqual(["hold_extended", "hold_placed", "hold_released"]);
    expect(entries.find(({ type }) => type === "hold_placed")).toMatchObject({
      actor: { kind: "customer", uid: "mei" },
      booking_id: null,
      details: { hold_id: body.hold_id, ...slot, start: "2026-01-19T15:00:00.000Z", date: MONDAY },
    });
    expect(JSON.stringify(entries)).not.toContain("session");
  });

  it("are recorded when they expire", async () => {
    const { body } = await hold("leaves");
    shop.clock.advance({ hours: 1 });
    await sweepHolds(shop.instance.context.holds, shop.clock.now());
    await sweepHolds(shop.instance.context.holds, shop.clock.now());
    expect((await list("?type=hold_expired")).entries).toMatchObject([
      { actor: { kind: "system", uid: null }, details: { hold_id: body.hold_id } },
    ]);
  });

  it("cost four writes to place, and three and a delete to release", async () => {
    await hold("warms-up");
    await project.emulator.resetUsage();
    const { body } = await shop.client.post<any>(`/v1/shops/${shop.id}/holds`, {
      ...slot,
      start: at(MONDAY, "14:00"),
      session_id: "counted",
    });
    expect(await project.emulator.usage()).toMatchObject({ writes: 4, deletes: 0 });
    await project.emulator.resetUsage();
    const path = `/v1/shops/${shop.id}/holds/${body.hold_id}`;
    await shop.client.request("DELETE", path, { headers: { "x-session-id": "counted" } });
    expect(await project.emulator.usage()).toMatchObject({ writes: 3, deletes: 1 });
  });
});

describe("the audit trail's code", () => {
  const files = readdirSync("functions/src", { recursive: true, encoding: "utf8" })
    .map((path) => `functions/src/${path}`)
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"));
  /** The one place that changes lines: it takes a customer's reason and uid out of them. */
  const ERASURE = "functions/src/management/customers/erasure-store.ts";

  it("creates entries and writes nothing else", () => {
    const code = readFileSync("functions/src/audit/trail.ts", "utf8");
    expect(code.match(/\bwriter\.\w+/g)).toEqual(["writer.create"]);
  });

  it("is the only code that writes entries, but for erasure", () => {
    const touching = files.filter((path) => /\.audit\b|["'`]audit["'`/]/.test(readFileSync(path, "utf8")));
    expect(touching).toContain("functions/src/reservations/reservation-transaction.ts");
    const writing = touching.filter((path) => {
      const code = readFileSync(path, "utf8");
      // Every use of the collection is a read, or is handed to `appendToAudit`.
      const uses = [...code.matchAll(/\.audit\b.*$/gm)].map(([use]) => use);
      return uses.some((use) => /\.(set|create|update|delete|add)\(/.test(use));
    });
    expect(writing).toEqual([]);
    const changing = files.filter((path) =>
      /(set|create|update|delete)\([^;]*(?:\baudit\b|auditLine|line\.ref)/.test(readFileSync(path, "utf8")),
    );
    expect(changing).toEqual([ERASURE]);
  });

  it("leaves every line as it was, whatever happens to its booking", async () => {
    await open();
    const made = await shop.book("10:00");
    const trail = db.collection(`shops/${shop.id}/audit`);
    const first = (await trail.get()).docs[0];
    await shop.move(made.booking.id, { start: at(MONDAY, "11:00") }, token(made));
    await shop.cancel(made.booking.id, token(made));
    expect((await trail.get()).size).toBe(3);
    expect((await first?.ref.get())?.updateTime).toEqual(first?.updateTime);
  });
});
