import { beforeAll, describe, expect, it } from "vitest";
import { freeTimes } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { at, MONDAY } from "../support/shop.ts";
import { signedIn } from "../support/token.ts";
import { auditOf, ledgerOf, openShop, outboxOf, token, type Shop } from "./support.ts";

const project = openProject("cancel");
let shop: Shop;
beforeAll(async () => {
  shop = await openShop(project, "cancels", { shop: { policy: { cancellation_notice_minutes: 120 } } });
});

describe("a cancellation", () => {
  it("frees the slot and is written to the outbox and the audit trail", async () => {
    await shop.client.availability("cancels", MONDAY);
    const made = await shop.book("09:00");
    const { id } = made.booking;
    const { status, body } = await shop.cancel(id, token(made), { reason: "Sold the car" });
    expect([status, body.booking.status]).toEqual([200, "cancelled_by_customer"]);
    expect(await ledgerOf(project, "cancels", "ada", MONDAY)).toEqual([]);
    const after = await shop.client.availability("cancels", MONDAY);
    expect(after.headers.get("x-cache")).toBe("HIT");
    expect(freeTimes(after.body, "ada")).toContain("09:00");
    expect((await auditOf(project, "cancels", id)).at(-1)).toMatchObject({
      action: "booking_cancelled",
      actor: { kind: "guest", uid: null },
      reason: "Sold the car",
    });
    expect((await outboxOf(project, "cancels", id)).map(({ kind, status }) => [kind, status])).toEqual(
      expect.arrayContaining([["booking_cancelled", "pending"]]),
    );
    expect((await shop.book("09:00")).booking.id).not.toBe(id);
  });

  it("returns the same answer a second time and changes nothing", async () => {
    const made = await shop.book("10:00");
    const { id } = made.booking;
    const first = await shop.cancel(id, token(made));
    const lines = await auditOf(project, "cancels", id);
    for (const headers of [token(made), shop.ada, shop.admin]) {
      expect(await shop.cancel(id, headers)).toMatchObject({ status: 200, body: first.body });
    }
    expect(await auditOf(project, "cancels", id)).toEqual(lines);
  });

  it.each([
    ["its mechanic", () => shop.ada, "mechanic"],
    ["an admin", () => shop.admin, "admin"],
  ] as const)("counts as the shop's when made by %s", async (_who, headers, kind) => {
    const made = await shop.book("11:00", {}, signedIn("mei"));
    const answer = await shop.cancel(made.booking.id, headers());
    expect(answer.body.booking.status).toBe("cancelled_by_shop");
    expect((await auditOf(project, "cancels", made.booking.id)).at(-1)).toMatchObject({ actor: { kind } });
  });

  it("is refused to customers, but not to staff, when it comes too late", async () => {
    const made = await shop.book("14:00");
    const { id } = made.booking;
    shop.clock.set(at(MONDAY, "12:00"));
    const other = await shop.book("14:30", {});
    shop.clock.advance({ seconds: 1 });
    expect(await shop.cancel(id, token(made))).toMatchObject({
      status: 409,
      body: { error: "cancellation_window", details: { cancellation_notice_minutes: 120 } },
    });
    expect((await shop.cancel(other.booking.id, token(other))).status).toBe(200);
    expect((await shop.cancel(id, shop.admin)).body.booking.status).toBe("cancelled_by_shop");
    shop.clock.set("2026-01-12T12:00:00Z");
  });

  it("is made once when requested many times at once", async () => {
    const made = await shop.book("15:00");
    const { id } = made.booking;
    const answers = await Promise.all(Array.from({ length: 10 }, () => shop.cancel(id, token(made))));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await auditOf(project, "cancels", id)).map((line) => line["action"])).toEqual([
      "booking_created",
      "booking_cancelled",
    ]);
  });

  it("is made once when its answer is lost", async () => {
    const made = await shop.book("16:00");
    const { id } = made.booking;
    const faults = [{ method: "Commit", probability: 0.7, effect: "LOSE_ANSWER" as const }];
    await project.emulator.setFaults({ seed: 7, faults });
    const answer = await shop.cancel(id, token(made));
    await project.emulator.clearFaults();
    expect(answer).toMatchObject({ status: 200, body: { booking: { status: "cancelled_by_customer" } } });
    expect((await auditOf(project, "cancels", id)).map((line) => line["action"])).toEqual([
      "booking_created",
      "booking_cancelled",
    ]);
  });

  it("costs at most five reads and five writes", async () => {
    const made = await shop.book("17:00");
    await project.emulator.resetUsage();
    await shop.cancel(made.booking.id, token(made));
    const { reads, writes } = await project.emulator.usage();
    expect([reads <= 5, writes <= 5]).toEqual([true, true]);
  });
});
