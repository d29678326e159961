import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { freeTimes, type ErrorBody } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { startInstance, type Instance } from "../support/instance.ts";
import { at, CUSTOMER, everyDay, MONDAY, seedShop, TUESDAY } from "../support/shop.ts";
import { signedIn } from "../support/token.ts";

const project = openProject("recalculation");
const { db } = project;
let instance: Instance;
let shopId = "";
let shops = 0;

beforeAll(async () => {
  instance = await startInstance(project, { config: { level1Seconds: 60 } });
});
beforeEach(async () => {
  shopId = `shop-${(shops += 1)}`;
  await seedShop(db, shopId);
});
afterAll(() => instance.close());

const range = { from_date: MONDAY, to_date: TUESDAY };
const admin = () => signedIn("root", { role: "admin", shopId });
const recalculate = (body: object, headers: Record<string, string> = admin()) =>
  instance.client.post<ErrorBody & { rebuilt: string[]; not_stored: string[] }>(
    `/v1/shops/${shopId}/availability:recalculate`,
    body,
    headers,
  );
const look = (date = MONDAY) => instance.client.availability(shopId, date);
const doc = (path: string) => db.doc(`shops/${shopId}/${path}`);

/** Spoils what is cached as nothing that goes through the API could. */
async function spoil(date: string, ...mechanics: string[]): Promise<void> {
  await look(date);
  for (const id of mechanics) await doc(`availability/${date}`).update({ [`mechanics.${id}.open`]: [] });
}

describe("recalculating a range", () => {
  it("rebuilds what is cached for it, level 1 included, and leaves a line in the trail", async () => {
    await spoil(MONDAY, "ada", "grace");
    const answer = await recalculate(range);
    expect(answer).toMatchObject({
      status: 200,
      body: { shop_id: shopId, ...range, mechanic_id: null, rebuilt: [MONDAY, TUESDAY], not_stored: [] },
    });
    expect(freeTimes((await look()).body, "ada")[0]).toBe("09:00");
    expect((await instance.client.availability(shopId, MONDAY)).headers.get("x-cache")).not.toBe("MISS");
    const trail = await db.collection(`shops/${shopId}/audit`).get();
    expect(trail.docs.map((line) => line.data())).toMatchObject([
      { action: "days_recalculated", actor: { kind: "admin", uid: "root" }, details: { from_date: MONDAY } },
    ]);
  });

  it("for one mechanic rebuilds their part only, at the price of their documents", async () => {
    await spoil(MONDAY, "ada", "grace");
    await project.emulator.resetUsage();
    const answer = await recalculate({ ...range, to_date: MONDAY, mechanic_id: "ada" });
    expect(answer.body.rebuilt).toEqual([MONDAY]);
    const { reads } = await project.emulator.usage();
    // Shop and mechanic; shop and day; the mechanic, three ledgers, no exceptions.
    expect(reads).toBeLessThanOrEqual(9);
    const { body } = await look();
    expect(freeTimes(body, "ada")[0]).toBe("09:00");
    expect(freeTimes(body, "grace")).toEqual([]);
  });

  it("for one mechanic keeps their bookings, over midnight too", async () => {
    const weekly_schedule = everyDay("20:00-24:00", "00:00-04:00");
    await doc("mechanics/ada").update({ weekly_schedule });
    const booking = { service_id: "inspection", mechanic_id: "ada", customer: CUSTOMER };
    expect((await instance.client.book(shopId, { ...booking, start: at(TUESDAY, "00:00") })).status).toBe(
      201,
    );
    const before = await look();
    await spoil(MONDAY, "ada");
    await recalculate({ ...range, mechanic_id: "ada" });
    const after = await look();
    expect(after.body.filter(({ mechanic_id }) => mechanic_id === "ada")).toEqual(
      before.body.filter(({ mechanic_id }) => mechanic_id === "ada"),
    );
  });

  it("for a mechanic who has left takes them out of the days", async () => {
    await look();
    await doc("mechanics/ada").update({ active: false });
    expect((await recalculate({ ...range, mechanic_id: "ada" })).body.rebuilt).toEqual([MONDAY, TUESDAY]);
    expect((await doc(`availability/${MONDAY}`).get()).get("mechanics")).not.toHaveProperty("ada");
  });

  it("supersedes days of the old seeder", async () => {
    await doc(`availability/${MONDAY}`).set({ date: MONDAY, slots: [] });
    expect((await look()).body).toEqual([]);
    await recalculate(range);
    expect(freeTimes((await look()).body, "ada")[0]).toBe("09:00");
  });

  it("is for admins of the shop", async () => {
    expect((await recalculate(range, {})).status).toBe(401);
    expect((await recalculate(range, signedIn("ada", { role: "mechanic", shopId }))).status).toBe(403);
    expect((await recalculate(range, signedIn("x", { role: "admin", shopId: "other" }))).status).toBe(404);
  });

  it.each([
    ["no range", {}, ["from_date", "to_date"]],
    ["a range that ends before it begins", { from_date: TUESDAY, to_date: MONDAY }, ["to_date"]],
    ["more than 62 days", { from_date: MONDAY, to_date: "2026-03-22" }, ["to_date"]],
    ["a mechanic's id that is none", { ...range, mechanic_id: "a/b" }, ["mechanic_id"]],
    ["an unknown field", { ...range, force: true }, ["force"]],
  ])("refuses %s", async (_what, body, fields) => {
    const answer = await recalculate(body);
    expect([answer.status, answer.body.error]).toEqual([422, "invalid_request"]);
    expect(answer.body.details?.fields?.map(({ path }) => path)).toEqual(fields);
  });

  it("answers 404 for a mechanic or a shop that does not exist", async () => {
    expect((await recalculate({ ...range, mechanic_id: "nobody" })).status).toBe(404);
    shopId = "nowhere";
    expect((await recalculate(range)).status).toBe(404);
  });
});
