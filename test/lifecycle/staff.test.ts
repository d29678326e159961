import { beforeAll, describe, expect, it } from "vitest";
import { openProject } from "../support/firestore.ts";
import { signedIn } from "../support/token.ts";
import { auditOf, openShop, token, type Shop } from "./support.ts";

const project = openProject("staff");
let shop: Shop;

beforeAll(async () => {
  shop = await openShop(project, "desk", { shop: { policy: { allow_guest_booking: false } } });
});

/** Who answers the telephone. */
const DESK: readonly (readonly [string, () => Record<string, string>])[] = [
  ["an admin", () => shop.admin],
  ["a mechanic", () => shop.grace],
];

describe.each(DESK)("what %s books for a customer", (who, headers) => {
  const time = who === "an admin" ? "09:00" : "10:00";

  it("belongs to the customer, who manages it with its token", async () => {
    const made = await shop.book(time, {}, headers());
    const { id } = made.booking;
    const record = (await project.db.doc(`shops/${shop.id}/bookings/${id}`).get()).data();
    expect(record?.["customer_uid"]).toBeNull();
    expect((await shop.view(id, token(made))).status).toBe(200);
    expect(await auditOf(project, shop.id, id)).toMatchObject([
      { action: "booking_created", actor: { kind: who === "an admin" ? "admin" : "mechanic" } },
    ]);
    const cancelled = await shop.cancel(id, token(made));
    expect(cancelled.body.booking.status).toBe("cancelled_by_customer");
  });

  it("is cancelled by the shop when the shop cancels it", async () => {
    const made = await shop.book(time, {}, headers());
    const cancelled = await shop.cancel(made.booking.id, shop.admin);
    expect(cancelled.body.booking.status).toBe("cancelled_by_shop");
  });
});

it("treats staff of another shop as ordinary customers", async () => {
  const stranger = signedIn("stranger", { role: "mechanic", shopId: "elsewhere", mechanicId: "ada" });
  const made = await shop.book("11:00", {}, stranger);
  expect(made.manage_token).toBeUndefined();
  const cancelled = await shop.cancel(made.booking.id, stranger);
  expect(cancelled.body.booking.status).toBe("cancelled_by_customer");
});
