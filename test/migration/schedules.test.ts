import { beforeEach, describe, expect, it } from "vitest";
import { freeTimes } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { MONDAY } from "../support/shop.ts";
import { openShop, type Shop } from "../lifecycle/support.ts";
import { documentsOf, fileOf, importTable } from "./support.ts";

const project = openProject("import-schedules");
const { db } = project;
let shop: Shop;
let shops = 0;

beforeEach(async () => {
  shop = await openShop(project, `clinic-${(shops += 1)}`);
});

const TEMPLATES = `therapist_id,day_of_week,start_time,end_time,session_duration,max_sessions
ada,1,10:00,12:00,60,8
grace,1,08:00:00,10:00:00,60,8
ada,1,15:00,17:00,60,8
ada,2,22:00,24:00,60,8
`;
const hours = (start_time: string, end_time: string) => ({ start_time, end_time });
const importTemplates = (content: string, more = {}) =>
  importTable(db, { from: "availability_templates", shop: shop.id, content, ...more });
const scheduleOf = async (mechanic: string) =>
  (await db.doc(`shops/${shop.id}/mechanics/${mechanic}`).get()).get("weekly_schedule") as object;

describe("availability_templates", () => {
  it("become the weeks of the mechanics, at once in the next answer", async () => {
    expect(freeTimes((await shop.client.availability(shop.id, MONDAY)).body, "ada")).toContain("09:00");
    const { isComplete, report } = await importTemplates(TEMPLATES);
    expect(isComplete).toBe(true);
    expect(report).toMatchObject({ lines: 4, written: 4, unchanged: 0, skipped: 0, skipped_lines: [] });
    expect(await scheduleOf("ada")).toMatchObject({
      monday: [hours("10:00", "12:00"), hours("15:00", "17:00")],
      tuesday: [hours("22:00", "24:00")],
      wednesday: [],
    });
    const { body } = await shop.client.availability(shop.id, MONDAY);
    expect(freeTimes(body, "ada")).toEqual(["10:00", "11:00", "15:00", "16:00"]);
    expect(freeTimes(body, "grace")).toEqual(["08:00", "09:00"]);
  });

  it("change nothing when they are imported again", async () => {
    await importTemplates(TEMPLATES);
    const before = await documentsOf(db, shop.id);
    const { isComplete, report } = await importTemplates(TEMPLATES);
    expect(isComplete).toBe(true);
    expect(report).toMatchObject({ written: 0, unchanged: 4 });
    expect(await documentsOf(db, shop.id)).toEqual(before);
  });

  it("are only counted in a dry run", async () => {
    const before = await documentsOf(db, shop.id);
    const dry = await importTemplates(TEMPLATES, { dryRun: true });
    expect(await documentsOf(db, shop.id)).toEqual(before);
    const real = await importTemplates(TEMPLATES);
    expect({ ...dry.report, file: "", dry_run: false }).toEqual({ ...real.report, file: "" });
  });

  it("leave an audit line for each mechanic", async () => {
    await importTemplates(TEMPLATES);
    const lines = (await db.collection(`shops/${shop.id}/audit`).get()).docs.map((line) => line.data());
    expect(
      lines.map(({ action, actor, details }) => [action, actor.kind, details.mechanic_id]).sort(),
    ).toEqual([
      ["schedule_changed", "system", "ada"],
      ["schedule_changed", "system", "grace"],
    ]);
  });

  it("report the appointments that are outside the new hours, which stay", async () => {
    const { booking } = await shop.book("09:00");
    for (const dryRun of [true, false]) {
      const { report, printed } = await importTemplates(TEMPLATES, { dryRun });
      expect(report.warnings).toEqual([
        {
          mechanic_id: "ada",
          appointments: [
            {
              booking_id: booking.id,
              mechanic_id: "ada",
              date: MONDAY,
              start_time: "09:00",
              end_time: "09:30",
            },
          ],
        },
      ]);
      expect(printed).toContain("ada: 1 appointments are outside the new hours");
    }
    expect((await shop.view(booking.id, shop.admin)).body).toMatchObject({
      booking: { status: "confirmed" },
    });
  });

  it("skip unknown mechanics, broken lines and overlaps by line, and import the rest", async () => {
    const more =
      "lovelace,1,09:00,10:00,,\nada,1,11:00,13:00,,\nada,3,25:00,26:00,,\nada,3\nada,3,09:00,10:00,,\n";
    const { isComplete, report } = await importTemplates(TEMPLATES + more);
    expect(isComplete).toBe(false);
    const reasons = report.skipped_lines.map(({ line, reason, field }: any) => [line, reason, field]);
    expect(reasons.sort()).toEqual([
      [6, "unknown_mechanic", null],
      [7, "overlapping_intervals", null],
      [8, "invalid_value", "start_time"],
      [9, "broken_line", null],
    ]);
    expect(report).toMatchObject({ lines: 9, written: 5, skipped: 4, reasons: { overlapping_intervals: 1 } });
    expect(await scheduleOf("ada")).toMatchObject({ wednesday: [hours("09:00", "10:00")] });
  });

  it("create unknown mechanics where that is asked for", async () => {
    const content = "therapist_id,day_of_week,start_time,end_time\n17,1,09:00,11:00\n";
    const dry = await importTemplates(content, { create: true, dryRun: true });
    const { report } = await importTemplates(content, { create: true });
    expect(report).toMatchObject({ written: 1, created: { mechanics: ["17"], services: [] } });
    expect({ ...dry.report, file: "", dry_run: false }).toEqual({ ...report, file: "" });
    expect(freeTimes((await shop.client.availability(shop.id, MONDAY)).body, "17")).toEqual([
      "09:00",
      "10:00",
    ]);
  });
});

describe("the other tables of hours", () => {
  it("are imported alike: practitioner_availability and therapist_availability", async () => {
    const row = { day_of_week: 1, start_time: "09:00:00", end_time: "10:00:00" };
    const practitioners = await importTable(db, {
      from: "practitioner_availability",
      shop: shop.id,
      content: [
        { id: 1, user_id: 7, ...row },
        { id: 2, user_id: 7, ...row, day_of_week: 0, is_available: false },
      ],
      map: fileOf('{"mechanics": {"7": "grace"}}'),
    });
    expect(practitioners.report).toMatchObject({ written: 1, ignored: { not_available: 1 }, skipped: 0 });
    expect(await scheduleOf("grace")).toMatchObject({ monday: [hours("09:00", "10:00")], sunday: [] });
    const therapists = await importTable(db, {
      from: "therapist_availability",
      shop: shop.id,
      content: [{ therapist_id: "ada", ...row }],
    });
    expect(therapists.report).toMatchObject({ written: 1 });
    expect(await scheduleOf("ada")).toMatchObject({ monday: [hours("09:00", "10:00")], tuesday: [] });
  });
});
