import { Timestamp, type Firestore } from "firebase-admin/firestore";
import { beforeAll, describe, expect, it } from "vitest";
import { addDays } from "../../../functions/src/engine/dates.ts";
import { dateOf, formatWithOffset, wallToMinute } from "../../../functions/src/engine/zone.ts";
import { LOCAL_PROJECT } from "../../../scripts/support/local-project.ts";
import { Client, freeTimes } from "../../support/client.ts";
import { everyDay, seedShop, ZONE } from "../../support/shop.ts";
import { waitFor } from "../../support/wait-for.ts";
import type { RunningSuite } from "../../support/suite.ts";
import { minutes } from "../../../functions/src/engine/units.ts";

const SHOP = "background";
const now = Math.floor(Date.now() / 60_000);
/** Far enough ahead that today's clock does not matter. */
const DATE = addDays(dateOf(ZONE, minutes(now)), 3);

let suite: RunningSuite;
let db: Firestore;
let client: Client;

const shop = () => db.doc(`shops/${SHOP}`);
const version = async () => (await shop().get()).get("catalog_version") as number;
const at = (time: string) => formatWithOffset(ZONE, wallToMinute(ZONE, DATE, minuteOf(time)));

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

/** Waits until the triggers of what was written before have all had their say: the version stays for a while. */
async function shopIsQuiet(): Promise<number> {
  let [last, since] = [await version(), performance.now()];
  return waitFor(
    async () => {
      const current = await version();
      if (current !== last) [last, since] = [current, performance.now()];
      return performance.now() - since > 2_000 ? current : undefined;
    },
    { what: "the triggers to settle", timeoutMs: 60_000 },
  );
}

async function runJob(name: string): Promise<number> {
  const url = `http://${suite.functionsHost}/functions/projects/${LOCAL_PROJECT}/triggers/us-central1-${name}-0`;
  return (await fetch(url, { method: "POST" })).status;
}

async function adasTimes(): Promise<string[]> {
  return freeTimes((await client.availability(SHOP, DATE)).body, "ada");
}

/** Registers the tests of what runs without a request: document triggers and scheduled jobs, deployed to the emulator. */
export function describeBackgroundWork(started: () => RunningSuite): void {
  describe("background work", () => {
    beforeAll(async () => {
      suite = started();
      ({ db } = suite);
      client = new Client(suite.site);
      await seedShop(db, SHOP);
      await shopIsQuiet();
    });

    describeCatalogTriggers();
    describeOutboxTrigger();
    describeScheduledJobs();
  });
}

function describeCatalogTriggers(): void {
  describe("the trigger of a catalog document", () => {
    it("serves a schedule that was changed by hand", async () => {
      expect((await adasTimes())[0]).toBe("09:00");
      const before = await shopIsQuiet();
      await shop()
        .collection("mechanics")
        .doc("ada")
        .update({ weekly_schedule: everyDay("10:00-12:00") });
      await waitFor(async () => (await adasTimes())[0] === "10:00", {
        what: "the new hours",
        timeoutMs: 30_000,
      });
      expect(await shopIsQuiet()).toBe(before + 1);
    });

    it("bumps the version once for a service and once for the policy", async () => {
      const before = await shopIsQuiet();
      await shop().collection("services").doc("inspection").update({ buffer_after_minutes: 30 });
      await waitFor(async () => (await version()) > before, {
        what: "the service's bump",
        timeoutMs: 30_000,
      });
      expect(await shopIsQuiet()).toBe(before + 1);
      await shop().update({ "policy.lead_time_minutes": 5 });
      await waitFor(async () => (await version()) > before + 1, {
        what: "the policy's bump",
        timeoutMs: 30_000,
      });
      expect(await shopIsQuiet()).toBe(before + 2);
    });

    it("serves an exception that was written by hand and leaves the version alone", async () => {
      const before = await shopIsQuiet();
      expect(await adasTimes()).not.toEqual([]);
      await shop().collection("exceptions").doc("ill").set({
        mechanic_id: "ada",
        from_date: DATE,
        to_date: DATE,
        start_time: null,
        end_time: null,
        rrule: null,
        effect: "unavailable",
      });
      await waitFor(async () => (await adasTimes()).length === 0, { what: "the day off", timeoutMs: 30_000 });
      expect(await shopIsQuiet()).toBe(before);
    });
  });
}

function describeOutboxTrigger(): void {
  describe("the outbox's trigger", () => {
    it("mails a booking once, with the appointment attached", async () => {
      const answer = await client.book(SHOP, {
        service_id: "inspection",
        mechanic_id: "grace",
        start: at("13:00"),
        customer: { name: "Ada Lovelace", email: "lovelace@example.com" },
      });
      expect(answer).toMatchObject({ status: 201 });
      const notification = await waitFor(
        async () => {
          const found = await shop().collection("notifications").get();
          return found.docs.find((one) => one.get("status") === "delivered");
        },
        { what: "the delivery", timeoutMs: 30_000 },
      );
      expect(notification.data()).toMatchObject({
        kind: "booking_confirmed",
        booking_id: answer.body.booking.id,
        mail: `mail/${SHOP}:${notification.id}`,
      });
      const mails = await db.collection("mail").where("slotbay.shop_id", "==", SHOP).get();
      expect(mails.docs.map((mail): unknown => mail.get("to"))).toEqual([["lovelace@example.com"]]);
      expect(mails.docs.map(({ ref }) => ref.path)).toEqual([`mail/${SHOP}:${notification.id}`]);
      expect(JSON.stringify(mails.docs[0]?.data())).toContain("BEGIN:VCALENDAR");
    });
  });
}

function describeScheduledJobs(): void {
  describe("a scheduled job", () => {
    it("removes a hold that has expired", async () => {
      const held = await client.post<{ hold_id: string }>(`/v1/shops/${SHOP}/holds`, {
        service_id: "inspection",
        mechanic_id: "grace",
        start: at("15:00"),
        session_id: "background-session",
      });
      expect(held.status).toBe(201);
      const hold = shop().collection("holds").doc(held.body.hold_id);
      const ledger = shop().collection("ledger").doc(`grace_${DATE}`);
      const idsIn = async () => ((await ledger.get()).get("entries") as { id: string }[]).map(({ id }) => id);
      expect(await idsIn()).toContain(hold.id);
      expect(await runJob("sweepholds")).toBe(200);
      expect((await hold.get()).exists).toBe(true);

      const past = Timestamp.fromMillis(Date.now() - 1_000);
      const entries = (await ledger.get()).get("entries") as { id: string; expires_at: unknown }[];
      await Promise.all([
        hold.update({ expires_at: past }),
        ledger.update({
          entries: entries.map((entry) => (entry.id === hold.id ? { ...entry, expires_at: past } : entry)),
        }),
      ]);
      expect(await runJob("sweepholds")).toBe(200);
      expect((await hold.get()).exists).toBe(false);
      expect(await idsIn()).not.toContain(hold.id);
    });

    it("fills the coming days of a shop where it is two in the morning", async () => {
      // "Etc/GMT-3" is three hours ahead of UTC.
      const ahead = (26 - new Date().getUTCHours()) % 24;
      const offset = ahead > 14 ? ahead - 24 : ahead;
      const time_zone = `Etc/GMT${offset > 0 ? `-${offset}` : `+${-offset}`}`;
      await seedShop(db, "night", { shop: { time_zone } });
      expect(await runJob("warmavailability")).toBe(200);
      const days = await db.collection("shops/night/availability").get();
      expect(days.size).toBe(15);
    });
  });
}
