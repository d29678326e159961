import { beforeEach, describe, expect, it } from "vitest";
import { eraseCustomer } from "../../functions/src/management/customers/erase-customer.ts";
import { CustomerStore } from "../../functions/src/management/customers/customer-store.ts";
import { subjectOf } from "../../functions/src/management/customers/subject.ts";
import { deliver } from "../../functions/src/notifications/delivery.ts";
import { Cost } from "../../functions/src/platform/scope.ts";
import { freeTimes } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { instanceStarter } from "../support/instance.ts";
import { at, MONDAY, TUESDAY } from "../support/shop.ts";
import { signedIn } from "../support/token.ts";
import { token } from "../lifecycle/support.ts";
import { dump, dumped, killedAfter, mentioning, type Dumped } from "./customer-support.ts";
import { openManagedShop, type ManagedShop } from "./support.ts";

const project = openProject("customers");
const { db } = project;
const start = instanceStarter(project);
let shop: ManagedShop;
let shops = 0;

const CUSTOMER = { name: "Zubeida Quux", email: "Zubeida+vespa@Example.com", phone: "+886 912 345 678" };
const NOTES = "the vermilion one squeaks";
/** What must be nowhere once she is erased. */
const WORDS = ["zubeida", "quux", "912 345 678", "912345678", "vermilion", "my aunt", "zubeida-uid"];
const OTHER = { name: "Ada Other", email: "other@example.com", phone: "212 555 0100" };

beforeEach(async () => {
  shop = await openManagedShop(project, `customers-${(shops += 1)}`);
});

const erase = (body: object, query = "") => shop.send("POST", `/customers:erase${query}`, body);
const take = (body: object) => shop.send("POST", "/customers:export", body);
const collection = (name: string) => db.collection(`shops/${shop.id}/${name}`);
const mails = () => db.collection("mail").where("slotbay.shop_id", "==", shop.id).get();
const theirs = (more: object = {}) => ({ customer: CUSTOMER, notes: NOTES, ...more });
/** The documents of a shop, and its mails. */
const documentsOf = async (id = shop.id): Promise<Dumped[]> => {
  const own = await db.doc(`shops/${id}`).listCollections();
  const queries = [...own, db.collection("mail").where("slotbay.shop_id", "==", id)];
  return (await Promise.all(queries.map((query) => query.get()))).flatMap(({ docs }) => docs.map(dumped));
};
const deliverAll = async () => {
  for (const { id } of (await collection("notifications").where("status", "==", "pending").get()).docs) {
    await deliver(shop.instance.context, { shopId: shop.id, notificationId: id });
  }
};
const pass = (date: string) => shop.clock.set(at(date, "23:00"));

describe("a customer's erasure", () => {
  it.each([
    ["e-mail address", { email: "zubeida@example.com" }],
    ["phone number", { phone: "(+886) 912-345-678" }],
    ["uid", { uid: "zubeida-uid" }],
  ])("by %s leaves none of their data in any document", async (_by, body) => {
    const she = signedIn("zubeida-uid");
    const hold = {
      service_id: "inspection",
      mechanic_id: "ada",
      start: at(MONDAY, "14:00"),
      session_id: "s",
    };
    // The line of a hold names the account only: it is found by uid.
    await shop.client.post(`/v1/shops/${shop.id}/holds`, hold, "uid" in body ? she : {});
    const kept = await shop.book("09:00", theirs(), she);
    const cancelled = await shop.book("10:00", theirs(), she);
    await shop.move(kept.booking.id, { start: at(MONDAY, "11:00") }, she);
    await shop.cancel(cancelled.booking.id, she, { reason: "my aunt is ill" });
    await deliverAll();
    pass(MONDAY);
    const before = mentioning(await dump(db), WORDS);
    expect(before.filter((one) => one.startsWith("mail/"))).not.toEqual([]);
    expect(before.filter((one) => one.includes("/audit/"))).not.toEqual([]);
    expect(before.filter((one) => one.includes("/notifications/"))).not.toEqual([]);

    const answer = await erase(body);
    expect(answer).toMatchObject({
      status: 200,
      body: { erased: { bookings: 2, notifications: 4, mails: 4 } },
    });
    expect(mentioning(await dump(db), WORDS)).toEqual([]);
    const stored = await collection("bookings").doc(kept.booking.id).get();
    expect(stored.data()).toMatchObject({
      customer: { name: "erased", email: null, phone: null },
      customer_uid: null,
      notes: null,
      status: "confirmed",
      mechanic_id: "ada",
      start: expect.anything(),
    });
    const shown = await shop.view(kept.booking.id, shop.admin);
    expect(shown).toMatchObject({
      status: 200,
      body: { booking: { customer: { name: "erased", email: null, phone: null }, notes: null } },
    });
    expect((await shop.view(kept.booking.id, signedIn("zubeida-uid", {}, shop.clock.now()))).status).toBe(
      404,
    );
  });

  it("is audited with counts and a keyed hash, and answers zeros when repeated", async () => {
    await shop.book("09:00", theirs());
    pass(MONDAY);
    await erase({ email: CUSTOMER.email });
    const again = await erase({ email: CUSTOMER.email });
    expect(again).toMatchObject({
      status: 200,
      body: { erased: { bookings: 0, notifications: 0, mails: 0 } },
    });
    const { body } = await shop.send("GET", "/audit?type=customer_erased");
    expect(body.entries.map(({ details }: any) => details.erased.bookings).sort()).toEqual([0, 1]);
    expect(body.entries[0]).toMatchObject({
      actor: { kind: "admin", uid: "boss" },
      booking_id: null,
      details: { customer: expect.stringMatching(/^[\w-]{22}$/), named_by: "email" },
    });
    expect((await db.collection(`shops/${shop.id}/jobs`).get()).size).toBe(0);
  });

  it("leaves other customers and other shops alone", async () => {
    const elsewhere = await openManagedShop(project, `${shop.id}-branch`);
    await elsewhere.book("09:00", theirs());
    await shop.book("09:00", { customer: OTHER, notes: "other" });
    await deliverAll();
    const before = [await documentsOf(), await documentsOf(elsewhere.id)];
    await shop.book("10:00", theirs());
    pass(MONDAY);
    await erase({ email: CUSTOMER.email });
    const isHers = ({ data }: Dumped) => /"name":"erased"/.test(data);
    const after = (await documentsOf()).filter((one) => !isHers(one) && /bookings|notif|mail/.test(one.path));
    expect(after).toEqual(before[0]?.filter(({ path }) => /bookings|notif|mail/.test(path)));
    expect(await documentsOf(elsewhere.id)).toEqual(before[1]);
  });

  it("revokes a guest's manage link and gives the booking another ETag", async () => {
    const made = await shop.book("09:00", theirs());
    pass(MONDAY);
    const before = await shop.view(made.booking.id, token(made));
    await erase({ phone: CUSTOMER.phone });
    expect((await shop.view(made.booking.id, token(made))).status).toBe(404);
    const after = await shop.view(made.booking.id, shop.admin);
    expect(after.headers.get("etag")).not.toBe(before.headers.get("etag"));
  });

  it("finds notifications and mails whose booking was deleted", async () => {
    const made = await shop.book("09:00", theirs());
    await deliverAll();
    await collection("bookings").doc(made.booking.id).delete();
    const answer = await erase({ email: CUSTOMER.email });
    expect(answer.body).toEqual({ erased: { bookings: 0, notifications: 1, mails: 1 } });
    expect(mentioning(await documentsOf(), WORDS)).toEqual([]);
  });

  it("finds a mail that outlived its notification", async () => {
    const made = await shop.book("09:00", theirs());
    await deliverAll();
    await collection("bookings").doc(made.booking.id).delete();
    await collection("notifications").doc(`${made.booking.id}_confirmed`).delete();
    const answer = await erase({ email: CUSTOMER.email });
    expect(answer.body).toEqual({ erased: { bookings: 0, notifications: 0, mails: 1 } });
    expect((await mails()).size).toBe(0);
  });

  it("covers fields that other programs have added, older hashes and corrupt bookings", async () => {
    const made = await shop.book("09:00", theirs());
    pass(MONDAY);
    const ref = collection("bookings").doc(made.booking.id);
    await ref.update({ contact_keys: ["k"], request_hash: "h", crm: { note: "Zubeida called" } });
    await collection("bookings").doc("corrupt").set({ customer: CUSTOMER, start: "tomorrow", note: NOTES });
    expect((await erase({ email: CUSTOMER.email })).body.erased.bookings).toBe(2);
    expect(mentioning(await documentsOf(), WORDS)).toEqual([]);
    const stored = (await ref.get()).data();
    for (const field of ["contact_keys", "request_hash", "crm"]) expect(stored).not.toHaveProperty(field);
  });

  it("deletes the claims of their contacts", async () => {
    const limited = await start({ clock: shop.clock, config: { rateLimits: true } });
    const order = { service_id: "inspection", mechanic_id: "ada", start: at(MONDAY, "09:00"), ...theirs() };
    expect((await limited.client.book(shop.id, order)).status).toBe(201);
    const shared = { name: "Brother", email: "brother@example.com", phone: CUSTOMER.phone };
    const brother = { ...order, start: at(MONDAY, "10:00"), customer: shared, notes: null };
    expect((await limited.client.book(shop.id, brother)).status).toBe(201);
    pass(MONDAY);
    expect((await collection("contacts").get()).size).toBe(3);
    await erase({ email: CUSTOMER.email });
    const left = await collection("contacts").get();
    expect(left.docs.map((one) => Object.keys(one.get("bookings") as object).length)).toEqual([1, 1]);
  });
});

describe("an erasure with upcoming appointments", () => {
  it("is refused with their list, and nothing is erased", async () => {
    const past = await shop.book("09:00", theirs());
    pass(MONDAY);
    const next = await shop.book("10:00", theirs({ start: at(TUESDAY, "10:00") }));
    const before = await documentsOf();
    const answer = await erase({ email: CUSTOMER.email });
    expect(answer).toMatchObject({
      status: 409,
      body: {
        warning: "appointment_conflicts",
        message: expect.stringContaining("cancelled without notice"),
        details: {
          conflicting_appointments: [
            { booking_id: next.booking.id, date: TUESDAY, start_time: "10:00", mechanic_id: "ada" },
          ],
        },
      },
    });
    expect(await documentsOf()).toEqual(before);
    expect(past.booking.id).not.toBe(next.booking.id);
  });

  it("cancels them without notice when confirmed, and their time is free again", async () => {
    const other = await start({ clock: shop.clock });
    const free = async () =>
      freeTimes((await other.client.availability(shop.id, MONDAY)).body, "ada").includes("10:00");
    const { booking } = await shop.book("10:00", theirs());
    expect(await free()).toBe(false);
    const answer = await erase({ email: CUSTOMER.email }, "?confirm=true");
    expect(answer).toMatchObject({ status: 200, body: { erased: { bookings: 1, notifications: 1 } } });
    expect(await free()).toBe(true);
    expect((await shop.view(booking.id, shop.admin)).body).toMatchObject({
      booking: { status: "cancelled_by_shop", customer: { name: "erased" } },
    });
    expect((await collection("notifications").get()).size).toBe(0);
    const { body } = await shop.send("GET", `/audit?booking_id=${booking.id}&type=booking_cancelled`);
    expect(body.entries).toMatchObject([{ actor: { uid: "boss" }, details: { because: "customer_erased" } }]);
    expect(mentioning(await documentsOf(), WORDS)).toEqual([]);
  });

  it("keeps an appointment that has begun, as anonymous time", async () => {
    const { booking } = await shop.book("10:00", theirs());
    shop.clock.set(at(MONDAY, "10:15"));
    expect((await erase({ email: CUSTOMER.email })).status).toBe(200);
    expect((await shop.view(booking.id, shop.admin)).body).toMatchObject({
      booking: { status: "confirmed", customer: { name: "erased" } },
    });
  });

  it("is answered 503 while the shop is rezoned, and erases nothing of them", async () => {
    const { booking } = await shop.book("10:00", theirs());
    await db.doc(`shops/${shop.id}`).update({ ledger_time_zone: "Asia/Tokyo" });
    const answer = await erase({ email: CUSTOMER.email }, "?confirm=true");
    expect(answer).toMatchObject({ status: 503, body: { error: "shop_rezoning" } });
    const stored = await collection("bookings").doc(booking.id).get();
    expect(stored.get("status")).toBe("confirmed");
  });
});

describe("an erasure beside other work", () => {
  it("lets no delivery write a mail that it had begun before", async () => {
    const { booking } = await shop.book("09:00", theirs());
    pass(MONDAY);
    const { context } = shop.instance;
    let delivered = 0;
    const deliveries = {
      readPending: async (address: Parameters<typeof context.deliveries.readPending>[0]) => {
        const pending = await context.deliveries.readPending(address);
        await erase({ email: CUSTOMER.email });
        return pending;
      },
      deliver: (...args: Parameters<typeof context.deliveries.deliver>) => {
        delivered += 1;
        return context.deliveries.deliver(...args);
      },
      recordFailure: context.deliveries.recordFailure.bind(context.deliveries),
    };
    const notificationId = `${booking.id}_confirmed`;
    await deliver({ ...context, deliveries }, { shopId: shop.id, notificationId });
    expect(delivered).toBe(1);
    expect((await mails()).size).toBe(0);
    expect(mentioning(await documentsOf(), WORDS)).toEqual([]);
    await deliver(context, { shopId: shop.id, notificationId });
    expect((await collection("notifications").get()).size).toBe(0);
  });

  it("finds by repetition a booking that was made meanwhile", async () => {
    await shop.book("09:00", theirs());
    pass(MONDAY);
    const { context } = shop.instance;
    const customers = new CustomerStore(db, 1);
    const page = customers.page.bind(customers);
    let made = false;
    customers.page = async (...args) => {
      const found = await page(...args);
      if (!made) await shop.book("09:00", theirs({ start: at(TUESDAY, "09:00") }));
      made = true;
      return found;
    };
    const subject = subjectOf({ email: CUSTOMER.email });
    if (!subject.ok) throw new Error("not a subject");
    const actor = { kind: "admin", uid: "boss" } as const;
    const command = { shopId: shop.id, subject: subject.value, actor, confirm: true, budgetMs: 30_000 };
    const scope = { now: shop.clock.now(), cost: new Cost() };
    expect(await eraseCustomer({ ...context, customers }, command, scope)).toMatchObject({ ok: true });
    expect((await erase({ email: CUSTOMER.email }, "?confirm=true")).status).toBe(200);
    expect(mentioning(await documentsOf(), WORDS)).toEqual([]);
  });

  it("continues where its time ran out, page by page", async () => {
    for (const time of ["09:00", "10:00", "11:00"]) {
      await shop.book(time, theirs());
      await shop.book(time, { customer: OTHER, start: at(TUESDAY, time) });
    }
    shop.clock.set(at(TUESDAY, "23:00"));
    const customers = new CustomerStore(db, 2);
    const subject = subjectOf({ phone: CUSTOMER.phone });
    if (!subject.ok) throw new Error("not a subject");
    const actor = { kind: "admin", uid: "boss" } as const;
    const command = { shopId: shop.id, subject: subject.value, actor, confirm: false, budgetMs: 0 };
    const run = async () => {
      const scope = { now: shop.clock.now(), cost: new Cost() };
      const outcome = await eraseCustomer({ ...shop.instance.context, customers }, command, scope);
      if (!outcome.ok) throw new Error(JSON.stringify(outcome));
      return outcome.value;
    };
    let runs = 1;
    let latest = await run();
    expect(latest.isComplete).toBe(false);
    for (; !latest.isComplete; runs += 1) {
      expect(runs).toBeLessThan(20);
      latest = await run();
    }
    expect(latest.erased).toEqual({ bookings: 3, notifications: 3, mails: 0 });
    expect(runs).toBeGreaterThan(3);
    expect(mentioning(await documentsOf(), WORDS)).toEqual([]);
    const { body } = await shop.send("GET", "/audit?type=customer_erased");
    expect(body.entries).toHaveLength(1);
  });

  it("reads everything again when it was interrupted more than ten minutes ago", async () => {
    const { context } = shop.instance;
    const subject = subjectOf({ email: CUSTOMER.email });
    if (!subject.ok) throw new Error("not a subject");
    const subjectHash = context.addressHash.short("customer", shop.id, subject.value.key);
    const erasure = { shopId: shop.id, subject: subject.value, subjectHash };
    const end = { source: "mails", after: "zzz" } as const;
    pass(MONDAY);
    await context.erasureProgress.save(erasure, end, shop.clock.now(), new Cost());
    shop.clock.advance({ minutes: 11 });
    await shop.book("09:00", theirs({ start: at(TUESDAY, "09:00") }));
    pass(TUESDAY);
    expect((await erase({ email: CUSTOMER.email })).body.erased.bookings).toBe(1);
  });
});

describe("an erasure whose process is killed", () => {
  /** A shop with data of every kind, the same each time. */
  const prepare = async (id: string) => {
    shop = await openManagedShop(project, id);
    const past = await shop.book("09:00", theirs());
    const cancelled = await shop.book("10:00", theirs());
    await shop.cancel(cancelled.booking.id, token(cancelled), { reason: "my aunt is ill" });
    const deleted = await shop.book("11:00", theirs());
    await deliverAll();
    await collection("bookings").doc(deleted.booking.id).delete();
    await db.doc(`mail/${id}:alone`).set({ to: [CUSTOMER.email], slotbay: { shop_id: id, booking_id: "x" } });
    pass(MONDAY);
    await shop.book("10:00", theirs({ start: at(TUESDAY, "10:00") }));
    return past;
  };
  /** The end state without what is different in every shop: ids, hashes, and lines of runs that found nothing. */
  const stateOf = async (id: string) =>
    (await documentsOf(id))
      .filter(({ data }) => !data.includes('"erased":{"bookings":0,"mails":0,"notifications":0}'))
      .map(({ path, data }) => `${path.split("/").slice(0, -1).join("/")} ${data}`)
      .map((line) => line.replaceAll(id, "SHOP").replace(/"[0-9a-f]{32}(_\w+)?"/g, '"ID"'))
      .map((line) => line.replace(/"customer":"[\w-]{22}"/, '"customer":"HASH"'))
      .sort();
  const eraseThrough = async (through: typeof db) => {
    const instance = await start({ db: through, clock: shop.clock });
    const path = `/v1/shops/${shop.id}/customers:erase?confirm=true`;
    return instance.client.post(path, { email: CUSTOMER.email }, shop.admin);
  };

  it("ends in the same state when it is repeated, whichever commit it was killed at", async () => {
    await prepare("whole");
    const counted = killedAfter(db, Infinity);
    const whole = await eraseThrough(counted.db);
    expect(whole.body).toEqual({ erased: { bookings: 3, notifications: 5, mails: 5 } });
    const expected = await stateOf("whole");
    expect(mentioning(await documentsOf("whole"), WORDS)).toEqual([]);
    expect(counted.state.commits).toBeGreaterThan(6);
    // What is stored when a process is killed before a commit is what is stored after the one before.
    for (let n = 1; n <= counted.state.commits; n += 1) {
      await prepare(`killed-${n}`);
      expect((await eraseThrough(killedAfter(db, n).db)).status).toBe(500);
      expect((await eraseThrough(db)).status).toBe(200);
      expect(await stateOf(`killed-${n}`), `killed after commit ${n}`).toEqual(expected);
    }
  }, 120_000);
});

describe("a customer's export", () => {
  it.each([
    ["e-mail address", { email: "ZUBEIDA@example.com" }],
    ["phone number", { phone: "886912345678" }],
    ["uid", { uid: "zubeida-uid" }],
  ])("by %s contains bookings, notifications, mails and audit lines", async (_by, body) => {
    const she = signedIn("zubeida-uid");
    const { booking } = await shop.book("09:00", theirs(), she);
    await shop.book("10:00", { customer: OTHER });
    await deliverAll();
    const answer = await take(body);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        bookings: [{ id: booking.id, customer: CUSTOMER, notes: NOTES, customer_uid: "zubeida-uid" }],
        notifications: [{ booking_id: booking.id, status: "delivered", payload: { customer: CUSTOMER } }],
        mails: [{ booking_id: booking.id, to: [CUSTOMER.email], text: expect.stringContaining("Zubeida") }],
        audit: [{ type: "booking_created", booking_id: booking.id }],
        next_page_token: null,
      },
    });
    expect(JSON.stringify(answer.body)).not.toContain("other@example.com");
  });

  it("is audited with counts and the hash that the erasure is audited with", async () => {
    await shop.book("09:00", theirs());
    pass(MONDAY);
    await take({ email: CUSTOMER.email });
    await erase({ email: CUSTOMER.email });
    const linesOf = async (type: string) =>
      (await shop.send("GET", `/audit?type=${type}`)).body.entries as { details: any }[];
    const [exported] = await linesOf("customer_exported");
    const [erased] = await linesOf("customer_erased");
    expect(exported?.details).toMatchObject({
      exported: { bookings: 1, notifications: 1, mails: 0, audit: 1 },
      named_by: "email",
    });
    expect(exported?.details.customer).toBe(erased?.details.customer);
    expect(mentioning(await documentsOf(), WORDS)).toEqual([]);
  });

  it("has pages that miss nothing and repeat nothing", async () => {
    const made: string[] = [];
    for (const time of ["09:00", "10:00", "11:00"]) made.push((await shop.book(time, theirs())).booking.id);
    await deliverAll();
    await collection("bookings").doc(made.pop()!).delete();
    const all = (await take({ email: CUSTOMER.email })).body;
    expect([all.bookings.length, all.notifications.length, all.mails.length]).toEqual([2, 3, 3]);
    const paged = {
      bookings: [] as any[],
      notifications: [] as any[],
      mails: [] as any[],
      audit: [] as any[],
    };
    let page_token: string | null = null;
    for (let pages = 1; ; pages += 1) {
      const { body } = await take({ email: CUSTOMER.email, limit: 1, page_token });
      for (const name of ["bookings", "notifications", "mails", "audit"] as const) {
        paged[name].push(...body[name]);
      }
      page_token = body.next_page_token;
      if (page_token === null) break;
      expect(pages).toBeLessThan(20);
    }
    const { next_page_token: _token, ...whole } = all;
    expect(paged).toEqual(whole);
  });

  it("gives out nothing once the customer is erased", async () => {
    await shop.book("09:00", theirs());
    await deliverAll();
    pass(MONDAY);
    await erase({ email: CUSTOMER.email });
    expect((await take({ email: CUSTOMER.email })).body).toMatchObject({
      bookings: [],
      notifications: [],
      mails: [],
      audit: [],
    });
  });
});

describe.each(["/customers:export", "/customers:erase"])("%s", (path) => {
  it.each([
    ["nobody", () => ({}), 401],
    ["a customer", () => signedIn("mei"), 403],
    ["a mechanic of the shop", () => shop.ada, 403],
    ["another shop's admin", () => signedIn("x", { role: "admin", shopId: "elsewhere" }), 404],
  ])("is closed to %s", async (_who, headers, status) => {
    expect((await shop.send("POST", path, { uid: "mei" }, headers())).status).toBe(status);
  });

  it.each([
    ["no customer", {}, "email"],
    ["two customers", { email: "a@example.com", uid: "a" }, "uid"],
    ["no e-mail address", { email: "a" }, "email"],
    ["no phone number", { phone: "call me" }, "phone"],
    ["a number as a phone number", { phone: 123 }, "phone"],
    ["no uid", { uid: "a b" }, "uid"],
    ["an unknown field", { uid: "a", name: "b" }, "name"],
  ])("refuses %s and names the field", async (_what, body, field) => {
    const refused = await shop.send("POST", path, body);
    expect(refused).toMatchObject({ status: 422, body: { error: "invalid_request" } });
    expect(refused.body.details.fields.map((one: { path: string }) => one.path)).toContain(field);
  });

  it("does not exist for a shop that does not exist", async () => {
    const platform = signedIn("root", { role: "admin", shopId: "*" });
    const answer = await shop.client.post(`/v1/shops/no-such-shop${path}`, { uid: "a" }, platform);
    expect(answer.status).toBe(404);
  });
});

it("refuses an export's malformed limit and page token by their names", async () => {
  for (const [field, value] of [
    ["limit", 0],
    ["limit", 201],
    ["page_token", "x"],
  ]) {
    const refused = await take({ uid: "a", [String(field)]: value });
    expect(refused).toMatchObject({ status: 422, body: { details: { fields: [{ path: field }] } } });
  }
});
