import { Timestamp } from "firebase-admin/firestore";
import { beforeAll, describe, expect, it } from "vitest";
import type { ErrorBody } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { at, CUSTOMER, MONDAY, seedShop, TUESDAY } from "../support/shop.ts";
import { signedIn } from "../support/token.ts";
import { openShop, type Headers, type Shop } from "./support.ts";

interface ListBody extends ErrorBody {
  readonly bookings: readonly { id: string; start: string; mechanic_id: string; status: string }[];
  readonly next_page_token: string | null;
}

const project = openProject("listing");
let shop: Shop;
const [mei, wei] = [signedIn("mei"), signedIn("wei")];

const list = (headers: Headers, query: Record<string, string | number> = {}) =>
  shop.client.get<ListBody>("/v1/shops/lists/bookings", query, headers);
const starts = ({ body }: Awaited<ReturnType<typeof list>>) =>
  body.bookings.map(({ start, mechanic_id }) => `${start.slice(8, 16)} ${mechanic_id}`);

beforeAll(async () => {
  shop = await openShop(project, "lists");
  await shop.book("14:00", { mechanic_id: "grace" }, wei);
  await shop.book("09:00", {}, mei);
  await shop.book("09:00", { start: at(TUESDAY, "09:00") }, mei);
  const cancelled = await shop.book("10:00", {}, mei);
  await shop.cancel(cancelled.booking.id, mei);
  await shop.book("14:00");
});

describe("the list of bookings", () => {
  it("holds the whole shop's for an admin, by start", async () => {
    expect(starts(await list(shop.admin))).toEqual([
      "19T09:00 ada",
      "19T10:00 ada",
      ...["19T14:00 ada", "19T14:00 grace"].map(() => expect.stringMatching(/^19T14:00/) as string),
      "20T09:00 ada",
    ]);
  });

  it("holds only their own for a mechanic", async () => {
    expect(starts(await list(shop.grace))).toEqual(["19T14:00 grace"]);
    expect(starts(await list(shop.grace, { mechanic_id: "grace" }))).toEqual(["19T14:00 grace"]);
    expect(await list(shop.grace, { mechanic_id: "ada" })).toMatchObject({ status: 403 });
  });

  it("holds only their own for a customer, and none for a stranger", async () => {
    expect(starts(await list(mei))).toEqual(["19T09:00 ada", "19T10:00 ada", "20T09:00 ada"]);
    expect(starts(await list(wei))).toEqual(["19T14:00 grace"]);
    expect(starts(await list(signedIn("nobody")))).toEqual([]);
    expect(starts(await list(signedIn("boss", { role: "admin", shopId: "elsewhere" })))).toEqual([]);
    expect(await list({})).toMatchObject({ status: 401, body: { error: "unauthenticated" } });
  });

  it.each([
    ["by date, both ends included", { from: MONDAY, to: MONDAY }, 4],
    ["from a date on", { from: TUESDAY }, 1],
    ["up to a date", { to: MONDAY }, 4],
    ["by status", { status: "cancelled_by_customer" }, 1],
    ["by several statuses", { status: "cancelled_by_customer,confirmed" }, 5],
    ["by mechanic", { mechanic_id: "ada" }, 4],
    [
      "by mechanic, status and date",
      { mechanic_id: "ada", status: "confirmed", from: MONDAY, to: MONDAY },
      2,
    ],
  ])("can be narrowed %s", async (_how, query, count) => {
    expect((await list(shop.admin, query)).body.bookings).toHaveLength(count);
  });

  it("can be narrowed by a customer by status and date", async () => {
    expect(starts(await list(mei, { status: "confirmed", from: TUESDAY, to: TUESDAY }))).toEqual([
      "20T09:00 ada",
    ]);
  });

  it("comes in pages that hold each booking once", async () => {
    const seen: string[] = [];
    let page = await list(shop.admin, { limit: 2 });
    for (;;) {
      expect(page.body.bookings.length).toBeLessThanOrEqual(2);
      seen.push(...page.body.bookings.map(({ id }) => id));
      const next = page.body.next_page_token;
      if (next === null) break;
      page = await list(shop.admin, { limit: 2, page_token: next });
    }
    const whole = (await list(shop.admin)).body.bookings.map(({ id }) => id);
    expect(seen).toEqual(whole);
  });

  it("comes in pages, whatever the id and start of a booking written past the API", async () => {
    await seedShop(project.db, "by-hand");
    const start = (seconds: number) => new Timestamp(Date.parse(at(MONDAY, "09:00")) / 1000 + seconds, 250e6);
    const ids = ["Ærø 1", "second", "third"];
    for (const [index, id] of ids.entries()) {
      await project.db.doc(`shops/by-hand/bookings/${id}`).set({
        ...{ mechanic_id: "ada", service_id: "inspection", date: MONDAY, status: "confirmed" },
        ...{ start: start(index), end: start(1800), customer: CUSTOMER },
      });
    }
    const seen: string[] = [];
    let query: Record<string, string | number> = { limit: 1 };
    for (const _page of ids) {
      const boss = signedIn("boss", { role: "admin", shopId: "by-hand" });
      const { body } = await shop.client.get<ListBody>("/v1/shops/by-hand/bookings", query, boss);
      seen.push(...body.bookings.map(({ id }) => id));
      query = { limit: 1, page_token: body.next_page_token ?? "" };
    }
    expect(seen).toEqual(ids);
    expect(query["page_token"]).toBe("");
  });

  it.each([
    ["beyond time", [Number.MAX_SAFE_INTEGER, "x"]],
    ["before time", [-2_000_000_000_000, "x"]],
    ["within a millisecond", [1_796_100_000_000.5, "x"]],
    ["with a path", [1_796_100_000_000, "a/b"]],
    ["with a reserved name", [1_796_100_000_000, "__x__"]],
    ["of dots", [1_796_100_000_000, ".."]],
    ["with a NUL", [1_796_100_000_000, "a\0b"]],
    ["with half a character", [1_796_100_000_000, "\ud800"]],
    ["too long to be an id", [1_796_100_000_000, "x".repeat(300)]],
    ["of something else", { start: 1, id: "x" }],
  ])("refuses a forged page token %s", async (_what, position) => {
    const page_token = Buffer.from(JSON.stringify(position)).toString("base64url");
    const answer = await list(shop.admin, { page_token });
    expect(answer).toMatchObject({ status: 422, body: { details: { fields: [{ path: "page_token" }] } } });
  });

  it.each([
    ["status", { status: "done" }],
    ["from", { from: "2026-02-30" }],
    ["to", { from: TUESDAY, to: MONDAY }],
    ["limit", { limit: 201 }],
    ["page_token", { page_token: "nonsense" }],
    ["sort", { sort: "start" }],
  ])("names the invalid field: %s", async (path, query) => {
    const answer = await list(shop.admin, query);
    expect(answer).toMatchObject({ status: 422, body: { details: { fields: [{ path }] } } });
  });
});
