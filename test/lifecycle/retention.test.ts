import { readFileSync } from "node:fs";
import type { Timestamp } from "firebase-admin/firestore";
import { beforeAll, describe, expect, it } from "vitest";
import { deliver } from "../../functions/src/notifications/delivery.ts";
import { openProject } from "../support/firestore.ts";
import { at, MONDAY, TUESDAY } from "../support/shop.ts";
import { auditOf, openShop, outboxOf, token, type Shop } from "./support.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const project = openProject("retention");
const { db } = project;
let shop: Shop;
beforeAll(async () => {
  shop = await openShop(project, "kept");
});

/** How many days after the test's present a document is deleted; each change of a booking is a millisecond later. */
const daysLeft = (deleteAt: unknown) =>
  Math.floor(((deleteAt as Timestamp).toMillis() - shop.clock.now()) / DAY_MS);

describe("personal data", () => {
  it("is deleted from mails and notifications after 90 days, from the trail after two years", async () => {
    const made = await shop.book("09:00");
    const { id } = made.booking;
    await shop.move(id, { start: at(TUESDAY, "10:00") }, token(made));
    await shop.cancel(id, token(made));
    const outbox = await outboxOf(project, "kept", id);
    expect(outbox).toHaveLength(3);
    for (const { id: notificationId } of outbox) {
      await deliver(shop.instance.context, { shopId: "kept", notificationId });
      const notification = await db.doc(`shops/kept/notifications/${notificationId}`).get();
      const mail = await db.doc(`mail/kept:${notificationId}`).get();
      expect([notification, mail].map((document) => daysLeft(document.get("delete_at")))).toEqual([90, 90]);
    }
    const trail = await auditOf(project, "kept", id);
    expect(trail.map((entry) => daysLeft(entry["delete_at"]))).toEqual([730, 730, 730]);
  });

  it("is deleted from the entries about a shop's days, too", async () => {
    const path = "/v1/shops/kept/availability:recalculate";
    const body = { from_date: MONDAY, to_date: MONDAY };
    expect((await shop.client.post(path, body, shop.admin)).status).toBe(200);
    const seed = { shop_id: "kept", start_date: MONDAY, days: 1 };
    expect((await shop.client.post("/availability/seed", seed, shop.admin)).status).toBeLessThan(300);
    const trail = await db.collection("shops/kept/audit").where("booking_id", "==", null).get();
    expect(trail.docs.map((entry) => daysLeft(entry.get("delete_at")))).toEqual([730, 730]);
  });

  // The official emulator answers every query.
  it.skipIf(process.env.OFFICIAL_EMULATOR).each([
    ["mail", "to"],
    ["mail", "message.text"],
    ["mail", "delivery.info.accepted"],
    ["shops/kept/notifications", "payload.customer.email"],
    ["shops/kept/notifications", "last_error"],
    ["shops/kept/audit", "details.start"],
    ["shops/kept/audit", "reason"],
    ["shops/kept/bookings", "customer.name"],
    ["shops/kept/bookings", "notes"],
    ["shops/kept/bookings", "manage_token_hash"],
    ["shops/kept/exceptions", "reason"],
  ])("is in no index: %s by %s", async (collection, field) => {
    const query = db.collection(collection).where(field, "==", "anything").get();
    await expect(query).rejects.toMatchObject({ code: 9 });
  });

  it("has a TTL policy in every collection that is deleted from", () => {
    const file = readFileSync(new URL("../../firestore.indexes.json", import.meta.url), "utf8");
    const { fieldOverrides } = JSON.parse(file) as { fieldOverrides: Record<string, unknown>[] };
    const policies = fieldOverrides.filter(({ ttl }) => ttl === true);
    const fields = policies.map(({ collectionGroup, fieldPath }) => `${collectionGroup}.${fieldPath}`);
    expect(fields.sort()).toEqual([
      "audit.delete_at",
      "availability.expires_at",
      "contacts.delete_at",
      "holds.expires_at",
      "mail.delete_at",
      "notifications.delete_at",
      "rate_limits.expires_at",
      "refusals.delete_at",
    ]);
  });
});
