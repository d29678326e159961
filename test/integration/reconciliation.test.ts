import { Timestamp, type DocumentData, type DocumentSnapshot } from "firebase-admin/firestore";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { freeTimes } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { startInstance, type Instance } from "../support/instance.ts";
import { at, CUSTOMER, everyDay, MONDAY, seedShop, TUESDAY } from "../support/shop.ts";
import { admin } from "../support/token.ts";

const project = openProject("reconciliation");
const { db } = project;
let instance: Instance;
let shopId = "";
let shops = 0;

beforeAll(async () => {
  instance = await startInstance(project);
});
beforeEach(async () => {
  shopId = `shop-${(shops += 1)}`;
  await seedShop(db, shopId);
  await instance.client.availability(shopId, MONDAY);
  await instance.client.availability(shopId, TUESDAY);
});
afterAll(() => instance.close());

const bookings = () => db.collection(`shops/${shopId}/bookings`);

/** What somebody at a console writes: no more than who and when. */
function byHand(mechanic_id: string, date: string, time: string, more: DocumentData = {}): DocumentData {
  const start = Timestamp.fromMillis(Date.parse(at(date, time)));
  const end = Timestamp.fromMillis(start.toMillis() + 60 * 60_000);
  return { mechanic_id, service_id: "inspection", date, start, end, status: "confirmed", ...more };
}

/** Changes a booking past the API, and delivers the event that the change sets off. */
async function change(id: string, data: DocumentData | null): Promise<void> {
  const ref = bookings().doc(id);
  const before = await ref.get();
  await (data === null ? ref.delete() : ref.set(data));
  await deliver(id, before, await ref.get());
}

function deliver(id: string, before: DocumentSnapshot | undefined, after: DocumentSnapshot | undefined) {
  return instance.context.reconciler.reconcile(shopId, id, { before, after });
}

async function ledgerIds(mechanicId: string, date: string): Promise<string[]> {
  const ledger = await db.doc(`shops/${shopId}/ledger/${mechanicId}_${date}`).get();
  return ((ledger.get("entries") ?? []) as { id: string }[]).map(({ id }) => id);
}

async function trail() {
  const lines = await db.collection(`shops/${shopId}/audit`).orderBy("at").get();
  return lines.docs.map((line) => line.data());
}

/** What the cached day shows, which must be what a fresh generation shows. */
async function free(mechanicId: string, date = MONDAY): Promise<string[]> {
  const query = { mechanic_id: mechanicId };
  const cached = await instance.client.availability(shopId, date, query);
  const fresh = await instance.client.availability(shopId, date, { ...query, fresh: true }, admin(shopId));
  expect(cached.headers.get("x-cache")).toBe("HIT");
  expect(cached.body).toEqual(fresh.body);
  return freeTimes(cached.body);
}

describe("a booking written past the API", () => {
  it("is entered in the ledger, the cached day and the audit trail", async () => {
    await change("by-hand", byHand("grace", MONDAY, "14:00"));
    expect(await ledgerIds("grace", MONDAY)).toEqual(["by-hand"]);
    expect(await free("grace")).toEqual(["13:00", "15:00", "16:00"]);
    expect(await trail()).toMatchObject([
      { action: "booking_adopted", actor: { kind: "system" }, booking_id: "by-hand" },
    ]);
    const refused = await instance.client.book(shopId, {
      service_id: "inspection",
      mechanic_id: "grace",
      start: at(MONDAY, "14:30"),
      customer: CUSTOMER,
    });
    expect(refused).toMatchObject({ status: 409, body: { error: "slot_taken" } });
  });

  it("is released when it is cancelled, and when it is deleted", async () => {
    await change("cancelled", byHand("grace", MONDAY, "14:00"));
    await change("deleted", byHand("grace", MONDAY, "16:00"));
    expect(await free("grace")).toEqual(["13:00", "15:00"]);
    await change("cancelled", byHand("grace", MONDAY, "14:00", { status: "cancelled_by_shop" }));
    await change("deleted", null);
    expect(await ledgerIds("grace", MONDAY)).toEqual([]);
    expect(await free("grace")).toEqual(["13:00", "14:00", "15:00", "16:00"]);
    expect((await trail()).map(({ action }) => action as string)).toEqual(
      expect.arrayContaining(["booking_released", "booking_released"]),
    );
  });

  it("keeps its time when it is completed or missed", async () => {
    for (const status of ["completed", "no_show"]) {
      await change("done", byHand("grace", MONDAY, "14:00", { status }));
      expect(await ledgerIds("grace", MONDAY)).toEqual(["done"]);
    }
  });

  it("is moved to another time", async () => {
    await change("moved", byHand("grace", MONDAY, "13:00"));
    await change("moved", byHand("grace", MONDAY, "16:00"));
    expect(await free("grace")).toEqual(["13:00", "14:00", "15:00"]);
  });

  it("is moved to another date", async () => {
    await change("moved", byHand("grace", MONDAY, "13:00"));
    await change("moved", byHand("grace", TUESDAY, "14:00"));
    expect(await free("grace")).toEqual(["13:00", "14:00", "15:00", "16:00"]);
    expect(await free("grace", TUESDAY)).toEqual(["13:00", "15:00", "16:00"]);
  });

  it("is moved to another mechanic", async () => {
    await change("moved", byHand("grace", MONDAY, "14:00"));
    await change("moved", byHand("ada", MONDAY, "14:00"));
    expect(await ledgerIds("grace", MONDAY)).toEqual([]);
    expect(await ledgerIds("ada", MONDAY)).toEqual(["moved"]);
    expect(await free("ada")).not.toContain("14:00");
  });

  it("is entered and reported with what it overlaps when it conflicts", async () => {
    const booked = await instance.client.book(shopId, {
      service_id: "inspection",
      mechanic_id: "grace",
      start: at(MONDAY, "14:00"),
      customer: CUSTOMER,
    });
    const { id } = booked.body.booking;
    await change("double", byHand("grace", MONDAY, "14:15"));
    expect((await ledgerIds("grace", MONDAY)).sort()).toEqual(["double", id].sort());
    expect(await trail()).toContainEqual(
      expect.objectContaining({
        action: "booking_inconsistent",
        booking_id: "double",
        details: { ledgers: [`grace_${MONDAY}`], conflicts: [id] },
      }),
    );
    expect(await free("grace")).toEqual(["13:00", "16:00"]);
  });

  it("is reported and changes nothing when it names no mechanic or time", async () => {
    await change("riddle", { status: "confirmed", note: "sometime on Monday" });
    expect(await trail()).toMatchObject([
      { action: "booking_inconsistent", booking_id: "riddle", details: { problem: "unreadable" } },
    ]);
    expect(await free("grace")).toEqual(["13:00", "14:00", "15:00", "16:00"]);
  });

  it("keeps its place when it becomes unreadable", async () => {
    await change("blurred", byHand("grace", MONDAY, "14:00"));
    await change("blurred", { status: "confirmed" });
    expect(await ledgerIds("grace", MONDAY)).toEqual(["blurred"]);
  });

  it("enters and leaves both ledgers across midnight", async () => {
    await seedShop(db, shopId, { mechanics: { owl: { weekly_schedule: everyDay("00:00-24:00") } } });
    await change("late", byHand("owl", MONDAY, "23:30"));
    expect([await ledgerIds("owl", MONDAY), await ledgerIds("owl", TUESDAY)]).toEqual([["late"], ["late"]]);
    await change("late", null);
    expect([await ledgerIds("owl", MONDAY), await ledgerIds("owl", TUESDAY)]).toEqual([[], []]);
  });

  it("is entered in the ledger of an unknown mechanic without harm", async () => {
    await change("stranger", byHand("ghost", MONDAY, "10:00"));
    expect(await ledgerIds("ghost", MONDAY)).toEqual(["stranger"]);
    expect((await instance.client.availability(shopId, MONDAY, { fresh: true }, admin(shopId))).status).toBe(
      200,
    );
  });
});

describe("an event", () => {
  it("may come twice", async () => {
    await change("twice", byHand("grace", MONDAY, "14:00"));
    await deliver("twice", undefined, await bookings().doc("twice").get());
    expect(await ledgerIds("grace", MONDAY)).toEqual(["twice"]);
    expect(await trail()).toHaveLength(1);
  });

  it("may come late: the current state of the booking decides", async () => {
    const ref = bookings().doc("late-event");
    await ref.set(byHand("grace", MONDAY, "14:00"));
    const created = await ref.get();
    await ref.delete();
    await deliver("late-event", undefined, created);
    expect(await ledgerIds("grace", MONDAY)).toEqual([]);
  });

  it("costs one read and no write for a booking that the API made", async () => {
    const booked = await instance.client.book(shopId, {
      service_id: "oil_change",
      mechanic_id: "ada",
      start: at(MONDAY, "10:00"),
      customer: CUSTOMER,
    });
    const { id } = booked.body.booking;
    const after = await bookings().doc(id).get();
    await project.emulator.resetUsage();
    await deliver(id, undefined, after);
    expect(await project.emulator.usage()).toMatchObject({ reads: 1, writes: 0, deletes: 0 });
  });

  it("is ignored for a shop that does not exist", async () => {
    await db.doc("shops/gone/bookings/orphan").set(byHand("ada", MONDAY, "10:00"));
    const after = await db.doc("shops/gone/bookings/orphan").get();
    await instance.context.reconciler.reconcile("gone", "orphan", { before: undefined, after });
    expect((await db.collection("shops/gone/ledger").get()).size).toBe(0);
  });
});
