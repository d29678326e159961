import { beforeAll, describe, expect, it } from "vitest";
import { openProject } from "../support/firestore.ts";
import { at, MONDAY, TUESDAY } from "../support/shop.ts";
import { signedIn } from "../support/token.ts";
import { auditOf, openShop, token, type Shop } from "./support.ts";

const project = openProject("conditional");
let shop: Shop;
beforeAll(async () => {
  shop = await openShop(project, "garage");
});

describe("a conditional request", () => {
  it("identifies a booking by its ETag, which every change renews", async () => {
    const made = await shop.book("15:30");
    const { id } = made.booking;
    const first = (await shop.view(id, token(made))).headers.get("etag") ?? "";
    expect(first).toMatch(/^"[\w-]{20,}"$/);
    const unchanged = await shop.view(id, { ...token(made), "if-none-match": first });
    expect([unchanged.status, unchanged.body]).toEqual([304, ""]);
    const away = await shop.move(id, { start: at(TUESDAY, "09:00") }, { ...token(made), "if-match": first });
    expect(away.status).toBe(200);
    const second = away.headers.get("etag") ?? "";
    const back = await shop.move(id, { start: at(MONDAY, "15:30") }, { ...token(made), "if-match": second });
    expect(back.status).toBe(200);
    expect(new Set([first, second, back.headers.get("etag")]).size).toBe(3);
  });

  it("refuses a change of a booking that has changed meanwhile", async () => {
    const made = await shop.book("16:00");
    const { id } = made.booking;
    const stale = { ...token(made), "if-match": '"stale"' };
    const moved = await shop.move(id, { start: at(TUESDAY, "10:00") }, stale);
    expect(moved).toMatchObject({ status: 412, body: { error: "precondition_failed" } });
    expect((await shop.cancel(id, stale)).status).toBe(412);
    expect((await shop.view(id, token(made))).body).toEqual({ booking: made.booking });
  });

  it("lets one of many clients that read the same booking move it", async () => {
    const made = await shop.book("16:30");
    const etag = (await shop.view(made.booking.id, token(made))).headers.get("etag") ?? "";
    const times = ["09:00", "09:30", "10:30", "11:00", "11:30", "14:00"];
    const answers = await Promise.all(
      times.map((time) =>
        shop.move(made.booking.id, { start: at(TUESDAY, time) }, { ...token(made), "if-match": etag }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412, 412]);
  });

  it("matches any booking with *, but only for callers who may see it", async () => {
    const made = await shop.book("09:00", { start: at("2026-01-27", "09:00") });
    const any = { "if-none-match": " * " };
    expect((await shop.view(made.booking.id, { ...token(made), ...any })).status).toBe(304);
    expect((await shop.view(made.booking.id, { ...signedIn("wei"), ...any })).status).toBe(404);
    expect((await shop.view("no-such-booking", { ...shop.admin, ...any })).status).toBe(404);
  });

  it("accepts any booking with *, and one of several validators", async () => {
    const made = await shop.book("17:00");
    const etag = (await shop.view(made.booking.id, token(made))).headers.get("etag") ?? "";
    const one = { ...token(made), "if-match": `"other", ${etag}` };
    expect((await shop.move(made.booking.id, { start: at(TUESDAY, "15:00") }, one)).status).toBe(200);
    const any = { ...token(made), "if-match": "*" };
    expect((await shop.move(made.booking.id, { start: at(TUESDAY, "15:30") }, any)).status).toBe(200);
  });
});

describe("the outcome of an appointment", () => {
  it("is recorded by staff once it has begun, with their reason in the trail", async () => {
    const made = await shop.book("17:30");
    const { id } = made.booking;
    expect(await shop.mark(id, "complete", shop.ada)).toMatchObject({
      status: 409,
      body: { error: "not_begun" },
    });
    shop.clock.set(at(MONDAY, "17:30"));
    const done = await shop.mark(id, "complete", shop.ada, { reason: "先生已完成" });
    expect(done).toMatchObject({ status: 200, body: { booking: { status: "completed" } } });
    const corrected = await shop.mark(id, "no_show", shop.admin);
    expect(corrected.body.booking.status).toBe("no_show");
    expect((await shop.mark(id, "no_show", shop.admin)).body).toEqual(corrected.body);
    expect(await auditOf(project, "garage", id)).toMatchObject([
      { action: "booking_created", actor: { kind: "guest", uid: null } },
      { action: "booking_completed", actor: { kind: "mechanic", uid: "ada-uid" }, reason: "先生已完成" },
      { action: "booking_no_show", actor: { kind: "admin", uid: "boss" }, reason: null },
    ]);
  });

  it("cannot be recorded by customers, and ends all changes", async () => {
    shop.clock.set("2026-01-12T12:00:00Z");
    const made = await shop.book("09:00", { start: at(TUESDAY, "17:00") });
    const { id } = made.booking;
    expect(await shop.mark(id, "complete", token(made))).toMatchObject({ status: 403 });
    shop.clock.set(at(TUESDAY, "17:00"));
    await shop.mark(id, "complete", shop.admin);
    for (const answer of [
      await shop.cancel(id, shop.admin),
      await shop.move(id, { start: at("2026-01-27", "09:00") }, shop.admin),
    ]) {
      expect(answer).toMatchObject({ status: 409, body: { error: "wrong_status" } });
    }
  });
});
