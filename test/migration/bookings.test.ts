import { beforeEach, describe, expect, it } from "vitest";
import { freeTimes } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { at, confirmedBookings, MONDAY, TUESDAY } from "../support/shop.ts";
import { ledgerOf, openShop, type Shop } from "../lifecycle/support.ts";
import { documentsOf, expectConsistent, fileOf, importTable } from "./support.ts";

const project = openProject("import-bookings");
const { db } = project;
let shop: Shop;
let shops = 0;

beforeEach(async () => {
  shop = await openShop(project, `clinic-${(shops += 1)}`);
});

const MAP = fileOf('{"mechanics": {"1": "ada"}, "services": {"3": "inspection"}}');

/** An appointment joined with its event and its patient. */
function appointment(id: number, time: string, more: object = {}) {
  const [start_time, end_time] = time.split("-");
  const who = { user_id: 1, patient_id: 9, patient_name: "王先生", patient_phone: "0912 345 678" };
  const what = { appointment_type_id: 3, status: "confirmed", date: MONDAY, start_time, end_time };
  return { calendar_event_id: id, ...who, ...what, ...more };
}
const APPOINTMENTS = [
  appointment(1, "10:00-11:00"),
  appointment(2, "11:00-12:00", { status: "canceled_by_patient" }),
  appointment(3, "15:00-15:45", { status: "canceled_by_clinic" }),
  appointment(4, "23:30-24:00"),
  appointment(5, "14:00-15:00", { user_id: "grace", notes: "second visit" }),
];
const importAppointments = (content: string | object[], more = {}) =>
  importTable(db, { from: "appointments", shop: shop.id, content, map: MAP, ...more });
const times = async (mechanic: string) =>
  freeTimes((await shop.client.availability(shop.id, MONDAY)).body, mechanic);

describe("appointments", () => {
  it("become bookings with ledgers and days, at once in the next answer", async () => {
    expect(await times("ada")).toContain("10:00");
    const { isComplete, report } = await importAppointments(APPOINTMENTS);
    expect(isComplete).toBe(true);
    expect(report).toMatchObject({ lines: 5, written: 5, unchanged: 0, skipped: 0 });
    expect(await times("ada")).toEqual(["09:00", "11:00", "14:00", "15:00", "16:00", "17:00"]);
    expect(await times("grace")).toEqual(["13:00", "15:00", "16:00"]);
    expect(await ledgerOf(project, shop.id, "ada", MONDAY)).toHaveLength(2);
    await expectConsistent(db, shop.id);
    const refused = await shop.client.book(shop.id, {
      customer: { name: "Mei" },
      service_id: "inspection",
      mechanic_id: "ada",
      start: at(MONDAY, "10:30"),
    });
    expect(refused).toMatchObject({ status: 409, body: { error: "slot_taken" } });
  });

  it("are shown by the API with their statuses, and can be moved", async () => {
    await importAppointments(APPOINTMENTS);
    const all = await db.collection(`shops/${shop.id}/bookings`).orderBy("start").get();
    expect(all.docs.map((one) => one.get("status") as string)).toEqual([
      "confirmed",
      "cancelled_by_customer",
      "confirmed",
      "cancelled_by_shop",
      "confirmed",
    ]);
    const [first] = all.docs;
    expect((await shop.view(first!.id, shop.admin)).body).toMatchObject({
      booking: {
        service_id: "inspection",
        start: at(MONDAY, "10:00"),
        duration_minutes: 60,
        customer: { name: "王先生", email: null, phone: "0912 345 678" },
      },
    });
    const moved = await shop.move(
      first!.id,
      { start: at(MONDAY, "11:00"), duration_minutes: 30 },
      shop.admin,
    );
    expect(moved.status).toBe(200);
    await expectConsistent(db, shop.id);
  });

  it("send the customers nothing, and leave an audit line each without their names", async () => {
    await importAppointments(APPOINTMENTS);
    expect((await db.collection(`shops/${shop.id}/notifications`).get()).size).toBe(0);
    const lines = (await db.collection(`shops/${shop.id}/audit`).get()).docs.map((line) => line.data());
    expect(lines.map(({ action }) => action)).toEqual(Array(5).fill("booking_imported"));
    expect(JSON.stringify(lines)).not.toMatch(/王先生|0912/);
  });

  it("change nothing when they are imported again, not even what was changed since", async () => {
    await importAppointments(APPOINTMENTS);
    const [grace] = (
      await db.collection(`shops/${shop.id}/bookings`).where("mechanic_id", "==", "grace").get()
    ).docs;
    await shop.cancel(grace!.id, shop.admin);
    await shop.book("14:00", { mechanic_id: "grace" });
    const before = await documentsOf(db, shop.id);
    const { isComplete, report } = await importAppointments(APPOINTMENTS);
    expect(isComplete).toBe(true);
    expect(report).toMatchObject({ written: 0, unchanged: 5, skipped: 0 });
    expect(await documentsOf(db, shop.id)).toEqual(before);
  });

  it("are only counted in a dry run", async () => {
    const before = await documentsOf(db, shop.id);
    const content = [...APPOINTMENTS, appointment(6, "25:00-26:00"), appointment(7, "10:30-11:30")];
    const dry = await importAppointments(content, { dryRun: true, skipConflicts: true });
    expect(await documentsOf(db, shop.id)).toEqual(before);
    const { report } = await importAppointments(content, { skipConflicts: true });
    expect(report).toMatchObject({ written: 5, reasons: { invalid_value: 1, overlaps_line: 1 } });
    expect({ ...dry.report, file: "", dry_run: false }).toEqual({ ...report, file: "" });
  });

  it("may refer to calendar_events and patients in files of their own", async () => {
    const events = APPOINTMENTS.map(({ calendar_event_id: id, user_id, date, start_time, end_time }) => {
      return {
        id,
        user_id,
        date,
        start_time: `${start_time}:00`,
        end_time: `${end_time}:00`,
        event_type: "appointment",
      };
    });
    const plain =
      "calendar_event_id,patient_id,appointment_type_id,status\n1,9,3,confirmed\n5,8,3,confirmed\n77,9,3,confirmed\n";
    const { report } = await importAppointments(plain, {
      events: fileOf(events),
      patients: fileOf("id,full_name,phone_number\n9,王先生,0912 345 678\n"),
    });
    expect(report).toMatchObject({ written: 1, reasons: { unknown_customer: 1, unknown_event: 1 } });
    expect(await confirmedBookings(db, shop.id)).toMatchObject([
      { mechanic_id: "ada", date: MONDAY, customer: { name: "王先生", phone: "0912 345 678" } },
    ]);
  });

  it("create the services and mechanics that the shop lacks where that is asked for", async () => {
    const strange = [
      appointment(1, "10:00-10:45", { user_id: 17, appointment_type_id: 4 }),
      appointment(2, "11:00-12:30", { user_id: 17, appointment_type_id: 4 }),
    ];
    expect((await importAppointments(strange)).report).toMatchObject({
      written: 0,
      reasons: { unknown_mechanic: 2 },
    });
    const { report } = await importAppointments(strange, { create: true });
    expect(report).toMatchObject({ written: 2, created: { mechanics: ["17"], services: ["4"] } });
    expect((await db.doc(`shops/${shop.id}/services/4`).get()).data()).toMatchObject({
      durations_minutes: [45, 90],
      active: true,
    });
    await expectConsistent(db, shop.id);
  });
});

describe("appointments that overlap", () => {
  const overlapping = [...APPOINTMENTS, appointment(6, "10:30-11:30"), appointment(7, "09:30-10:00")];

  it("keep everything from being written", async () => {
    const before = await documentsOf(db, shop.id);
    const { isComplete, report, printed } = await importAppointments(overlapping);
    expect(isComplete).toBe(false);
    expect(report).toMatchObject({ written: 0, refused: true, reasons: { overlaps_line: 1 } });
    expect(report.skipped_lines).toEqual([
      { line: 6, reason: "overlaps_line", field: null, message: "It overlaps line 1." },
    ]);
    expect(printed.join("\n")).toMatch(/nothing was written, because bookings overlap/);
    expect(await documentsOf(db, shop.id)).toEqual(before);
  });

  it("are left out and reported where that is asked for", async () => {
    const { isComplete, report } = await importAppointments(overlapping, { skipConflicts: true });
    expect(isComplete).toBe(false);
    expect(report).toMatchObject({ written: 6, skipped: 1, refused: false });
    await expectConsistent(db, shop.id);
    const again = await importAppointments(overlapping, { skipConflicts: true });
    expect(again.report).toMatchObject({ written: 0, unchanged: 6, reasons: { slot_taken: 1 } });
  });

  it("are compared with the bookings and the holds that the shop has", async () => {
    await shop.book("10:30");
    const held = {
      service_id: "inspection",
      mechanic_id: "grace",
      session_id: "s",
      start: at(MONDAY, "14:30"),
    };
    expect((await shop.client.post(`/v1/shops/${shop.id}/holds`, held)).status).toBe(201);
    const before = await documentsOf(db, shop.id);
    const { report } = await importAppointments(APPOINTMENTS);
    expect(report.skipped_lines.map(({ line, reason }: any) => [line, reason])).toEqual([
      [1, "slot_taken"],
      [5, "slot_taken"],
    ]);
    expect(await documentsOf(db, shop.id)).toEqual(before);
    expect((await importAppointments(APPOINTMENTS, { skipConflicts: true })).report).toMatchObject({
      written: 3,
    });
    await expectConsistent(db, shop.id);
  });

  it("are compared across midnight", async () => {
    const night = appointment(8, "", {
      date: undefined,
      start_time: `${MONDAY} 23:45:00`,
      end_time: `${TUESDAY} 00:30:00`,
    });
    const early = appointment(9, "00:15-00:45", { date: TUESDAY });
    const { report } = await importAppointments([night, early, appointment(4, "23:30-24:00")], {
      skipConflicts: true,
    });
    expect(report.skipped_lines.map(({ line, message }: any) => [line, message])).toEqual([
      [1, "It overlaps line 3."],
    ]);
    const { report: later } = await importAppointments([night], { skipConflicts: true });
    expect(later.reasons).toEqual({ slot_taken: 1 });
  });

  it("with a date whose ledger cannot be read are left out", async () => {
    const ledger = db.doc(`shops/${shop.id}/ledger/ada_${MONDAY}`);
    await ledger.set({ mechanic_id: "ada", date: MONDAY, entries: "broken" });
    const { report } = await importAppointments(APPOINTMENTS, { skipConflicts: true });
    expect(report).toMatchObject({ written: 3, reasons: { ledger_unreadable: 2 } });
    expect((await ledger.get()).get("entries")).toBe("broken");
  });
});
