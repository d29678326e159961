import { beforeAll, describe, expect, it } from "vitest";
import { deliver } from "../../functions/src/notifications/delivery.ts";
import type { Mail } from "../../functions/src/notifications/mail.ts";
import { openProject } from "../support/firestore.ts";
import { at, TUESDAY } from "../support/shop.ts";
import { openShop, outboxOf, token, type Shop } from "./support.ts";

const project = openProject("notifications");
const { db } = project;
let shop: Shop;
beforeAll(async () => {
  shop = await openShop(project, "mails", { shop: { name: "陳記車行", language: "zh-Hant" } });
});

/** What the trigger does when the notification is created. */
const trigger = (notificationId: string) =>
  deliver(shop.instance.context, { shopId: "mails", notificationId });
const mailFor = async (notificationId: string) =>
  (await db.doc(`mail/mails:${notificationId}`).get()).data() as Mail | undefined;

describe("a change of a booking", () => {
  it("is mailed when it is made, moved or cancelled", async () => {
    const made = await shop.book("09:00", { language: "en-GB" });
    const { id } = made.booking;
    await shop.move(id, { start: at(TUESDAY, "10:00") }, token(made));
    await shop.cancel(id, token(made));
    const subjects: string[] = [];
    for (const notification of await outboxOf(project, "mails", id)) {
      await trigger(notification.id);
      const mail = await mailFor(notification.id);
      expect(mail?.to).toEqual(["chen@example.com"]);
      expect(mail?.message.attachments.map(({ filename }) => filename)).toEqual(["appointment.ics"]);
      subjects.push(mail?.message.subject ?? "");
    }
    expect(subjects.sort()).toEqual([
      "Your appointment has been cancelled · Tuesday, January 20, 2026 10:00 AM · 陳記車行",
      "Your appointment has been moved · Tuesday, January 20, 2026 10:00 AM · 陳記車行",
      "Your appointment is confirmed · Monday, January 19, 2026 9:00 AM · 陳記車行",
    ]);
    const statuses = (await outboxOf(project, "mails", id)).map(({ status }) => status);
    expect(statuses).toEqual(["delivered", "delivered", "delivered"]);
  });

  it("is mailed in the shop's language to customers who named none", async () => {
    const made = await shop.book("10:00");
    await trigger(`${made.booking.id}_confirmed`);
    expect((await mailFor(`${made.booking.id}_confirmed`))?.message.subject).toMatch(/^預約確認/);
  });

  it("is mailed once, though the trigger fires several times", async () => {
    const made = await shop.book("11:00");
    const id = `${made.booking.id}_confirmed`;
    await Promise.all([trigger(id), trigger(id), trigger(id)]);
    const first = await db.doc(`mail/mails:${id}`).get();
    await trigger(id);
    expect((await first.ref.get()).updateTime).toEqual(first.updateTime);
    const mails = await db.collection("mail").where("slotbay.booking_id", "==", made.booking.id).get();
    expect(mails.size).toBe(1);
  });

  it("is not mailed to a customer without an address, and the outbox notes that", async () => {
    const made = await shop.book("14:00", { customer: { name: "Mei", phone: "+886 2 1234 5678" } });
    await trigger(`${made.booking.id}_confirmed`);
    expect((await outboxOf(project, "mails", made.booking.id))[0]).toMatchObject({ status: "skipped" });
    expect(await mailFor(`${made.booking.id}_confirmed`)).toBeUndefined();
  });

  it("is refused with a language that is no language tag", async () => {
    const answer = await shop.client.book("mails", {
      service_id: "inspection",
      mechanic_id: "ada",
      start: at(TUESDAY, "15:00"),
      customer: { name: "Mei" },
      language: "中文",
    });
    expect(answer).toMatchObject({ status: 422, body: { details: { fields: [{ path: "language" }] } } });
  });
});
