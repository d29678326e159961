import type { Timestamp } from "firebase-admin/firestore";
import { beforeEach, describe, expect, it } from "vitest";
import type { Answer, BookingBody, ErrorBody } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { instanceStarter, type Instance } from "../support/instance.ts";
import { TestClock } from "../support/clock.ts";
import { at, confirmedBookings, MONDAY, seedShop, everyDay, SERVICES } from "../support/shop.ts";
import { signedIn } from "../support/token.ts";
import { sentFrom } from "./support.ts";

const project = openProject("limits-contacts");
const start = instanceStarter(project);
const { db } = project;
const TIMES = ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30", "12:00", "12:30"];

let shop: string;
let shops = 0;
let clients = 0;
let clock: TestClock;
let instance: Instance;

beforeEach(async () => {
  shop = `shop-${(shops += 1)}`;
  clock = new TestClock();
  await seedShop(db, shop, {
    services: { inspection: SERVICES.inspection },
    mechanics: {
      ada: { name: "Ada", specialties: ["inspection"], weekly_schedule: everyDay("09:00-18:00") },
    },
  });
  instance = await start({ clock, config: { rateLimits: true } });
});

type Contact = { readonly email?: string; readonly phone?: string };
type BookAnswer = Answer<BookingBody & ErrorBody>;

/** Books as a client of its own, so that only the contact's limit counts. */
function book(
  time: string,
  contact: Contact,
  headers: Record<string, string> = {},
  on = instance,
): Promise<BookAnswer> {
  clients += 1;
  const from = sentFrom(`198.18.${clients >> 8}.${clients & 255}`);
  const order = { service_id: "inspection", mechanic_id: "ada", start: at(MONDAY, time) };
  return on.client.book(shop, { ...order, customer: { name: "A", ...contact } }, { ...from, ...headers });
}

const fill = (contact: Contact) => fillAfter("09:00", contact);

/** Makes five bookings of the contact, the first at that time. */
async function fillAfter(first: string, contact: Contact): Promise<BookAnswer[]> {
  const answers: BookAnswer[] = [];
  const from = TIMES.indexOf(first);
  for (const time of TIMES.slice(from, from + 5)) answers.push(await book(time, contact));
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201]);
  return answers;
}

const MEI = { email: "mei@example.com" };

describe("a guest's contact", () => {
  it("has at most five upcoming bookings, and the answer says when the first of them begins", async () => {
    await fill(MEI);
    const refused = await book("12:00", MEI);
    expect(refused).toMatchObject({ status: 429, body: { error: "rate_limited" } });
    const untilFirst = (Date.parse(at(MONDAY, "09:00")) - clock.now()) / 1000;
    expect(refused.headers.get("retry-after")).toBe(String(untilFirst));
    expect((await confirmedBookings(db, shop)).length).toBe(5);
  });

  it("may book again when one has begun, or was cancelled", async () => {
    const [first, second] = await fill(MEI);
    const path = `/v1/shops/${shop}/bookings/${second?.body.booking.id}`;
    const headers = { "x-manage-token": second?.body.manage_token ?? "", ...sentFrom("198.19.0.1") };
    expect((await instance.client.request("DELETE", path, { headers })).status).toBe(200);
    expect((await book("12:00", MEI)).status).toBe(201);
    expect((await book("12:30", MEI)).status).toBe(429);
    clock.set(first?.body.booking.start ?? "");
    expect((await book("12:30", MEI)).status).toBe(201);
  });

  it("is the same in other spellings", async () => {
    await fill(MEI);
    for (const email of ["Mei@Example.com", "mei+again@example.com"]) {
      expect((await book("12:00", { email })).status).toBe(429);
    }
    expect((await book("12:00", { email: "may@example.com" })).status).toBe(201);
  });

  it("may be a phone number", async () => {
    await fill({ phone: "(212) 555-0100" });
    expect((await book("12:00", { phone: "212.555.0100 x12", email: "other@example.com" })).status).toBe(429);
    expect((await book("12:00", { phone: "(212) 555-0101" })).status).toBe(201);
  });

  it("gets the booking that a repeated request has made", async () => {
    const keyed = { "idempotency-key": "a-key-of-mei-0001" };
    expect((await book("09:00", MEI, keyed)).status).toBe(201);
    for (const time of TIMES.slice(1, 5)) expect((await book(time, MEI)).status).toBe(201);
    expect((await book("09:00", MEI, keyed)).status).toBe(200);
    expect((await book("12:00", MEI, { "idempotency-key": "a-key-of-mei-0002" })).status).toBe(429);
  });

  it("counts in its shop only, and not for signed-in customers and staff", async () => {
    await fill(MEI);
    const staff = signedIn("boss", { role: "admin", shopId: shop });
    expect((await book("12:00", MEI, staff)).status).toBe(201);
    expect((await book("12:30", MEI, signedIn("mei"))).status).toBe(201);
    shop = `${shop}-b`;
    await seedShop(db, shop);
    expect((await book("09:00", MEI)).status).toBe(201);
  });

  it("has no more than five after eight requests at once to one instance", async () => {
    const answers = await Promise.all(TIMES.map((time) => book(time, MEI)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(3);
    expect((await confirmedBookings(db, shop)).length).toBe(5);
  });

  it("has no more than five after ten requests at once to two instances", async () => {
    const other = await start({ clock, config: { rateLimits: true } });
    const times = [...TIMES, "13:00", "13:30"];
    const answers = await Promise.all(
      times.map((time, index) => book(time, MEI, {}, index % 2 === 0 ? instance : other)),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
    expect((await confirmedBookings(db, shop)).length).toBe(5);
  });

  it("is not kept from booking by attempts that were refused", async () => {
    await book("09:00", {});
    for (let attempt = 0; attempt < 6; attempt += 1) {
      expect((await book("09:00", MEI)).status).toBe(409);
    }
    await fillAfter("09:30", MEI);
    expect((await book("12:30", MEI)).status).toBe(429);
  });

  it("keeps its place when a booking is moved past the others", async () => {
    const [first] = await fill(MEI);
    const path = `/v1/shops/${shop}/bookings/${first?.body.booking.id}`;
    const headers = { "x-manage-token": first?.body.manage_token ?? "", ...sentFrom("198.19.0.1") };
    const json = { ...headers, "content-type": "application/json" };
    const body = JSON.stringify({ start: at(MONDAY, "16:00") });
    expect((await instance.client.request("PATCH", path, { headers: json, body })).status).toBe(200);
    clock.set(at(MONDAY, "09:15"));
    expect((await book("12:00", MEI)).status).toBe(429);
  });

  it("costs the booking's transaction nothing: a read and a write before it for each contact", async () => {
    await book("09:00", MEI);
    await project.emulator.resetUsage();
    await book("09:30", MEI, sentFrom("198.19.0.2"));
    const limited = await project.emulator.usage();
    await project.emulator.resetUsage();
    const free = await start({ clock });
    await book("10:00", MEI, {}, free);
    const unlimited = await project.emulator.usage();
    expect([unlimited.reads, unlimited.writes]).toEqual([5, 5]);
    // The client's counter is a read and a write, and so is the contact's document.
    expect(limited.reads - unlimited.reads).toBe(2);
    expect(limited.writes - unlimited.writes).toBe(2);
  });

  it("costs a read for each booking of a contact that may be full", async () => {
    await fill(MEI);
    await project.emulator.resetUsage();
    expect((await book("12:00", MEI)).status).toBe(429);
    const { reads, writes } = await project.emulator.usage();
    // The client's counter, the contact and its five bookings, the look for a booking of an equal request.
    expect({ reads, writes }).toEqual({ reads: 1 + 1 + 5 + 1, writes: 1 });
  });

  it("is stored as an HMAC, in a document of its own that is deleted in time", async () => {
    const made = await book("09:00", { email: "mei@example.com", phone: "212 555 0100" });
    const { docs } = await db.collection(`shops/${shop}/contacts`).get();
    expect(docs.map(({ id }) => id)).toEqual([
      expect.stringMatching(/^[\w-]{22}$/),
      expect.stringMatching(/^[\w-]{22}$/),
    ]);
    for (const contact of docs) {
      expect(Object.keys(contact.get("bookings") as object)).toEqual([made.body.booking.id]);
      const days = ((contact.get("delete_at") as Timestamp).toMillis() - clock.now()) / 86_400_000;
      expect(days).toBe(730);
    }
    const [booking] = await confirmedBookings(db, shop);
    expect(Object.keys(booking ?? {}).filter((field) => /contact|hash|key/.test(field))).toEqual([]);
  });
});
