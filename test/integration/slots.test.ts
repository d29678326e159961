import { afterAll, beforeAll, expect, it } from "vitest";
import type { ErrorBody, SlotBody } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { startInstance, type Instance } from "../support/instance.ts";
import { CUSTOMER, MONDAY, seedShop, TUESDAY } from "../support/shop.ts";
import { admin } from "../support/token.ts";

const project = openProject("slots");
const SHOP = "slots";
let instance: Instance;
let client: Instance["client"];

beforeAll(async () => {
  await seedShop(project.db, SHOP);
  instance = await startInstance(project);
  ({ client } = instance);
});
afterAll(() => instance.close());

it("lists free slots only, with offsets, lengths and ids, ordered by start, then mechanic", async () => {
  const { status, body } = await client.slots(SHOP, MONDAY, MONDAY, { service_id: "inspection" });
  expect(status).toBe(200);
  expect(body).toMatchObject({ shop_id: SHOP, time_zone: "America/New_York", next_page_token: null });
  expect(body.slots[0]).toEqual({
    id: expect.stringMatching(/^[\w-]+$/) as string,
    start: `${MONDAY}T09:00:00-05:00`,
    end: `${MONDAY}T09:30:00-05:00`,
    duration_minutes: 30,
    mechanic_id: "ada",
    service_id: "inspection",
    location_id: null,
  });
  const order = body.slots.map(({ start, mechanic_id }) => `${start} ${mechanic_id}`);
  expect(order).toEqual([...order].sort());
});

it("spans dates, each with its own slots", async () => {
  const both = await client.slots(SHOP, MONDAY, TUESDAY, { mechanic_id: "grace" });
  const monday = await client.slots(SHOP, MONDAY, MONDAY, { mechanic_id: "grace" });
  const tuesday = await client.slots(SHOP, TUESDAY, TUESDAY, { mechanic_id: "grace" });
  expect(both.body.slots).toEqual([...monday.body.slots, ...tuesday.body.slots]);
});

it("gives each slot one id, the same in every list", async () => {
  const query = { service_id: "inspection" };
  const cold = await client.slots(SHOP, MONDAY, TUESDAY, { ...query, fresh: true }, admin(SHOP));
  const cached = await client.slots(SHOP, MONDAY, TUESDAY, query);
  expect(cached.body.slots).toEqual(cold.body.slots);
  const another = await startInstance(project);
  const narrowed = await another.client.slots(SHOP, MONDAY, MONDAY, { ...query, mechanic_id: "ada" });
  await another.close();
  expect(cold.body.slots).toEqual(expect.arrayContaining([...narrowed.body.slots]));
  expect(new Set(cold.body.slots.map(({ id }) => id)).size).toBe(cold.body.slots.length);
});

it("pages by limit, without a gap or a repetition", async () => {
  const query = { service_id: "inspection" };
  const whole = await client.slots(SHOP, MONDAY, TUESDAY, query);
  const paged: SlotBody[] = [];
  let page_token: string | null = null;
  let pages = 0;
  do {
    const page: Awaited<ReturnType<typeof client.slots>> = await client.slots(SHOP, MONDAY, TUESDAY, {
      ...query,
      limit: 7,
      ...(page_token !== null && { page_token }),
    });
    expect(page.body.slots.length).toBeLessThanOrEqual(7);
    paged.push(...page.body.slots);
    page_token = page.body.next_page_token;
    pages += 1;
  } while (page_token !== null);
  expect(paged).toEqual(whole.body.slots);
  expect(pages).toBe(Math.ceil(whole.body.slots.length / 7));
});

it("continues at the right place when the first slot of the next page has been taken", async () => {
  const query = { service_id: "inspection", mechanic_id: "ada", limit: 2 };
  const first = await client.slots(SHOP, TUESDAY, TUESDAY, query);
  const page_token = first.body.next_page_token ?? "";
  const next = await client.slots(SHOP, TUESDAY, TUESDAY, { ...query, page_token });
  const [head, ...others] = next.body.slots;
  expect((await client.book(SHOP, { slot_id: head?.id, customer: CUSTOMER })).status).toBe(201);
  const after = await client.slots(SHOP, TUESDAY, TUESDAY, { ...query, page_token });
  expect(after.body.slots[0]).toEqual(others[0]);
});

it("covers at most 62 dates a page and goes on from there", async () => {
  const first = await client.slots(SHOP, "2026-02-01", "2026-04-30", { mechanic_id: "grace", limit: 1000 });
  expect(new Set(first.body.slots.map(({ start }) => start.slice(0, 10))).size).toBe(62);
  const page_token = first.body.next_page_token ?? "";
  const rest = await client.slots(SHOP, "2026-02-01", "2026-04-30", { mechanic_id: "grace", page_token });
  expect(rest.body.slots[0]?.start.slice(0, 10)).toBe("2026-04-04");
  expect(rest.body.slots.at(-1)?.start.slice(0, 10)).toBe("2026-04-30");
  expect(rest.body.next_page_token).toBeNull();
});

it("lists slots of the general grid, which name no service and cannot be booked as they are", async () => {
  const { body } = await client.slots(SHOP, MONDAY, MONDAY, { mechanic_id: "grace" });
  expect(body.slots[0]).toMatchObject({ service_id: null, duration_minutes: 60 });
  const refused = await client.book(SHOP, { slot_id: body.slots[0]?.id, customer: CUSTOMER });
  expect(refused).toMatchObject({ status: 422, body: { error: "invalid_request" } });
  expect(refused.body.details?.fields?.[0]?.path).toBe("slot_id");
});

it.each([
  ["a range that ends before it begins", { from: TUESDAY, to: MONDAY }, "to"],
  ["a range of more than a year", { from: "2026-01-01", to: "2027-01-02" }, "to"],
  ["no end", { from: MONDAY }, "to"],
  ["a limit of none", { from: MONDAY, to: MONDAY, limit: 0 }, "limit"],
  ["a limit above a thousand", { from: MONDAY, to: MONDAY, limit: 1001 }, "limit"],
  ["a page token of another range", { from: MONDAY, to: MONDAY, page_token: tokenAt(TUESDAY) }, "page_token"],
  ["a page token that is none", { from: MONDAY, to: MONDAY, page_token: "e30" }, "page_token"],
])("refuses %s and names the field", async (_what, query, path) => {
  const answer = await client.get<ErrorBody>(`/v1/shops/${SHOP}/slots`, query);
  expect(answer).toMatchObject({ status: 422, body: { error: "invalid_request" } });
  expect(answer.body.details?.fields?.map((field) => field.path)).toEqual([path]);
});

function tokenAt(date: string): string {
  return Buffer.from(JSON.stringify([date, 0, ""])).toString("base64url");
}
