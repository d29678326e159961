import { createHash } from "node:crypto";
import { FieldValue } from "firebase-admin/firestore";
import { beforeAll, describe, expect, it } from "vitest";
import { deliver } from "../../functions/src/notifications/delivery.ts";
import type { Mail } from "../../functions/src/notifications/mail.ts";
import { openProject } from "../support/firestore.ts";
import { startInstance } from "../support/instance.ts";
import { at, CUSTOMER, MONDAY, TUESDAY } from "../support/shop.ts";
import { signedIn } from "../support/token.ts";
import { openShop, outboxOf, token, type Shop } from "./support.ts";

const project = openProject("manage-links");
const { db } = project;
const SHOP = "links";
let shop: Shop;
beforeAll(async () => {
  shop = await openShop(project, SHOP);
});

/** The manage links of the booking's mails, in the order of its changes. */
async function linksOf(bookingId: string): Promise<(string | undefined)[]> {
  const notifications = await outboxOf(project, SHOP, bookingId);
  const links = new Map<string, string | undefined>();
  for (const { id, kind } of notifications) {
    await deliver(shop.instance.context, { shopId: SHOP, notificationId: id });
    const mail = (await db.doc(`mail/${SHOP}:${id}`).get()).data() as Mail;
    links.set(kind, /https?:\S+/.exec(mail.message.text)?.[0]);
  }
  return ["booking_confirmed", "booking_rescheduled", "booking_cancelled"].map((kind) => links.get(kind));
}

const headersOf = (link = "") => ({ "x-manage-token": link.split("#")[1] ?? "" });
const bookingRef = (id: string) => db.doc(`shops/${SHOP}/bookings/${id}`);

describe("the manage link in a guest's mail", () => {
  it("opens the booking, after a move as well, with the token that the guest was answered", async () => {
    const made = await shop.book("09:00");
    const { id } = made.booking;
    await shop.move(id, { start: at(TUESDAY, "10:00") }, token(made));
    const [confirmed, moved] = await linksOf(id);
    expect(confirmed).toBe(`http://127.0.0.1:5000/manage/${SHOP}/${id}#${made.manage_token}`);
    expect(moved).toBe(confirmed);
    expect((await shop.view(id, headersOf(confirmed))).status).toBe(200);
    expect((await shop.cancel(id, headersOf(confirmed))).status).toBe(200);
    expect((await linksOf(id))[2]).toBeUndefined();
  });

  it("starts with the site's address", async () => {
    const config = { publicUrl: "https://book.example" };
    const elsewhere = await startInstance(project, { config });
    const made = await shop.book("09:30");
    const [notification] = await outboxOf(project, SHOP, made.booking.id);
    const notificationId = notification?.id ?? "";
    await deliver(elsewhere.context, { shopId: SHOP, notificationId });
    const mail = (await db.doc(`mail/${SHOP}:${notificationId}`).get()).data() as Mail;
    expect(mail.message.text).toContain(`https://book.example/manage/${SHOP}/${made.booking.id}#`);
    await elsewhere.close();
  });

  it("is not in the mail of a signed-in customer", async () => {
    const { booking } = await shop.book("10:00", {}, signedIn("mei"));
    expect(await linksOf(booking.id)).toEqual([undefined, undefined, undefined]);
  });

  it("opens no other booking, and none where the secret is another", async () => {
    const [one, two] = [await shop.book("10:30"), await shop.book("11:00")];
    expect((await shop.view(two.booking.id, token(one))).status).toBe(404);
    const stranger = await startInstance(project, { config: { manageTokenSecret: "another" } });
    const path = `/v1/shops/${SHOP}/bookings/${one.booking.id}`;
    expect((await stranger.client.get(path, {}, token(one))).status).toBe(404);
    await stranger.close();
  });

  it("stops working when the version of the booking's token is raised", async () => {
    const made = await shop.book("11:30");
    await bookingRef(made.booking.id).update({ manage_token_version: 2 });
    expect((await shop.view(made.booking.id, token(made))).status).toBe(404);
  });
});

describe("what a client may read past the API", () => {
  it("has no hash, no salt and no token, whatever became of the booking", async () => {
    const key = { "idempotency-key": "a key of sixteen or more" };
    const made = await shop.book("14:00", {}, key);
    const { id } = made.booking;
    await shop.move(id, { start: at(TUESDAY, "14:00") }, token(made));
    await shop.cancel(id, token(made));
    await shop.book("14:30", {}, signedIn("mei"));
    for (const name of ["bookings", "notifications", "audit"]) {
      const { docs } = await db.collection(`shops/${SHOP}/${name}`).get();
      const texts = docs.map((document) => JSON.stringify(document.data()));
      expect(docs.length).toBeGreaterThan(0);
      expect(texts.filter((text) => /hash|salt|secret/.test(text))).toEqual([]);
      expect(texts.filter((text) => text.includes(made.manage_token ?? "?"))).toEqual([]);
    }
  });
});

describe("a booking of before manage tokens were keyed hashes", () => {
  /** Gives the booking the fields that such documents have, and returns its former token. */
  async function makeFormer(id: string, requestHash: string | null): Promise<string> {
    const former = `former-token-of-${id}`;
    const hash = createHash("sha256").update(former).digest("base64url");
    await bookingRef(id).update({
      ...{ manage_salt: "salt", manage_token_hash: hash, request_hash: requestHash },
      manage_token_version: FieldValue.delete(),
    });
    return former;
  }

  it("is opened by its former token until it is over, and by the new link", async () => {
    const made = await shop.book("15:00");
    const { id } = made.booking;
    const former = { "x-manage-token": await makeFormer(id, null) };
    expect((await shop.move(id, { start: at(TUESDAY, "15:00") }, former)).status).toBe(200);
    expect((await shop.view(id, former)).status).toBe(200);
    expect((await shop.view(id, token(made))).status).toBe(200);
    expect((await shop.cancel(id, former)).status).toBe(200);
    expect((await shop.view(id, { "x-manage-token": "another" })).status).toBe(404);
  });

  it("is returned to the request that made it, and to no other with its key", async () => {
    const key = { "idempotency-key": "a key of before the change" };
    const order = (time: string) => ({
      ...{ service_id: "inspection", mechanic_id: "ada", start: at(MONDAY, time) },
      customer: { name: CUSTOMER.name },
    });
    const made = await shop.client.book(SHOP, order("16:00"), key);
    const { id } = made.body.booking;
    const start = Date.parse(at(MONDAY, "16:00")) / 60_000;
    const parts = ["inspection", "ada", start, null, CUSTOMER.name, null, null, null];
    await makeFormer(id, createHash("sha256").update(JSON.stringify(parts)).digest("base64url"));
    const again = await shop.client.book(SHOP, order("16:00"), key);
    expect(again).toMatchObject({ status: 200, body: { booking: { id } } });
    expect((await shop.view(id, token(again.body))).status).toBe(200);
    const other = await shop.client.book(SHOP, order("16:30"), key);
    expect(other).toMatchObject({ status: 422, body: { error: "idempotency_key_reused" } });
  });
});
