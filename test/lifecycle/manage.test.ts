import { Timestamp } from "firebase-admin/firestore";
import { beforeAll, describe, expect, it } from "vitest";
import { openProject } from "../support/firestore.ts";
import { at, CUSTOMER, MONDAY, seedShop, TUESDAY } from "../support/shop.ts";
import { signedIn } from "../support/token.ts";
import { auditOf, openShop, token, type Shop } from "./support.ts";

const project = openProject("manage");
const { db } = project;
let shop: Shop;
beforeAll(async () => {
  shop = await openShop(project, "garage");
});

describe("a booking is shown", () => {
  it("to its guest, its mechanic and the shop's admins, as it was answered when it was made", async () => {
    const made = await shop.book("09:00", { notes: "brakes" });
    for (const headers of [token(made), shop.ada, shop.admin]) {
      const { status, body } = await shop.view(made.booking.id, headers);
      expect([status, body]).toEqual([200, { booking: made.booking }]);
    }
  });

  it("to the customer who was signed in", async () => {
    const made = await shop.book("09:30", {}, signedIn("mei"));
    expect((await shop.view(made.booking.id, signedIn("mei"))).status).toBe(200);
  });

  it("to nobody else: for them there is none", async () => {
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

  it("to nobody by another booking's manage token, nor by a guest's token for a customer's booking", async () => {
    const [one, two] = [await shop.book("11:00"), await shop.book("11:30")];
    const customers = await shop.book("14:00", {}, signedIn("mei"));
    expect((await shop.view(one.booking.id, token(two))).status).toBe(404);
    expect((await shop.view(customers.booking.id, token(two))).status).toBe(404);
  });

  it("to nobody under another shop's path", async () => {
    await seedShop(db, "elsewhere");
    const made = await shop.book("14:30");
    const path = `/v1/shops/elsewhere/bookings/${made.booking.id}`;
    expect((await shop.client.get(path, {}, token(made))).status).toBe(404);
  });

  it("to nobody without credentials, and to nobody with bad ones", async () => {
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

  it("is shown with what follows from its place and its times", async () => {
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
  ])("can be moved and cancelled with %s: the trail has that of the shop's calendar", async (_what, more) => {
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
  });

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

describe("conditional requests", () => {
  it("know a booking by its ETag, which every change renews", async () => {
    const made = await shop.book("15:30");
    const { id } = made.booking;
    const first = (await shop.view(id, token(made))).headers.get("etag") ?? "";
    expect(first).toMatch(/^"[\w-]{20,}"$/);
    const unchanged = await shop.view(id, { ...token(made), "if-none-match": first });
    expect([unchanged.status, unchanged.body]).toEqual([304, ""]);
    const away = await shop.move(id, { start: at(TUESDAY, "09:00") }, { ...token(made), "if-match": first });
    expect(away.status).toBe(200);
    const second = away.headers.get("etag") ?? "";
    const back = await shop.move(id, { start: at(MONDAY, "15:30") }, { ...token(made), "if-match": second });
    expect(back.status).toBe(200);
    expect(new Set([first, second, back.headers.get("etag")]).size).toBe(3);
  });

  it("refuse a change of what has changed meanwhile, and leave it as it is", async () => {
    const made = await shop.book("16:00");
    const { id } = made.booking;
    const stale = { ...token(made), "if-match": '"stale"' };
    const moved = await shop.move(id, { start: at(TUESDAY, "10:00") }, stale);
    expect(moved).toMatchObject({ status: 412, body: { error: "precondition_failed" } });
    expect((await shop.cancel(id, stale)).status).toBe(412);
    expect((await shop.view(id, token(made))).body).toEqual({ booking: made.booking });
  });

  it("let one of many who read the same booking move it", async () => {
    const made = await shop.book("16:30");
    const etag = (await shop.view(made.booking.id, token(made))).headers.get("etag") ?? "";
    const times = ["09:00", "09:30", "10:30", "11:00", "11:30", "14:00"];
    const answers = await Promise.all(
      times.map((time) =>
        shop.move(made.booking.id, { start: at(TUESDAY, time) }, { ...token(made), "if-match": etag }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412, 412]);
  });

  it("know any booking by *, but only for those whom it concerns", async () => {
    const made = await shop.book("09:00", { start: at("2026-01-27", "09:00") });
    const any = { "if-none-match": " * " };
    expect((await shop.view(made.booking.id, { ...token(made), ...any })).status).toBe(304);
    expect((await shop.view(made.booking.id, { ...signedIn("wei"), ...any })).status).toBe(404);
    expect((await shop.view("no-such-booking", { ...shop.admin, ...any })).status).toBe(404);
  });

  it("accept any booking with *, and one of several validators", async () => {
    const made = await shop.book("17:00");
    const etag = (await shop.view(made.booking.id, token(made))).headers.get("etag") ?? "";
    const one = { ...token(made), "if-match": `"other", ${etag}` };
    expect((await shop.move(made.booking.id, { start: at(TUESDAY, "15:00") }, one)).status).toBe(200);
    const any = { ...token(made), "if-match": "*" };
    expect((await shop.move(made.booking.id, { start: at(TUESDAY, "15:30") }, any)).status).toBe(200);
  });
});

describe("what became of an appointment", () => {
  it("is said by staff once it has begun, with their reason in the trail", async () => {
    const made = await shop.book("17:30");
    const { id } = made.booking;
    expect(await shop.mark(id, "complete", shop.ada)).toMatchObject({
      status: 409,
      body: { error: "not_begun" },
    });
    shop.clock.set(at(MONDAY, "17:30"));
    const done = await shop.mark(id, "complete", shop.ada, { reason: "先生已完成" });
    expect(done).toMatchObject({ status: 200, body: { booking: { status: "completed" } } });
    const corrected = await shop.mark(id, "no_show", shop.admin);
    expect(corrected.body.booking.status).toBe("no_show");
    expect((await shop.mark(id, "no_show", shop.admin)).body).toEqual(corrected.body);
    expect(await auditOf(project, "garage", id)).toMatchObject([
      { action: "booking_created", actor: { kind: "guest", uid: null } },
      { action: "booking_completed", actor: { kind: "mechanic", uid: "ada-uid" }, reason: "先生已完成" },
      { action: "booking_no_show", actor: { kind: "admin", uid: "boss" }, reason: null },
    ]);
  });

  it("is not for customers to say, and ends what can be done", async () => {
    shop.clock.set("2026-01-12T12:00:00Z");
    const made = await shop.book("09:00", { start: at(TUESDAY, "17:00") });
    const { id } = made.booking;
    expect(await shop.mark(id, "complete", token(made))).toMatchObject({ status: 403 });
    shop.clock.set(at(TUESDAY, "17:00"));
    await shop.mark(id, "complete", shop.admin);
    for (const answer of [
      await shop.cancel(id, shop.admin),
      await shop.move(id, { start: at("2026-01-27", "09:00") }, shop.admin),
    ]) {
      expect(answer).toMatchObject({ status: 409, body: { error: "wrong_status" } });
    }
  });
});

describe("bad input", () => {
  it.each([
    ["a start without an offset", { start: "2026-01-20T09:00:00" }, "start"],
    ["no start", {}, "start"],
    ["an unknown field", { start: at(TUESDAY, "09:00"), status: "completed" }, "status"],
    ["a length of zero", { start: at(TUESDAY, "09:00"), duration_minutes: 0 }, "duration_minutes"],
    ["a mechanic id with a slash", { start: at(TUESDAY, "09:00"), mechanic_id: "a/b" }, "mechanic_id"],
    ["a reason of ten kilobytes", { start: at(TUESDAY, "09:00"), reason: "x".repeat(10_240) }, "reason"],
    ["control characters", { start: at(TUESDAY, "09:00"), reason: "a\u0007b" }, "reason"],
  ])("is refused with its place: %s", async (_what, body, path) => {
    const answer = await shop.move("anything", body, shop.admin);
    expect(answer).toMatchObject({ status: 422, body: { error: "invalid_request" } });
    expect(answer.body.details?.fields?.map((field) => field.path)).toContain(path);
  });

  it("is refused as a booking's id, as a manage token and as a method", async () => {
    expect((await shop.view("a%2Fb", shop.admin)).status).toBe(422);
    expect((await shop.view("x", { "x-manage-token": "x".repeat(300) })).status).toBe(422);
    const put = await shop.client.request("PUT", "/v1/shops/garage/bookings/x");
    expect([put.status, put.headers.get("allow")]).toEqual([405, "GET, PATCH, DELETE, OPTIONS"]);
  });

  it("is refused in a booking: long notes by their limit, control characters, and names of every script are kept", async () => {
    const order = { service_id: "inspection", mechanic_id: "ada", start: at("2026-01-26", "09:00") };
    const long = await shop.client.book("garage", {
      ...order,
      customer: CUSTOMER,
      notes: "n".repeat(10_240),
    });
    expect(long).toMatchObject({ status: 422 });
    expect(long.body.details?.fields).toEqual([{ path: "notes", message: "At most 2000 characters." }]);
    const lines = await shop.client.book("garage", {
      ...order,
      customer: CUSTOMER,
      notes: "brakes\r\n\tfront",
    });
    expect(lines.body.booking["notes"]).toBe("brakes\n\tfront");
    await shop.cancel(lines.body.booking.id, token(lines.body));
    const bell = await shop.client.book("garage", { ...order, customer: { name: "a\u0007" } });
    expect(bell.body.details?.fields?.[0]?.path).toBe("customer.name");
    for (const name of ["陳小姐", "Ægir Þór", "عبد الله", "Владимир", "नेहा", "می\u200cخواهم", "👩🏽‍🔧 Ruth"]) {
      const made = await shop.client.book("garage", { ...order, customer: { name } });
      expect(made.body.booking["customer"]).toMatchObject({ name });
      await shop.cancel(made.body.booking.id, token(made.body));
    }
  });

  it.each([
    ...[
      "(212) 555-0100",
      "212-555-0100 x12",
      "+1 (212) 555-0100 ext. 12",
      "212.555.0100 Ext 12",
      "+886 2 1234 5678",
    ],
    ...["(+44) 20/7946-0958", "110", "212\u2011555\u20110100", `+${"1".repeat(39)}`],
  ])("is not a phone number as people write it: %s", async (phone) => {
    const order = { service_id: "inspection", mechanic_id: "ada", start: at("2026-01-26", "09:30") };
    const made = await shop.client.book("garage", { ...order, customer: { name: "Mei", phone } });
    expect(made).toMatchObject({ status: 201, body: { booking: { customer: { phone } } } });
    await shop.cancel(made.body.booking.id, token(made.body));
  });
});
