import { beforeAll, describe, expect, it } from "vitest";
import type { Firestore } from "firebase-admin/firestore";
import { addDays } from "../../../functions/src/engine/dates.ts";
import { millis, toMinutes } from "../../../functions/src/engine/units.ts";
import { dateOf } from "../../../functions/src/engine/zone.ts";
import { Client, type ErrorBody } from "../../support/client.ts";
import { CUSTOMER, seedShop, ZONE } from "../../support/shop.ts";
import { EventClient } from "../../support/event-source.ts";

const SHOP = "streamed";

/** Registers the tests of streams as a page uses them: the shop through Hosting, the stream at its own address. */
export function describeStreams(started: () => { readonly site: string; readonly db: Firestore }): void {
  describe("streams behind Hosting", () => {
    const date = addDays(dateOf(ZONE, toMinutes(millis(Date.now()))), 3);
    let client: Client;
    beforeAll(async () => {
      const { site, db } = started();
      client = new Client(site);
      await seedShop(db, SHOP);
    });
    const streamUrl = async () =>
      (await client.get<{ stream_url: string }>(`/v1/shops/${SHOP}`)).body.stream_url;

    it("opens at the address that the shop gives, and sees a booking made through Hosting", async () => {
      const search = new URLSearchParams({ date, service_id: "inspection" });
      const stream = await EventClient.connect(`${await streamUrl()}?${search.toString()}`);
      const { event, data } = await stream.next(30_000);
      expect(event).toBe("slots");
      const booked = await client.book(SHOP, { slot_id: data.slots[0]?.id, customer: CUSTOMER });
      expect(booked.status).toBe(201);
      const removed = await stream.next(30_000);
      expect([removed.event, removed.data.slots[0]?.id]).toEqual(["removed", data.slots[0]?.id]);
      stream.close();
    });

    it("is not served through Hosting, whose answer names the address", async () => {
      const answer = await client.get<ErrorBody>(`/v1/shops/${SHOP}/slots/stream`, { date });
      expect([answer.status, answer.body.error]).toEqual([404, "not_found"]);
      expect(answer.body.details).toEqual({ stream_url: await streamUrl() });
    });
  });
}
