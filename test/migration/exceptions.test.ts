import { beforeEach, describe, expect, it } from "vitest";
import { freeTimes } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { MONDAY, TUESDAY } from "../support/shop.ts";
import { openShop, type Shop } from "../lifecycle/support.ts";
import { documentsOf, importTable } from "./support.ts";

const project = openProject("import-exceptions");
const { db } = project;
let shop: Shop;
let shops = 0;

beforeEach(async () => {
  shop = await openShop(project, `clinic-${(shops += 1)}`);
});

const OVERRIDES = `id,therapist_id,override_date,is_available,start_time,end_time,reason
a,ada,${MONDAY},f,,,vacation
b,ada,${TUESDAY},t,10:00,12:00,training
c,grace,${MONDAY},false,13:00:00,15:00:00,
`;
const EVENTS = [
  { id: 1, user_id: "ada", event_type: "appointment", date: MONDAY, start_time: "10:00", end_time: "11:00" },
  {
    id: 2,
    user_id: "ada",
    event_type: "availability_exception",
    date: MONDAY,
    start_time: null,
    end_time: null,
  },
  {
    id: 3,
    user_id: "grace",
    event_type: "availability_exception",
    date: MONDAY,
    start_time: "13:00:00",
    end_time: "14:30:00",
  },
  {
    id: 4,
    user_id: "grace",
    event_type: "availability_exception",
    date: MONDAY,
    start_time: "14:00:00",
    end_time: "15:00:00",
  },
];
const free = async (date: string, mechanic: string) =>
  freeTimes((await shop.client.availability(shop.id, date)).body, mechanic);
const importOverrides = (content: string, more = {}) =>
  importTable(db, { from: "availability_overrides", shop: shop.id, content, ...more });

describe("availability_overrides", () => {
  it("become exceptions, at once in the next answer", async () => {
    expect(await free(MONDAY, "ada")).toContain("09:00");
    expect(await free(TUESDAY, "ada")).toContain("09:00");
    const { isComplete, report } = await importOverrides(OVERRIDES);
    expect(isComplete).toBe(true);
    expect(report).toMatchObject({ lines: 3, written: 3, skipped: 0 });
    expect(await free(MONDAY, "ada")).toEqual([]);
    expect(await free(TUESDAY, "ada")).toEqual(["10:00", "11:00"]);
    expect(await free(MONDAY, "grace")).toEqual(["15:00", "16:00"]);
  });

  it("keep their reasons, and leave an audit line each", async () => {
    await importOverrides(OVERRIDES);
    const found = await db.collection(`shops/${shop.id}/exceptions`).where("mechanic_id", "==", "ada").get();
    expect(
      found.docs.map((one) => [one.get("from_date"), one.get("reason"), one.get("source")]).sort(),
    ).toEqual([
      [MONDAY, "vacation", "import"],
      [TUESDAY, "training", "import"],
    ]);
    const lines = await db.collection(`shops/${shop.id}/audit`).get();
    expect(lines.docs.map((line) => line.get("action"))).toEqual(Array(3).fill("exception_created"));
  });

  it("change nothing when they are imported again, not even what was changed since", async () => {
    await importOverrides(OVERRIDES);
    const all = await db.collection(`shops/${shop.id}/exceptions`).get();
    const vacation = all.docs.find((one) => one.get("reason") === "vacation");
    await vacation!.ref.update({ reason: "ill" });
    const before = await documentsOf(db, shop.id);
    const { report } = await importOverrides(OVERRIDES);
    expect(report).toMatchObject({ written: 0, unchanged: 3, skipped: 0 });
    expect(await documentsOf(db, shop.id)).toEqual(before);
  });

  it("are only counted in a dry run", async () => {
    const content = `${OVERRIDES}d,new,${MONDAY},f,,,\ne,ada,2026-02-30,f,,,\n`;
    const before = await documentsOf(db, shop.id);
    const dry = await importOverrides(content, { dryRun: true, create: true });
    expect(await documentsOf(db, shop.id)).toEqual(before);
    const { report } = await importOverrides(content, { create: true });
    expect(report).toMatchObject({
      written: 4,
      created: { mechanics: ["new"] },
      reasons: { invalid_value: 1 },
    });
    expect({ ...dry.report, file: "", dry_run: false }).toEqual({ ...report, file: "" });
  });

  it("are skipped by line where they are wrong, repeated, or of unknown mechanics", async () => {
    const wrong = [
      "a,ada,2026-03-01,f,,,",
      "d,lovelace,2026-03-01,f,,,",
      "e,ada,2026-03-01,t,,,",
      "f,ada,2026-03-01,f,25:00,,",
    ];
    const { report } = await importOverrides(`${OVERRIDES}${wrong.join("\n")}\n`);
    expect(report.skipped_lines.map(({ line, reason }: any) => [line, reason])).toEqual([
      [5, "duplicate_id"],
      [6, "unknown_mechanic"],
      [7, "missing_column"],
      [8, "invalid_value"],
    ]);
    expect(report).toMatchObject({ written: 3, skipped: 4 });
  });
});

describe("calendar_events", () => {
  it("become exceptions, overlapping ones too, and appointments are left to their own table", async () => {
    const { isComplete, report } = await importTable(db, {
      from: "calendar_events",
      shop: shop.id,
      content: EVENTS,
    });
    expect(isComplete).toBe(true);
    expect(report).toMatchObject({ lines: 4, written: 3, ignored: { appointment: 1 } });
    expect(await free(MONDAY, "ada")).toEqual([]);
    expect(await free(MONDAY, "grace")).toEqual(["15:00", "16:00"]);
  });

  it("without their times are refused: each would close a whole day", async () => {
    const content = EVENTS.map(({ start_time: _, end_time: __, ...event }) => event);
    const { report } = await importTable(db, { from: "calendar_events", shop: shop.id, content });
    expect(report).toMatchObject({ written: 0, reasons: { missing_column: 4 } });
  });
});
