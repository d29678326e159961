import { FieldValue, Timestamp, type QueryDocumentSnapshot } from "firebase-admin/firestore";
import { beforeAll, describe, expect, it } from "vitest";
import { auditShop } from "../../scripts/audit/audit.ts";
import { openProject } from "../support/firestore.ts";
import { at, MONDAY, TUESDAY } from "../support/shop.ts";
import { ledgerOf, openShop, token, type Shop } from "./support.ts";
import { millis } from "../../functions/src/engine/units.ts";

const project = openProject("audit-tool");
const { db } = project;
let shop: Shop;
let shops = 0;

/** A shop with four bookings, one of them cancelled, one hold and a cached day. */
async function busyShop(): Promise<void> {
  shop = await openShop(project, `audited-${(shops += 1)}`);
  await shop.client.availability(shop.id, MONDAY);
  await shop.book("09:00");
  await shop.book("10:00");
  await shop.book("14:00", { mechanic_id: "grace" });
  const cancelled = await shop.book("11:00");
  await shop.cancel(cancelled.booking.id, token(cancelled));
  await shop.client.post(`/v1/shops/${shop.id}/holds`, {
    service_id: "inspection",
    mechanic_id: "ada",
    start: at(MONDAY, "15:00"),
    session_id: "s",
  });
}

async function audit(repair = false) {
  const findings: string[] = [];
  const tally = await auditShop(db, shop.id, {
    repair,
    now: () => millis(shop.clock.now()),
    onFinding: (_shop, { kind }, mended) => findings.push(mended ? `${kind} mended` : kind),
    onProgress: () => undefined,
  });
  return { findings, tally };
}

const ref = (path: string) => db.doc(`shops/${shop.id}/${path}`);
/** A confirmed booking of Ada's. */
async function someBooking(): Promise<QueryDocumentSnapshot> {
  const bookings = db.collection(`shops/${shop.id}/bookings`);
  const found = bookings.where("status", "==", "confirmed").where("mechanic_id", "==", "ada").limit(1);
  return (await found.get()).docs[0]!;
}

describe("the audit", () => {
  beforeAll(busyShop);

  it("finds nothing where every write came from the API, and reads every document", async () => {
    const { findings, tally } = await audit();
    expect(findings).toEqual([]);
    expect(tally).toMatchObject({ looked: { bookings: 4, ledgers: 2, holds: 1 }, found: 0, mended: 0 });
    expect(tally?.looked.days).toBeGreaterThanOrEqual(1);
  });

  it("refuses a shop that does not exist", async () => {
    const now = () => millis(Date.now());
    const options = { repair: false, now, onFinding: () => undefined, onProgress: () => undefined };
    expect(await auditShop(db, "nowhere", options)).toBeUndefined();
  });

  it("reads more than one page of bookings and reports progress", async () => {
    const batch = db.batch();
    const template = (await someBooking()).data();
    for (let index = 0; index < 400; index += 1) {
      const doc = ref(`bookings/extra-${index}`);
      batch.set(doc, { ...template, id: doc.id, status: "cancelled_by_shop" });
    }
    await batch.commit();
    const progress: string[] = [];
    await auditShop(db, shop.id, {
      repair: false,
      now: () => millis(shop.clock.now()),
      onFinding: () => undefined,
      onProgress: (_shop, stage, done, total) => progress.push(`${stage} ${done}/${total}`),
    });
    expect(progress.filter((line) => line.startsWith("bookings"))).toEqual([
      "bookings 0/404",
      "bookings 300/404",
      "bookings 404/404",
    ]);
  });
});

/** What somebody with a console can break, and as what the audit finds it. */
const DAMAGES: readonly (readonly [string, () => Promise<void>, string])[] = [
  [
    "a ledger that has lost a booking",
    async () => void (await ref(`ledger/ada_${MONDAY}`).delete()),
    "booking",
  ],
  [
    "a booking moved past the API",
    async () => {
      const { ref: booking } = await someBooking();
      const start = Timestamp.fromMillis(Date.parse(at(TUESDAY, "16:00")));
      await booking.update({ start, end: Timestamp.fromMillis(start.toMillis() + 1_800_000), date: TUESDAY });
    },
    "booking",
  ],
  [
    "a booking deleted past the API",
    async () => void (await (await someBooking()).ref.delete()),
    "stray_entry",
  ],
  [
    "a booking cancelled past the API",
    async () => void (await (await someBooking()).ref.update({ status: "cancelled_by_shop" })),
    "booking",
  ],
  [
    "a hold that is gone",
    async () => {
      const holds = await db.collection(`shops/${shop.id}/holds`).get();
      await holds.docs[0]!.ref.delete();
    },
    "hold",
  ],
  [
    "a day that shows the wrong busy time",
    async () => void (await ref(`availability/${MONDAY}`).update({ "mechanics.ada.busy": [] })),
    "day",
  ],
];

describe.each(DAMAGES)("%s", (_what, damage, kind) => {
  beforeAll(async () => {
    await busyShop();
    await damage();
  });

  it("is found, mended, and then no longer found", async () => {
    const found = await audit();
    expect(found.findings).toContain(kind);
    expect(found.tally?.mended).toBe(0);
    const mended = await audit(true);
    expect(mended.findings).toContain(`${kind} mended`);
    expect(mended.tally?.found).toBe(mended.tally?.mended);
    expect((await audit()).findings).toEqual([]);
    const [cached, fresh] = [
      await shop.client.availability(shop.id, MONDAY),
      await shop.client.availability(shop.id, MONDAY, { fresh: true }, shop.admin),
    ];
    expect(cached.body).toEqual(fresh.body);
  });
});

describe("what only a person can put right", () => {
  beforeAll(busyShop);

  it("is found and left alone: overlapping bookings, and bookings and ledgers that cannot be read", async () => {
    const template = (await someBooking()).data();
    await ref("bookings/double").set({ ...template, id: "double" });
    await ref("bookings/broken").set({ mechanic_id: "ada", start: FieldValue.delete() }, { merge: true });
    const damaged = { entries: [{ kind: "booking", id: "x", start: "soon" }] };
    await ref(`ledger/grace_${MONDAY}`).update(damaged);
    await audit(true);
    const { findings, tally } = await audit(true);
    expect(findings.sort()).toEqual(["overlap", "unreadable", "unreadable"]);
    expect(tally).toMatchObject({ found: 3, mended: 0 });
    expect((await ref(`ledger/grace_${MONDAY}`).get()).get("entries")).toEqual(damaged.entries);
    expect(await ledgerOf(project, shop.id, "ada", MONDAY)).toContain("double");
  });
});

describe("hashes in bookings of earlier versions", () => {
  const former = { manage_salt: "s", manage_token_hash: "h", request_hash: null, contact_keys: ["c"] };
  const fieldsOf = async ({ ref }: QueryDocumentSnapshot) =>
    Object.keys((await ref.get()).data() ?? {}).filter((field) => field in former);

  beforeAll(busyShop);

  it("are removed where nothing needs them: the rest when the booking is over", async () => {
    const booking = await someBooking();
    const unchanged = booking.data();
    await booking.ref.update(former);
    expect((await audit()).findings).toEqual(["former_hash"]);
    expect((await audit(true)).findings).toEqual(["former_hash mended"]);
    expect(await fieldsOf(booking)).toEqual(["manage_token_hash", "request_hash"]);
    expect((await audit()).findings).toEqual([]);

    const over = shop.clock.now() + 14 * 86_400_000;
    const findings: string[] = [];
    await auditShop(db, shop.id, {
      repair: true,
      now: () => millis(over),
      onFinding: (_shop, { path, problem }) => path === booking.ref.path && findings.push(problem),
      onProgress: () => undefined,
    });
    expect(findings).toEqual(["has manage_token_hash, request_hash of an earlier version"]);
    expect((await booking.ref.get()).data()).toEqual(unchanged);
  });
});
