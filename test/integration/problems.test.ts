import { FieldValue, Timestamp } from "firebase-admin/firestore";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openProject } from "../support/firestore.ts";
import { startInstance, type Instance } from "../support/instance.ts";
import { at, MONDAY, seedShop, TUESDAY } from "../support/shop.ts";
import { signedIn } from "../support/token.ts";

interface Problems {
  readonly problems: readonly { path: string; problem: string; effect: string }[];
  readonly next_page_token: string | null;
}

const project = openProject("problems");
const { db } = project;
let instance: Instance;
let shopId = "";
let shops = 0;

beforeAll(async () => {
  instance = await startInstance(project);
});
beforeEach(async () => {
  shopId = `shop-${(shops += 1)}`;
  await seedShop(db, shopId);
});
afterAll(() => instance.close());

const doc = (path: string) => db.doc(`shops/${shopId}/${path}`);
const admin = () => signedIn("root", { role: "admin", shopId });
const list = (query = {}, headers: Record<string, string> = admin()) =>
  instance.client.get<Problems>(`/v1/shops/${shopId}/problems`, query, headers);
const dayOff = { mechanic_id: "ada", from_date: MONDAY, to_date: MONDAY, effect: "unavailable", rrule: null };
const booking = {
  mechanic_id: "ada",
  service_id: "inspection",
  date: MONDAY,
  start: Timestamp.fromMillis(Date.parse(at(MONDAY, "10:00"))),
  end: Timestamp.fromMillis(Date.parse(at(MONDAY, "11:00"))),
  status: "confirmed",
  customer: { name: "Chen" },
};

describe("the list of problems", () => {
  it("is empty for a sound shop", async () => {
    await doc("exceptions/off").set(dayOff);
    await doc("bookings/b").set(booking);
    const { status, body } = await list();
    expect([status, body]).toEqual([200, { problems: [], next_page_token: null }]);
  });

  it("names each document that cannot be read, the field, and what follows", async () => {
    await db.doc(`shops/${shopId}`).update({ "policy.slot_interval_minutes": 0 });
    await doc("services/welding").update({ durations_minutes: [] });
    await doc("mechanics/ada").update({ "weekly_schedule.funday": [], max_bookings_per_day: "3" });
    await doc("exceptions/x").set({ ...dayOff, from_date: TUESDAY, to_date: TUESDAY, start_time: "9:00" });
    await doc("exceptions/y").set(
      { ...dayOff, mechanic_id: FieldValue.delete(), to_date: null },
      { merge: true },
    );
    await doc("exceptions/z").set({});
    await doc(`ledger/ada_${MONDAY}`).set({
      mechanic_id: "ada",
      date: MONDAY,
      entries: [{ kind: "booking" }],
    });
    await doc("bookings/b").set({ ...booking, customer: 7 });
    await doc("bookings/c").set({ ...booking, start: "10:00" });
    await doc("bookings/d").set({ ...booking, start: null });
    const { status, body } = await list();
    expect(status).toBe(200);
    expect(body.next_page_token).toBeNull();
    expect(body.problems).toEqual([
      {
        path: `shops/${shopId}`,
        problem: "policy.slot_interval_minutes is less than 1",
        effect: "every request to the shop answers shop_misconfigured",
      },
      {
        path: "services/welding",
        problem: "durations_minutes is empty",
        effect: "service welding cannot be booked",
      },
      {
        path: "mechanics/ada",
        problem: "weekly_schedule has the unknown name funday; max_bookings_per_day is not a number",
        effect: "mechanic ada cannot be booked",
      },
      { path: "exceptions/x", problem: "start_time is not HH:MM", effect: `${TUESDAY} is closed for ada` },
      {
        path: "exceptions/y",
        problem: "mechanic_id is missing",
        effect: `every date from ${MONDAY} is closed for the whole shop`,
      },
      {
        path: "exceptions/z",
        problem: "mechanic_id is missing; from_date is missing; effect is missing",
        effect: "nothing is closed: it names neither a mechanic nor a date",
      },
      {
        path: `ledger/ada_${MONDAY}`,
        problem: "entries.0.id is missing; entries.0.start is missing; entries.0.end is missing",
        effect: `${MONDAY} is closed for ada; its bookings cannot be changed`,
      },
      {
        path: "bookings/b",
        problem: "customer is not a map",
        effect: "it is answered as not found; its time is taken",
      },
      {
        path: "bookings/d",
        problem: "start is not a Timestamp",
        effect: "it is answered as not found; its time is as the ledger has it",
      },
      {
        path: "bookings/c",
        problem: "start is not a Timestamp",
        effect: "it is answered as not found; its time is as the ledger has it",
      },
    ]);
  });

  it("leaves out what is over", async () => {
    const past = { from_date: "2026-01-01", to_date: "2026-01-11" };
    await doc("exceptions/past").set({ ...dayOff, ...past, start_time: "9:00" });
    await doc("ledger/ada_2026-01-11").set({ mechanic_id: "ada", date: "2026-01-11", entries: "x" });
    await doc("bookings/b").set({ ...booking, start: Timestamp.fromMillis(0), customer: 7 });
    expect((await list()).body.problems).toEqual([]);
  });

  it("is bounded and paged, and each document is listed once", async () => {
    const batch = db.batch();
    const id = (index: number) => `e${String(index).padStart(4, "0")}`;
    for (let index = 0; index < 499; index += 1)
      batch.set(doc(`exceptions/${id(index)}`), { ...dayOff, effect: 7 });
    await batch.commit();
    const more = db.batch();
    for (let index = 499; index < 600; index += 1)
      more.set(doc(`exceptions/${id(index)}`), { ...dayOff, effect: 7 });
    more.set(doc("bookings/b"), { ...booking, customer: 7 });
    await more.commit();
    await project.emulator.resetUsage();
    const first = await list();
    expect((await project.emulator.usage()).reads).toBeLessThanOrEqual(601);
    const second = await list({ page_token: first.body.next_page_token ?? "" });
    expect(second.body.next_page_token).toBeNull();
    const paths = [first, second].flatMap(({ body }) => body.problems.map(({ path }) => path));
    expect(paths).toHaveLength(601);
    expect(new Set(paths).size).toBe(601);
  });

  it.each([
    "x",
    Buffer.from('[3,["a","b","c"]]').toString("base64url"),
    Buffer.from("[-1,[]]").toString("base64url"),
  ])("refuses a page token that it did not give: %s", async (page_token) => {
    expect(await list({ page_token })).toMatchObject({ status: 422, body: { error: "invalid_request" } });
  });

  it("is for the shop's admins alone", async () => {
    expect((await list({}, {})).status).toBe(401);
    expect((await list({}, signedIn("ada", { role: "mechanic", shopId, mechanicId: "ada" }))).status).toBe(
      403,
    );
    expect((await list({}, signedIn("x", { role: "admin", shopId: "other" }))).status).toBe(404);
    await db.doc(`shops/${shopId}`).delete();
    expect((await list()).status).toBe(404);
  });
});
