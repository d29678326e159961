import { Timestamp } from "firebase-admin/firestore";
import { beforeAll, describe, expect, it } from "vitest";
import { openProject } from "../support/firestore.ts";
import { at, seedShop, TUESDAY } from "../support/shop.ts";
import { signedIn } from "../support/token.ts";
import { auditOf, openShop, token, type Shop } from "./support.ts";

const project = openProject("manage");
const { db } = project;
let shop: Shop;
beforeAll(async () => {
  shop = await openShop(project, "garage");
});

describe("the view of a booking", () => {
  it("shows a booking to its guest, its mechanic and the shop's admins as it was made", async () => {
    const made = await shop.book("09:00", { notes: "brakes" });
    for (const headers of [token(made), shop.ada, shop.admin]) {
      const { status, body } = await shop.view(made.booking.id, headers);
      expect([status, body]).toEqual([200, { booking: made.booking }]);
    }
  });

  it("shows a booking to the customer who was signed in", async () => {
    const made = await shop.book("09:30", {}, signedIn("mei"));
    expect((await shop.view(made.booking.id, signedIn("mei"))).status).toBe(200);
  });

  it("answers 404 to every other caller", async () => {
    const guest = await shop.book("10:00");
    const customer = await shop.book("10:30", {}, signedIn("mei"));
    const strangers = [
      signedIn("wei"),
      shop.grace,
      signedIn("boss", { role: "admin", shopId: "elsewhere" }),
      signedIn("ada", { role: "mechanic", shopId: "elsewhere", mechanicId: "ada" }),
      { "x-manage-token": "forged" },
    ];
    for (const headers of strangers) {
      for (const { booking } of [guest, customer]) {
        const answer = await shop.view(booking.id, headers);
        expect(answer).toMatchObject({ status: 404, body: { error: "not_found" } });
        const nothing = await shop.view("no-such-booking", headers);
        expect(nothing.body).toEqual(answer.body);
        expect(await shop.cancel(booking.id, headers)).toMatchObject({ status: 404 });
        expect(await shop.move(booking.id, { start: at(TUESDAY, "09:00") }, headers)).toMatchObject({
          status: 404,
        });
      }
    }
  });

  it("answers 404 for another booking's manage token, and for any manage token of a customer's booking", async () => {
    const [one, two] = [await shop.book("11:00"), await shop.book("11:30")];
    const customers = await shop.book("14:00", {}, signedIn("mei"));
    expect((await shop.view(one.booking.id, token(two))).status).toBe(404);
    expect((await shop.view(customers.booking.id, token(two))).status).toBe(404);
  });

  it("answers 404 under another shop's path", async () => {
    await seedShop(db, "elsewhere");
    const made = await shop.book("14:30");
    const path = `/v1/shops/elsewhere/bookings/${made.booking.id}`;
    expect((await shop.client.get(path, {}, token(made))).status).toBe(404);
  });

  it("answers 401 without credentials and with bad ones", async () => {
    const made = await shop.book("15:00");
    expect(await shop.view(made.booking.id)).toMatchObject({
      status: 401,
      body: { error: "unauthenticated" },
    });
    const empty = await shop.view(made.booking.id, { "x-manage-token": "" });
    expect(empty).toMatchObject({ status: 401, body: { error: "unauthenticated" } });
    const bad = { ...token(made), authorization: "Bearer x.y.z" };
    expect(await shop.view(made.booking.id, bad)).toMatchObject({ status: 401 });
  });
});

describe("a booking written past the API", () => {
  const timestamp = (time: string) => Timestamp.fromMillis(Date.parse(at("2026-02-02", time)));
  const byHand = (time: string, until: string, more: object = {}) => ({
    ...{ mechanic_id: "ada", service_id: "inspection", status: "confirmed", customer: { name: "Mei" } },
    ...{ start: timestamp(time), end: timestamp(until), ...more },
  });
  const write = (id: string, data: object) => db.doc(`shops/garage/bookings/${id}`).set(data);

  it("is shown with the values that follow from its path and its times", async () => {
    await write("manual1", byHand("09:00", "09:45", { id: "x", shop_id: "elsewhere", duration_minutes: 5 }));
    const { status, body } = await shop.view("manual1", shop.ada);
    expect([status, body]).toMatchObject([
      200,
      { booking: { id: "manual1", shop_id: "garage", duration_minutes: 45, status: "confirmed" } },
    ]);
    const boss = signedIn("boss", { role: "admin", shopId: "elsewhere" });
    expect((await shop.view("manual1", boss)).status).toBe(404);
  });

  it.each([
    ["no date", {}],
    ["a date that is none", { date: "next week" }],
  ])(
    "can be moved and cancelled with %s, with the date of the shop's calendar in the trail",
    async (_what, more) => {
      const id = `late${Object.keys(more).length}`;
      const late = { start: timestamp("22:00"), end: timestamp("22:30") };
      await write(id, byHand("09:00", "09:30", { ...late, ...more }));
      const start = at("2026-02-03", "10:00");
      expect(await shop.move(id, { start }, shop.ada)).toMatchObject({
        status: 200,
        body: { booking: { start } },
      });
      expect(await shop.cancel(id, shop.ada)).toMatchObject({ status: 200 });
      expect(await auditOf(project, "garage", id)).toMatchObject([
        { details: { from: { date: "2026-02-02" }, to: { date: "2026-02-03" } } },
        { action: "booking_cancelled" },
      ]);
      expect((await db.doc(`shops/garage/bookings/${id}`).get()).data()).toMatchObject({
        id,
        shop_id: "garage",
      });
    },
  );

  it.each([
    ["no customer", { customer: null }],
    ["a mechanic who can be none", { mechanic_id: "ada/../grace" }],
    ["a start in words", { start: "soon" }],
    ["a start at the end of time", { start: timestamp("10:00"), end: new Timestamp(253402300799, 0) }],
    ["an end before its start", { end: timestamp("08:00") }],
    ["buffers of an age", { buffer_after_minutes: Number.MAX_SAFE_INTEGER }],
  ])("is treated as missing when it cannot be read: %s", async (_what, damage) => {
    await write("riddle", byHand("09:00", "09:30", damage));
    const to = { start: at("2026-02-03", "09:00") };
    for (const headers of [shop.admin, shop.ada, signedIn("wei")]) {
      for (const answer of [
        await shop.view("riddle", headers),
        await shop.move("riddle", to, headers),
        await shop.cancel("riddle", headers),
        await shop.mark("riddle", "complete", headers),
      ]) {
        expect(answer).toMatchObject({ status: answer.status, body: { error: "not_found" } });
      }
    }
  });
});
