import { beforeAll, describe, expect, it } from "vitest";
import { openProject } from "../support/firestore.ts";
import { at, CUSTOMER, TUESDAY } from "../support/shop.ts";
import { openShop, token, type Shop } from "./support.ts";

const project = openProject("manage-bad-input");
let shop: Shop;
beforeAll(async () => {
  shop = await openShop(project, "garage");
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
  ])("is refused with its field: %s", async (_what, body, path) => {
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

  it("is refused in notes and names, while names of every script are kept", async () => {
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
  ])("does not include a common notation of a phone number: %s", async (phone) => {
    const order = { service_id: "inspection", mechanic_id: "ada", start: at("2026-01-26", "09:30") };
    const made = await shop.client.book("garage", { ...order, customer: { name: "Mei", phone } });
    expect(made).toMatchObject({ status: 201, body: { booking: { customer: { phone } } } });
    await shop.cancel(made.body.booking.id, token(made.body));
  });
});
