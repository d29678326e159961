import { Timestamp } from "firebase-admin/firestore";
import { beforeEach, describe, expect, it } from "vitest";
import { auditOf, outboxOf } from "../lifecycle/support.ts";
import { openProject } from "../support/firestore.ts";
import { expectCacheRight, expectConsistent } from "../support/race.ts";
import { startInstance } from "../support/instance.ts";
import { at, everyDay, MONDAY, TUESDAY } from "../support/shop.ts";
import { signedIn } from "../support/token.ts";
import { openManagedShop, type ManagedShop } from "./support.ts";

const project = openProject("bulk-bookings");
const ALL_DAY = everyDay("09:00-17:00");
const REASSIGN = "/bookings:reassign";
const CANCEL = "/bookings:cancel";
const ADAS_MONDAY = { mechanic_id: "ada", from: MONDAY, to: MONDAY };
/** Ada and two colleagues for every inspection; Bob paints only. */
const MECHANICS = {
  ada: { specialties: ["inspection", "oil_change"], weekly_schedule: ALL_DAY },
  grace: { specialties: ["inspection"], weekly_schedule: ALL_DAY },
  carol: { specialties: ["inspection"], weekly_schedule: everyDay("09:00-12:00") },
  bob: { specialties: [], weekly_schedule: ALL_DAY },
};
let shop: ManagedShop;
let shops = 0;

beforeEach(async () => {
  shop = await openManagedShop(project, `bulk-${(shops += 1)}`, { mechanics: MECHANICS });
});

const idOf = async (booked: Promise<{ booking: { id: string } }>) => (await booked).booking.id;
const mechanicOf = async (id: string) =>
  String((await project.db.doc(`shops/${shop.id}/bookings/${id}`).get()).get("mechanic_id"));
const moved = (body: any) => body.moved.map((one: any) => [one.id, one.mechanic_id]);
const reasons = (body: any) => body.not_moved.map((one: any) => [one.booking_id, one.error]);

describe("bookings:reassign", () => {
  it("moves a mechanic's day to a colleague at the same times, with one notice and one audit line each", async () => {
    const [nine, ten] = [await idOf(shop.book("09:00")), await idOf(shop.book("10:00"))];
    const other = await idOf(shop.book("10:00", { start: at(TUESDAY, "10:00") }));
    const { status, body } = await shop.send("POST", REASSIGN, {
      ...ADAS_MONDAY,
      to_mechanic_id: "grace",
      reason: "ill",
    });
    expect(status).toBe(200);
    expect(moved(body)).toEqual([
      [nine, "grace"],
      [ten, "grace"],
    ]);
    expect(body.not_moved).toEqual([]);
    expect(body.moved[1]).toMatchObject({ start: at(MONDAY, "10:00"), end: at(MONDAY, "10:30") });
    expect(await mechanicOf(other)).toBe("ada");
    expect((await outboxOf(project, shop.id, nine)).map(({ kind }) => kind).sort()).toEqual([
      "booking_confirmed",
      "booking_rescheduled",
    ]);
    expect(await auditOf(project, shop.id, nine)).toMatchObject([
      { action: "booking_created" },
      {
        action: "booking_rescheduled",
        actor: { kind: "admin", uid: "boss" },
        reason: "ill",
        details: { from: { mechanic_id: "ada" }, to: { mechanic_id: "grace" } },
      },
    ]);
    await expectConsistent(project.db, shop.id);
    await expectCacheRight(shop.client, shop.id, MONDAY);
  });

  it("spreads over the qualified mechanics who are free, and lists the rest with reasons", async () => {
    const morning = [await idOf(shop.book("09:00")), await idOf(shop.book("10:00"))];
    const taken = await idOf(shop.book("14:00"));
    await shop.book("14:00", { mechanic_id: "grace" });
    const oil = await idOf(shop.book("15:00", { service_id: "oil_change" }));
    const { body } = await shop.send("POST", REASSIGN, ADAS_MONDAY);
    expect(moved(body).map(([id]: [string]) => id)).toEqual(morning);
    for (const [, mechanic] of moved(body)) expect(["grace", "carol"]).toContain(mechanic);
    expect(reasons(body)).toEqual([
      [taken, "slot_taken"],
      [oil, "outside_hours"],
    ]);
    expect(body.not_moved[0].message).toBe("No other qualified mechanic is free at that time.");
    await expectConsistent(project.db, shop.id);
  });

  it("moves named bookings, each once, and lists those it cannot move", async () => {
    const ten = await idOf(shop.book("10:00"));
    const gone = await idOf(shop.book("11:00"));
    await shop.cancel(gone, shop.admin);
    const booking_ids = [ten, gone, "unknown", ten];
    const { body } = await shop.send("POST", REASSIGN, { booking_ids, to_mechanic_id: "carol" });
    expect(moved(body)).toEqual([[ten, "carol"]]);
    expect(reasons(body)).toEqual([
      [gone, "already_cancelled"],
      ["unknown", "not_found"],
    ]);
  });

  it.each([
    ["bob", "not_qualified"],
    ["nobody", "not_found"],
    ["carol", "outside_hours"],
  ])("lists why bookings cannot go to %s", async (to_mechanic_id, error) => {
    const id = await idOf(shop.book("14:00"));
    const { body } = await shop.send("POST", REASSIGN, { booking_ids: [id], to_mechanic_id });
    expect(reasons(body)).toEqual([[id, error]]);
    expect(await mechanicOf(id)).toBe("ada");
  });

  it("moves only the rest when it is repeated", async () => {
    const ten = await idOf(shop.book("10:00"));
    const taken = await idOf(shop.book("14:00"));
    const inTheWay = await idOf(shop.book("14:00", { mechanic_id: "grace" }));
    const request = { ...ADAS_MONDAY, to_mechanic_id: "grace" };
    expect(reasons((await shop.send("POST", REASSIGN, request)).body)).toEqual([[taken, "slot_taken"]]);
    await shop.cancel(inTheWay, shop.admin);
    const again = await shop.send("POST", REASSIGN, request);
    expect(moved(again.body)).toEqual([[taken, "grace"]]);
    expect((await outboxOf(project, shop.id, ten)).length).toBe(2);
    const third = await shop.send("POST", REASSIGN, { booking_ids: [ten, taken], to_mechanic_id: "grace" });
    expect(moved(third.body)).toEqual([
      [ten, "grace"],
      [taken, "grace"],
    ]);
    expect((await outboxOf(project, shop.id, ten)).length).toBe(2);
  });

  it("moves named bookings to any mechanic once for an Idempotency-Key", async () => {
    const ten = await idOf(shop.book("10:00"));
    const headers = { ...shop.admin, "idempotency-key": "ada-is-ill" };
    const first = await shop.send("POST", REASSIGN, { booking_ids: [ten] }, headers);
    const again = await shop.send("POST", REASSIGN, { booking_ids: [ten] }, headers);
    expect(again.body).toEqual(first.body);
    expect((await outboxOf(project, shop.id, ten)).length).toBe(2);
  });

  it("keeps today's times within the lead time, and leaves what has begun", async () => {
    const begun = await idOf(shop.book("09:00"));
    const next = await idOf(shop.book("10:00"));
    await project.db.doc(`shops/${shop.id}`).update({ "policy.lead_time_minutes": 1440, catalog_version: 2 });
    shop.clock.set(at(MONDAY, "09:10"));
    const { body } = await shop.send("POST", REASSIGN, ADAS_MONDAY);
    expect(moved(body).map(([id]: [string]) => id)).toEqual([next]);
    expect(await mechanicOf(begun)).toBe("ada");
    const named = await shop.send("POST", REASSIGN, { booking_ids: [begun], to_mechanic_id: "grace" });
    expect(reasons(named.body)).toEqual([[begun, "too_soon"]]);
  });

  it("lets a mechanic give their own bookings to a colleague, and no others", async () => {
    const own = await idOf(shop.book("10:00"));
    const graces = await idOf(shop.book("10:00", { mechanic_id: "grace" }));
    const booking_ids = [own, graces];
    const { body } = await shop.send("POST", REASSIGN, { booking_ids, to_mechanic_id: "carol" }, shop.ada);
    expect([moved(body), reasons(body)]).toEqual([[[own, "carol"]], [[graces, "not_found"]]]);
    expect((await shop.send("POST", REASSIGN, ADAS_MONDAY, shop.ada)).status).toBe(200);
    expect((await shop.send("POST", REASSIGN, ADAS_MONDAY, shop.grace)).status).toBe(403);
  });

  it("takes no minute twice when two requests and customers race through two instances", async () => {
    const ids = [];
    for (const time of ["09:00", "09:30", "10:00", "10:30", "11:00"]) ids.push(await idOf(shop.book(time)));
    await using other = await startInstance({ db: project.connect() });
    const path = `/v1/shops/${shop.id}${REASSIGN}`;
    const order = { service_id: "inspection", mechanic_id: "grace", customer: { name: "Mei" } };
    await Promise.all([
      shop.send("POST", REASSIGN, ADAS_MONDAY),
      other.client.post(path, { ...ADAS_MONDAY, to_mechanic_id: "grace" }, shop.admin),
      other.client.book(shop.id, { ...order, start: at(MONDAY, "09:00") }),
      shop.client.book(shop.id, { ...order, start: at(MONDAY, "10:15") }),
    ]);
    await expectConsistent(project.db, shop.id);
    await expectCacheRight(shop.client, shop.id, MONDAY);
    for (const id of ids) {
      const notices = (await outboxOf(project, shop.id, id)).length;
      expect(notices).toBe((await mechanicOf(id)) === "ada" ? 1 : 2);
    }
  });
});

describe("bookings:cancel", () => {
  it("cancels a mechanic's day with one notice and one audit line each, and once when repeated", async () => {
    const ids = [await idOf(shop.book("09:00")), await idOf(shop.book("10:00"))];
    const { status, body } = await shop.send("POST", CANCEL, { ...ADAS_MONDAY, reason: "flood" });
    expect(status).toBe(200);
    const cancelled = body.cancelled.map((one: any) => [one.id, one.status]);
    expect(cancelled).toEqual(ids.map((id) => [id, "cancelled_by_shop"]));
    expect(body.not_cancelled).toEqual([]);
    const again = await shop.send("POST", CANCEL, { booking_ids: ids, reason: "flood" });
    expect(again.body.cancelled).toHaveLength(2);
    for (const id of ids) {
      expect((await outboxOf(project, shop.id, id)).map(({ kind }) => kind).sort()).toEqual([
        "booking_cancelled",
        "booking_confirmed",
      ]);
      expect(await auditOf(project, shop.id, id)).toMatchObject([{}, { reason: "flood" }]);
    }
    await expectConsistent(project.db, shop.id);
  });

  it("lists what it cannot cancel", async () => {
    const ten = await idOf(shop.book("10:00"));
    shop.clock.set(at(MONDAY, "11:00"));
    await shop.mark(ten, "complete", shop.admin);
    const { body } = await shop.send("POST", CANCEL, { booking_ids: [ten, "unknown"] });
    const listed = body.not_cancelled.map((one: any) => [one.booking_id, one.error]);
    expect(listed).toEqual([
      [ten, "wrong_status"],
      ["unknown", "not_found"],
    ]);
  });

  it("lets a mechanic cancel their own bookings and no others", async () => {
    const graces = await idOf(shop.book("10:00", { mechanic_id: "grace" }));
    const { body } = await shop.send("POST", CANCEL, { booking_ids: [graces] }, shop.ada);
    expect(body.not_cancelled).toMatchObject([{ booking_id: graces, error: "not_found" }]);
    expect((await shop.send("POST", CANCEL, ADAS_MONDAY, shop.grace)).status).toBe(403);
  });
});

describe("bulk changes of bookings", () => {
  it.each([
    ["nobody", () => ({}), 401],
    ["a customer", () => signedIn("mei"), 403],
    ["another shop's admin", () => signedIn("x", { role: "admin", shopId: "elsewhere" }), 404],
  ])("are closed to %s", async (_who, headers, status) => {
    for (const path of [REASSIGN, CANCEL]) {
      expect((await shop.send("POST", path, ADAS_MONDAY, headers())).status).toBe(status);
    }
  });

  it("are refused for a range with more than 200 bookings, before anything is changed", async () => {
    const batch = project.db.batch();
    for (let index = 0; index < 201; index += 1) {
      const start = Date.parse(at(MONDAY, "09:00")) + index * 60_000;
      batch.set(project.db.doc(`shops/${shop.id}/bookings/many-${index}`), {
        ...{ service_id: "inspection", mechanic_id: "ada", status: "confirmed", customer: { name: "Mei" } },
        start: Timestamp.fromMillis(start),
        end: Timestamp.fromMillis(start + 60_000),
      });
    }
    await batch.commit();
    await project.emulator.resetUsage();
    for (const path of [REASSIGN, CANCEL]) {
      expect(await shop.send("POST", path, ADAS_MONDAY)).toMatchObject({
        status: 422,
        body: { details: { fields: [{ path: "to" }] } },
      });
    }
    expect((await project.emulator.usage()).writes).toBe(0);
  });

  it.each([
    [{ booking_ids: Array.from({ length: 201 }, (_, index) => `b${index}`) }, ["booking_ids"]],
    [{ booking_ids: [] }, ["booking_ids"]],
    [{ booking_ids: ["a/b"] }, ["booking_ids.0"]],
    [{ booking_ids: "b" }, ["booking_ids"]],
    [{ booking_ids: ["b"], from: MONDAY }, ["from"]],
    [{}, ["mechanic_id", "from", "to"]],
    [{ mechanic_id: "ada", from: MONDAY }, ["to"]],
    [{ ...ADAS_MONDAY, to: "2026-02-30" }, ["to"]],
    [{ ...ADAS_MONDAY, from: TUESDAY }, ["to"]],
    [{ ...ADAS_MONDAY, mechanic_id: "*" }, ["mechanic_id"]],
    [{ ...ADAS_MONDAY, reason: "x".repeat(501) }, ["reason"]],
    [{ ...ADAS_MONDAY, when: "now" }, ["when"]],
  ])("name the malformed fields of %j", async (body, paths) => {
    for (const path of [REASSIGN, CANCEL]) {
      const refused = await shop.send("POST", path, body);
      expect(refused).toMatchObject({ status: 422, body: { error: "invalid_request" } });
      expect(refused.body.details.fields.map((field: any) => field.path)).toEqual(paths);
    }
  });

  it.each([
    [{ ...ADAS_MONDAY, to_mechanic_id: "ada" }, "to_mechanic_id"],
    [{ ...ADAS_MONDAY, to_mechanic_id: 7 }, "to_mechanic_id"],
  ])("name a malformed mechanic: %j", async (body, path) => {
    const refused = await shop.send("POST", REASSIGN, body);
    expect(refused).toMatchObject({ status: 422, body: { details: { fields: [{ path }] } } });
  });
});
