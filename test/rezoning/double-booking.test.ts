import { FieldValue } from "firebase-admin/firestore";
import { beforeAll, describe, expect, it } from "vitest";
import { openShop, type Shop } from "../lifecycle/support.ts";
import { openProject } from "../support/firestore.ts";
import { at, CUSTOMER, MONDAY } from "../support/shop.ts";

const project = openProject("double-booking");
const { db } = project;
let shop: Shop;
let shops = 0;

/** Opens late enough that a slot's date differs between New York and Tokyo. */
const inspection = { service_id: "inspection", mechanic_id: "ada", start: at(MONDAY, "15:00") };

describe.each([
  ["that states the zone of its ledgers", { ledger_time_zone: "America/New_York" }],
  ["that does not state the zone of its ledgers", { ledger_time_zone: FieldValue.delete() }],
])("a shop %s, after its time zone is changed", (_which, zones) => {
  beforeAll(async () => {
    shop = await openShop(project, `changed-${(shops += 1)}`);
    await db.doc(`shops/${shop.id}`).update(zones);
    await shop.book("15:00");
    const hours = ["monday", "tuesday"].map((day) => [day, [{ start_time: "00:00", end_time: "24:00" }]]);
    await db.doc(`shops/${shop.id}/mechanics/ada`).update({ weekly_schedule: Object.fromEntries(hours) });
    await db.doc(`shops/${shop.id}`).update({ time_zone: "Asia/Tokyo" });
  });

  it("does not let the same time be booked again", async () => {
    const again = await shop.client.book(shop.id, { customer: CUSTOMER, ...inspection });
    expect(again.status).toBe(503);
    expect(again.body.error).toBe("shop_rezoning");
    expect(Number(again.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
  });

  it("does not let the same time be held", async () => {
    const held = await shop.client.post(`/v1/shops/${shop.id}/holds`, { ...inspection, session_id: "s" });
    expect(held).toMatchObject({ status: 503, body: { error: "shop_rezoning" } });
  });
});
