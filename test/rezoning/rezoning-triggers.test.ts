import { FieldValue, type DocumentSnapshot } from "firebase-admin/firestore";
import { beforeEach, describe, expect, it } from "vitest";
import { resumeRezonings, rezoneChangedShops } from "../../functions/src/upkeep/rezoning/resume-rezonings.ts";
import { rezoneAfterWrite } from "../../functions/src/upkeep/rezoning/rezone.ts";
import { openShop, type Shop } from "../lifecycle/support.ts";
import { openProject } from "../support/firestore.ts";
import { AROUND_THE_CLOCK, changeZone, expectFiledUnder, FOREVER, isKilled, TOKYO } from "./support.ts";

const project = openProject("rezoning-triggers");
const { db } = project;
let shop: Shop;
let shops = 0;
const ref = () => db.doc(`shops/${shop.id}`);

beforeEach(async () => {
  shop = await openShop(project, `triggered-${(shops += 1)}`, AROUND_THE_CLOCK);
  await shop.book("15:00");
});

const expectFiled = (zone: string) =>
  expectFiledUnder(project, { shopId: shop.id, zone, now: shop.clock.now(), client: shop.client });

/** Writes the shop, and returns the event of the write. */
async function write(change: object) {
  const before = await ref().get();
  const { writeTime } = await ref().update(change);
  return { before, after: await ref().get(), at: writeTime };
}

/** Handles an event as `onshopwritten` does. */
async function handle(event: {
  before: DocumentSnapshot;
  after: DocumentSnapshot;
  at: FirebaseFirestore.Timestamp;
}) {
  const { context } = shop.instance;
  await context.changes.shopWritten(shop.id, event);
  await rezoneAfterWrite(context, shop.id, { ...event, deadline: FOREVER });
}

describe("a change of the zone in the console", () => {
  it("is carried out by the event of the write, which may come twice", async () => {
    const event = await write({ time_zone: TOKYO });
    await handle(event);
    await expectFiled(TOKYO);
    await handle(event);
    await expectFiled(TOKYO);
  });

  it("is carried out where the shop has not stated its ledgers' zone, in whatever order the events come", async () => {
    await ref().update({ ledger_time_zone: FieldValue.delete() });
    const events = [await write({ time_zone: TOKYO }), await write({ name: "Renamed" })];
    for (const event of events.reverse()) await handle(event);
    await expectFiled(TOKYO);
  });

  it("is carried out where the same write removes the ledgers' zone", async () => {
    await handle(await write({ time_zone: TOKYO, ledger_time_zone: FieldValue.delete() }));
    await expectFiled(TOKYO);
  });

  it("is carried out when the zone was misspelt first, and corrected later", async () => {
    await handle(await write({ time_zone: "Asia/Tokio" }));
    await handle(await write({ time_zone: TOKYO }));
    await expectFiled(TOKYO);
  });

  it("throws when its time is over, so that the event is delivered again", async () => {
    const event = await write({ time_zone: TOKYO });
    const { context } = shop.instance;
    const again = { ...event, deadline: context.clock.now() };
    await expect(rezoneAfterWrite(context, shop.id, again)).rejects.toThrow(/continue/);
  });

  it("does not begin at the writes that the job itself makes, or at any other", async () => {
    await changeZone(project, shop.id, TOKYO);
    const { context } = shop.instance;
    const before = await ref().get();
    await isKilled(context, shop.id, 1, "after");
    const begun = { before, after: await ref().get(), deadline: FOREVER };
    await rezoneAfterWrite(context, shop.id, begun);
    expect((await ref().get()).get("rezoning")).toMatchObject({ to: TOKYO });
  });
});

describe("the schedules", () => {
  it("continue a job that has stopped, but not one that has just advanced", async () => {
    await changeZone(project, shop.id, TOKYO);
    const { context } = shop.instance;
    await isKilled(context, shop.id, 3, "after");
    // The time of a write is the emulator's, not that of the test's clock.
    const resume = (at: number) => {
      shop.clock.set(new Date(at).toISOString());
      return resumeRezonings(context, FOREVER);
    };
    const now = shop.clock.now();
    await resume(Date.now());
    expect((await ref().get()).get("rezoning")).toMatchObject({ to: TOKYO });
    await resume(Date.now() + 120_000);
    shop.clock.set(new Date(now).toISOString());
    await expectFiled(TOKYO);
  });

  it("begin a job that no trigger has begun", async () => {
    await changeZone(project, shop.id, TOKYO);
    await rezoneChangedShops(shop.instance.context, FOREVER);
    await expectFiled(TOKYO);
  });
});
