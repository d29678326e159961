import { FieldValue, type DocumentReference, type WriteBatch } from "firebase-admin/firestore";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Invalidation } from "../../functions/src/catalog/invalidation.ts";
import { invalidate } from "../../functions/src/availability/day/epoch-protocol.ts";
import { shopPaths } from "../../functions/src/platform/firestore/paths.ts";
import type { Change } from "../../functions/src/upkeep/triggers/change-store.ts";
import { freeTimes } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { startInstance, type Instance } from "../support/instance.ts";
import { everyDay, MONDAY, seedShop, TUESDAY } from "../support/shop.ts";

const project = openProject("changes");
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
});
afterAll(() => instance.close());

const doc = (path: string) => db.doc(`shops/${shopId}${path}`);
const ada = () => doc("/mechanics/ada");
const dayOff = { mechanic_id: "ada", from_date: MONDAY, to_date: MONDAY, effect: "unavailable" };

/** Writes one document, with whatever else goes into the same commit, and returns the event that tells of it. */
async function write(
  ref: DocumentReference,
  change: (batch: WriteBatch) => unknown,
  withIt: (batch: WriteBatch) => unknown = () => undefined,
): Promise<Change> {
  const before = await ref.get();
  const batch = db.batch();
  change(batch);
  withIt(batch);
  const [result] = await batch.commit();
  if (!result) throw new Error("nothing was written");
  return { before, after: await ref.get(), at: result.writeTime };
}

async function writtenAt(ref: DocumentReference) {
  const { updateTime } = await ref.get();
  if (!updateTime) throw new Error("nothing is there");
  return updateTime;
}

async function versions() {
  const [shop, monday, tuesday] = await db.getAll(
    doc(""),
    doc(`/availability/${MONDAY}`),
    doc(`/availability/${TUESDAY}`),
  );
  return [
    shop?.get("catalog_version") as unknown,
    monday?.get("epoch") as unknown,
    tuesday?.get("epoch") as unknown,
  ];
}

const adasTimes = async () => freeTimes((await instance.client.availability(shopId, MONDAY)).body, "ada");
const cacheOf = async (date = MONDAY) =>
  (await instance.client.availability(shopId, date)).headers.get("x-cache");

describe("a change past the API", () => {
  const hours = { weekly_schedule: everyDay("10:00-12:00") };

  it("serves a changed schedule as soon as its event is handled", async () => {
    await adasTimes();
    const event = await write(ada(), (batch) => batch.update(ada(), hours));
    await instance.context.changes.mechanicWritten(shopId, event);
    expect(await adasTimes()).toEqual(["10:00", "11:00"]);
  });

  it.each([
    ["a service", "/services/oil_change", { buffer_after_minutes: 30 }, "serviceWritten"],
    ["a mechanic's skills", "/mechanics/ada", { specialties: [] }, "mechanicWritten"],
    ["the shop's policy", "", { policy: { slot_interval_minutes: 10 } }, "shopWritten"],
    ["the shop's zone", "", { time_zone: "Asia/Tokyo" }, "shopWritten"],
  ] as const)("bumps the catalog's version once for %s", async (_what, path, change, method) => {
    const event = await write(doc(path), (batch) => batch.update(doc(path), change));
    expect(await instance.context.changes[method](shopId, event)).toEqual({ kind: "catalog" });
    expect(await versions()).toEqual([2, undefined, undefined]);
    expect(await instance.context.changes[method](shopId, event)).toEqual({ kind: "none" });
    expect(await versions()).toEqual([2, undefined, undefined]);
  });

  it("is seen in a shop without a version, whether it concerns the shop or a mechanic", async () => {
    await doc("").update({ catalog_version: FieldValue.delete() });
    await adasTimes();
    const event = await write(ada(), (batch) => batch.update(ada(), hours));
    const shop = await write(doc(""), (batch) =>
      invalidate(batch, shopPaths(db, shopId), { kind: "catalog" }),
    );
    expect((await versions())[0]).toBe(1);
    expect(await instance.context.changes.shopWritten(shopId, shop)).toEqual({ kind: "none" });
    expect(await instance.context.changes.mechanicWritten(shopId, event)).toEqual({ kind: "none" });
    expect(await adasTimes()).toEqual(["10:00", "11:00"]);
  });

  it("bumps the epochs of an exception's date and its neighbours once", async () => {
    await instance.client.availability(shopId, MONDAY);
    const ref = doc("/exceptions/off");
    const created = await write(ref, (batch) => batch.create(ref, dayOff));
    const bumped = await instance.context.changes.exceptionWritten(shopId, created);
    expect(bumped).toEqual({ kind: "days", dates: ["2026-01-18", MONDAY, TUESDAY] });
    expect(await adasTimes()).toEqual([]);
    await instance.context.changes.exceptionWritten(shopId, created);
    expect(await cacheOf()).toBe("HIT");

    const deleted = await write(ref, (batch) => batch.delete(ref));
    await instance.context.changes.exceptionWritten(shopId, deleted);
    expect((await adasTimes())[0]).toBe("09:00");
    expect(await versions()).toEqual([1, 2, 2]);
  });

  it("bumps the catalog's version for an exception without an end", async () => {
    const ref = doc("/exceptions/mondays");
    const rule = { ...dayOff, to_date: null, rrule: "FREQ=WEEKLY;BYDAY=MO" };
    const event = await write(ref, (batch) => batch.create(ref, rule));
    expect(await instance.context.changes.exceptionWritten(shopId, event)).toEqual({ kind: "catalog" });
  });

  it("gives an exception that omits its end the open end that queries look for", async () => {
    await cacheOf();
    const ref = doc("/exceptions/mondays");
    const { to_date: _, ...rule } = { ...dayOff, rrule: "FREQ=WEEKLY;BYDAY=MO" };
    const event = await write(ref, (batch) => batch.create(ref, rule));
    expect(await instance.context.changes.exceptionWritten(shopId, event)).toEqual({ kind: "none" });
    const completed = { before: event.after, after: await ref.get(), at: await writtenAt(ref) };
    expect(completed.after.data()).toEqual({ ...rule, to_date: null });
    expect(await instance.context.changes.exceptionWritten(shopId, event)).toEqual({ kind: "none" });
    expect(await instance.context.changes.exceptionWritten(shopId, completed)).toEqual({ kind: "catalog" });
    expect(await adasTimes()).toEqual([]);
  });

  it("bumps the dates that an exception covered before it lost its end", async () => {
    const ref = doc("/exceptions/off");
    await ref.create(dayOff);
    const event = await write(ref, (batch) => batch.update(ref, { to_date: FieldValue.delete() }));
    expect(await instance.context.changes.exceptionWritten(shopId, event)).toMatchObject({ kind: "days" });
    expect((await ref.get()).get("to_date")).toBeNull();
  });

  it("leaves an exception alone that was written again or deleted since it lost its end", async () => {
    const ref = doc("/exceptions/off");
    const { to_date: _, ...endless } = dayOff;
    const created = await write(ref, (batch) => batch.create(ref, endless));
    await ref.update({ to_date: MONDAY });
    await instance.context.changes.exceptionWritten(shopId, created);
    expect((await ref.get()).get("to_date")).toBe(MONDAY);
    await ref.delete();
    await instance.context.changes.exceptionWritten(shopId, created);
    expect((await ref.get()).exists).toBe(false);
  });

  it("supersedes a day of the old seeder", async () => {
    const slot = {
      start: `${MONDAY}T07:00:00`,
      end: `${MONDAY}T08:00:00`,
      is_free: true,
      mechanic_id: "ada",
    };
    await doc(`/availability/${MONDAY}`).set({ date: MONDAY, slots: [slot] });
    expect(await adasTimes()).toEqual(["07:00"]);
    const ref = doc("/exceptions/off");
    await instance.context.changes.exceptionWritten(
      shopId,
      await write(ref, (batch) => batch.create(ref, { ...dayOff, start_time: "09:00", end_time: "12:00" })),
    );
    expect(await adasTimes()).toEqual(["14:00", "15:00", "16:00", "17:00"]);
  });

  it("invalidates a fill that began before it, even on a day that was already stale", async () => {
    await cacheOf();
    await doc(`/availability/${MONDAY}`).update({ epoch: FieldValue.increment(1) });
    const ref = doc("/exceptions/off");
    const event = await write(ref, (batch) => batch.create(ref, dayOff));
    const { updateTime } = await doc(`/availability/${MONDAY}`).get();
    await instance.context.changes.exceptionWritten(shopId, event);
    if (!updateTime) throw new Error("the day is there");
    const fill = doc(`/availability/${MONDAY}`).update({ filled_epoch: 1 }, { lastUpdateTime: updateTime });
    await expect(fill).rejects.toThrow();
  });

  it("bumps nothing when it does not concern availability", async () => {
    const event = await write(ada(), (batch) => batch.update(ada(), { name: "Ada L.", phone: "1" }));
    expect(await instance.context.changes.mechanicWritten(shopId, event)).toEqual({ kind: "none" });
    expect(await versions()).toEqual([1, undefined, undefined]);
  });

  it("bumps once for many documents written at once", async () => {
    const refs = Array.from({ length: 20 }, (_, index) => doc(`/mechanics/m${index}`));
    const before = await db.getAll(...refs);
    const batch = db.batch();
    refs.forEach((ref) => batch.set(ref, { active: true, specialties: ["inspection"] }));
    const results = await batch.commit();
    const after = await db.getAll(...refs);
    for (const [index, result] of results.entries()) {
      const event = { before: before[index], after: after[index], at: result.writeTime };
      await instance.context.changes.mechanicWritten(shopId, event);
    }
    expect(await versions()).toEqual([2, undefined, undefined]);
  });

  it("does not revive cached days when it sets a shop's version back", async () => {
    const event = await write(doc(""), (batch) => batch.update(doc(""), { catalog_version: -4 }));
    await instance.context.changes.shopWritten(shopId, event);
    expect(await versions()).toEqual([2, undefined, undefined]);
  });

  it.each([
    ["a date", { from_date: "next Monday" }, "catalog"],
    ["a time", { start_time: "9 o'clock" }, "days"],
    ["a rule", { rrule: "FREQ=SOMETIMES" }, "days"],
    ["an effect", { effect: "maybe" }, "days"],
  ])(
    "closes what an exception names when %s of it cannot be read, and the rest of the shop stays available",
    async (_what, fields, kind) => {
      expect((await adasTimes())[0]).toBe("09:00");
      const ref = doc("/exceptions/nonsense");
      const event = await write(ref, (batch) => batch.create(ref, { ...dayOff, rrule: null, ...fields }));
      expect(await instance.context.changes.exceptionWritten(shopId, event)).toMatchObject({ kind });
      expect(await adasTimes()).toEqual([]);
      const { body } = await instance.client.availability(shopId, MONDAY);
      expect(freeTimes(body, "grace")[0]).toBe("13:00");
    },
  );

  it("bumps nothing for a shop that does not exist", async () => {
    const event = await write(doc(""), (batch) => batch.delete(doc("")));
    expect(await instance.context.changes.shopWritten(shopId, event)).toEqual({ kind: "none" });
    const orphan = await write(ada(), (batch) => batch.update(ada(), hours));
    expect(await instance.context.changes.mechanicWritten(shopId, orphan)).toEqual({ kind: "none" });
    expect((await doc("").get()).exists).toBe(false);
  });
});

describe("a change that bumped in its own commit, as the API's do", () => {
  const bump = (invalidation: Invalidation) => (batch: WriteBatch) =>
    invalidate(batch, shopPaths(db, shopId), invalidation);

  it("is not bumped again for the catalog, nor is the bump itself", async () => {
    const shopBefore = await doc("").get();
    const event = await write(
      ada(),
      (batch) => batch.update(ada(), { specialties: [] }),
      bump({ kind: "catalog" }),
    );
    expect(await instance.context.changes.mechanicWritten(shopId, event)).toEqual({ kind: "none" });
    const bumped = { before: shopBefore, after: await doc("").get(), at: event.at };
    expect(await instance.context.changes.shopWritten(shopId, bumped)).toEqual({ kind: "none" });
    expect(await versions()).toEqual([2, undefined, undefined]);
  });

  it.each(["created", "deleted"])(
    "is not bumped again for an exception that is %s, whether the day was filled since or not",
    async (what) => {
      const ref = doc("/exceptions/off");
      const days = bump({ kind: "days", dates: ["2026-01-18", MONDAY, TUESDAY] });
      let event = await write(ref, (batch) => batch.create(ref, dayOff), days);
      if (what === "deleted") event = await write(ref, (batch) => batch.delete(ref), days);
      expect(await cacheOf()).toBe("MISS");
      expect(await instance.context.changes.exceptionWritten(shopId, event)).toEqual({ kind: "none" });
      expect(await cacheOf()).toBe("HIT");
      expect(await cacheOf(TUESDAY)).toBe("MISS");
    },
  );
});
