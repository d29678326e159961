import { Timestamp } from "firebase-admin/firestore";
import { beforeEach, describe, expect, it } from "vitest";
import { openManagedShop, type ManagedShop } from "../management/support.ts";
import { openProject } from "../support/firestore.ts";
import { at, everyDay, MONDAY, TUESDAY, ZONE } from "../support/shop.ts";
import { signedIn } from "../support/token.ts";

const project = openProject("calendar");
const MONTH = MONDAY.slice(0, 7);
const ADA = "/mechanics/ada/calendar";
let shop: ManagedShop;
let shops = 0;

beforeEach(async () => {
  shop = await openManagedShop(project, `calendar-${(shops += 1)}`);
});

const get = async (path: string, headers = shop.admin) => {
  const { status, body } = await shop.send("GET", path, undefined, headers);
  expect(status).toBe(200);
  return body;
};
const addException = (id: string, more: object) =>
  project.db.doc(`shops/${shop.id}/exceptions/${id}`).set({
    mechanic_id: "ada",
    from_date: MONDAY,
    to_date: MONDAY,
    start_time: null,
    end_time: null,
    effect: "unavailable",
    rrule: null,
    ...more,
  });
/** An appointment as a console writes it. */
const write = (id: string, start: string, length: number, more: object = {}) =>
  project.db.doc(`shops/${shop.id}/bookings/${id}`).set({
    service_id: "inspection",
    mechanic_id: "ada",
    start: Timestamp.fromMillis(Date.parse(start)),
    end: Timestamp.fromMillis(Date.parse(start) + length * 60_000),
    status: "confirmed",
    customer: { name: "Mei" },
    ...more,
  });

describe("a day of a mechanic's calendar", () => {
  it("shows schedule, open time, appointments and exceptions in the order of their times", async () => {
    const { booking } = await shop.book("10:00");
    await addException("evening", { start_time: "17:00", end_time: "18:00", reason: "dentist" });
    expect(await get(`${ADA}?date=${MONDAY}`, shop.ada)).toEqual({
      mechanic_id: "ada",
      date: MONDAY,
      time_zone: ZONE,
      default_schedule: [
        { start_time: "09:00", end_time: "12:00" },
        { start_time: "14:00", end_time: "18:00" },
      ],
      open: [
        { start_time: "09:00", end_time: "12:00", location_id: null },
        { start_time: "14:00", end_time: "17:00", location_id: null },
      ],
      events: [
        {
          type: "appointment",
          booking_id: booking.id,
          service_id: "inspection",
          start_time: "10:00",
          end_time: "10:30",
          start: at(MONDAY, "10:00"),
          end: at(MONDAY, "10:30"),
          title: "陳小姐 - Inspection",
          status: "confirmed",
          outside_hours: false,
        },
        {
          type: "availability_exception",
          exception_id: "evening",
          mechanic_id: "ada",
          start_time: "17:00",
          end_time: "18:00",
          title: "Unavailable",
          effect: "unavailable",
          reason: "dentist",
        },
      ],
    });
  });

  it("marks what lies outside hours by the exceptions of now, whatever the document says", async () => {
    await write("stored", at(MONDAY, "10:00"), 30, { outside_hours: true });
    await write("late", at(MONDAY, "16:45"), 30, { outside_hours: false });
    await addException("evening", { start_time: "17:00", end_time: "18:00" });
    const { events } = await get(`${ADA}?date=${MONDAY}`);
    const marks = events.map((event: any) => [event.booking_id ?? event.exception_id, event.outside_hours]);
    expect(marks).toEqual([
      ["stored", false],
      ["late", true],
      ["evening", undefined],
    ]);
    await project.db.doc(`shops/${shop.id}/exceptions/evening`).delete();
    const after = (await get(`${ADA}?date=${MONDAY}`)).events;
    expect(after.map((event: any) => event.outside_hours)).toEqual([false, false]);
  });

  it("shows no cancelled appointments unless asked to", async () => {
    const kept = await shop.book("10:00");
    const gone = await shop.book("11:00");
    await shop.cancel(gone.booking.id, shop.admin);
    const idsOf = async (query: string) =>
      (await get(`${ADA}?date=${MONDAY}${query}`)).events.map((event: any) => event.booking_id);
    expect(await idsOf("")).toEqual([kept.booking.id]);
    expect(await idsOf("&status=cancelled_by_shop")).toEqual([gone.booking.id]);
    expect(await idsOf("&status=confirmed,cancelled_by_shop")).toEqual([kept.booking.id, gone.booking.id]);
  });

  it("shows an appointment across midnight on both dates, and the hours of each", async () => {
    const night = { mechanics: { ada: { weekly_schedule: everyDay("00:00-02:00", "22:00-24:00") } } };
    shop = await openManagedShop(project, `calendar-night-${shops}`, night);
    await write("night", at(MONDAY, "23:30"), 60);
    const shown = async (date: string) => {
      const { events, open } = await get(`${ADA}?date=${date}`);
      return { events: events.map((e: any) => [e.start_time, e.end_time, e.end, e.outside_hours]), open };
    };
    const end = at(TUESDAY, "00:30");
    expect((await shown(MONDAY)).events).toEqual([["23:30", "24:00", end, false]]);
    expect((await shown(TUESDAY)).events).toEqual([["00:00", "00:30", end, false]]);
    expect((await shown(MONDAY)).open).toMatchObject([
      { start_time: "00:00", end_time: "02:00" },
      { start_time: "22:00", end_time: "24:00" },
    ]);
    const { days } = await get(`${ADA}?month=${MONTH}`);
    const counted = days.filter((day: any) => day.appointment_count > 0).map((day: any) => day.date);
    expect(counted).toEqual([MONDAY, TUESDAY]);
  });

  it("shows wall times on the days on which the clock changes, with offsets beside them", async () => {
    await write("spring", "2026-03-08T01:30:00-05:00", 60);
    await write("autumn", "2026-11-01T01:30:00-04:00", 60);
    const [spring] = (await get(`${ADA}?date=2026-03-08`)).events;
    expect(spring).toMatchObject({
      start_time: "01:30",
      end_time: "03:30",
      end: "2026-03-08T03:30:00-04:00",
    });
    const [autumn] = (await get(`${ADA}?date=2026-11-01`)).events;
    expect(autumn).toMatchObject({
      start_time: "01:30",
      end_time: "01:30",
      end: "2026-11-01T01:30:00-05:00",
    });
  });

  it("has an ETag, and is not sent again to a client that has it", async () => {
    const first = await shop.send("GET", `${ADA}?date=${MONDAY}`);
    const known = { ...shop.admin, "if-none-match": first.headers.get("etag") ?? "" };
    expect((await shop.send("GET", `${ADA}?date=${MONDAY}`, undefined, known)).status).toBe(304);
    await shop.book("10:00");
    expect((await shop.send("GET", `${ADA}?date=${MONDAY}`, undefined, known)).status).toBe(200);
  });

  it("shows a document that cannot be read as the closure that it causes", async () => {
    await addException("broken", { start_time: "late" });
    const { open, events } = await get(`${ADA}?date=${MONDAY}`);
    expect(open).toEqual([]);
    expect(events).toMatchObject([{ exception_id: "broken", start_time: "00:00", end_time: "24:00" }]);
  });
});

describe("a month of a mechanic's calendar", () => {
  it("counts the appointments of each day, page by page", async () => {
    await shop.book("10:00");
    const gone = await shop.book("11:00");
    await shop.cancel(gone.booking.id, shop.admin);
    await shop.book("10:00", { start: at(TUESDAY, "10:00") });
    await shop.book("14:00", { mechanic_id: "grace" });
    const whole = await get(`${ADA}?month=${MONTH}`, shop.ada);
    expect(whole).toMatchObject({ mechanic_id: "ada", month: MONTH, total_days: 31, page: 1, limit: 31 });
    expect(whole.days).toHaveLength(31);
    const counted = (days: any[]) => days.filter(({ appointment_count }) => appointment_count > 0);
    expect(counted(whole.days)).toEqual([
      { date: MONDAY, appointment_count: 1 },
      { date: TUESDAY, appointment_count: 1 },
    ]);
    const third = await get(`${ADA}?month=${MONTH}&page=3&limit=9`);
    expect(third.days.map(({ date }: any) => date)).toEqual(whole.days.slice(18, 27).map((d: any) => d.date));
    expect(counted(third.days)).toEqual(counted(whole.days));
    expect((await get(`${ADA}?month=${MONTH}&page=5&limit=9`)).days).toEqual([]);
    expect((await get(`${ADA}?month=2024-02`)).days).toHaveLength(29);
  });
});

describe("a shop's calendar", () => {
  it("shows all mechanics of a day side by side, those who left only with appointments", async () => {
    await shop.book("14:00", { mechanic_id: "grace" });
    const day = await get(`/calendar?date=${MONDAY}`);
    expect(day).toMatchObject({ date: MONDAY, time_zone: ZONE });
    const shown = day.mechanics.map((one: any) => [
      one.mechanic_id,
      one.name,
      one.open.length,
      one.events.length,
    ]);
    expect(shown).toEqual([
      ["ada", "Ada", 2, 0],
      ["grace", "Grace", 1, 1],
    ]);
    await write("alan", at(MONDAY, "10:00"), 30, { mechanic_id: "alan" });
    const ids = async () =>
      (await get(`/calendar?date=${MONDAY}`)).mechanics.map((one: any) => one.mechanic_id);
    expect(await ids()).toEqual(["ada", "alan", "grace"]);
  });

  it("shows a holiday to everyone and an absence to its mechanic", async () => {
    await addException("holiday", { mechanic_id: "*" });
    await addException("away", {});
    const day = await get(`/calendar?date=${MONDAY}`);
    const shown = day.mechanics.map((one: any) => one.events.map((event: any) => event.exception_id));
    expect(shown).toEqual([["away", "holiday"], ["holiday"]]);
    expect(day.mechanics.map((one: any) => one.open)).toEqual([[], []]);
  });

  it("counts a month by day and mechanic with one query and no read for a day or a mechanic", async () => {
    const names = Array.from({ length: 20 }, (_, index) => `m${String(index + 10)}`);
    const mechanics = Object.fromEntries(
      names.map((name) => [name, { specialties: ["inspection"], weekly_schedule: everyDay("09:00-17:00") }]),
    );
    shop = await openManagedShop(project, `calendar-large-${shops}`, { mechanics });
    for (const [index, mechanic_id] of names.entries()) {
      await write(mechanic_id, at(index % 2 === 0 ? MONDAY : TUESDAY, "10:00"), 30, { mechanic_id });
    }
    await project.emulator.resetUsage();
    const month = await get(`/calendar?month=${MONTH}`);
    const { reads, by_method } = await project.emulator.usage();
    // The shop, and the bookings that the query finds.
    expect(reads).toBe(1 + names.length);
    expect(by_method["RunQuery"]?.calls).toBe(1);
    const days = month.days.filter((day: any) => day.appointment_count > 0);
    expect(days.map((day: any) => [day.date, day.appointment_count])).toEqual([
      [MONDAY, 10],
      [TUESDAY, 10],
    ]);
    expect(days[0].mechanics[0]).toEqual({ mechanic_id: "m10", appointment_count: 1 });
    await project.emulator.resetUsage();
    await get(`/mechanics/m10/calendar?month=${MONTH}`);
    expect((await project.emulator.usage()).reads).toBe(3);
  });

  it("shows a day of 20 mechanics with three queries", async () => {
    const mechanics = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`m${index}`, { weekly_schedule: everyDay("09:00-17:00") }]),
    );
    shop = await openManagedShop(project, `calendar-wide-${shops}`, { mechanics });
    await get(`/calendar?date=${MONDAY}`);
    await project.emulator.resetUsage();
    await get(`/calendar?date=${MONDAY}`);
    const { reads, by_method } = await project.emulator.usage();
    expect(by_method["RunQuery"]?.calls).toBe(3);
    // The shop, the mechanics, and one for each of the two queries that find nothing.
    expect(reads).toBe(1 + 20 + 2);
  });
});

describe("a calendar", () => {
  it.each([
    ["nobody", () => ({}), 401, 401],
    ["a customer", () => signedIn("mei"), 403, 403],
    ["another mechanic", () => shop.grace, 403, 403],
    ["the mechanic", () => shop.ada, 200, 403],
    ["another shop's admin", () => signedIn("x", { role: "admin", shopId: "elsewhere" }), 404, 404],
  ])("answers %s", async (_who, headers, ofMechanic, ofShop) => {
    for (const query of [`date=${MONDAY}`, `month=${MONTH}`]) {
      expect((await shop.send("GET", `${ADA}?${query}`, undefined, headers())).status).toBe(ofMechanic);
      expect((await shop.send("GET", `/calendar?${query}`, undefined, headers())).status).toBe(ofShop);
    }
  });

  it("does not exist for an unknown mechanic or shop", async () => {
    for (const query of [`date=${MONDAY}`, `month=${MONTH}`]) {
      expect((await shop.send("GET", `/mechanics/unknown/calendar?${query}`)).status).toBe(404);
      const platform = signedIn("root", { role: "admin", shopId: "*" });
      const elsewhere = await shop.client.get(`/v1/shops/nowhere/calendar?${query}`, {}, platform);
      expect(elsewhere.status).toBe(404);
    }
  });

  it.each([
    ["", "date"],
    [`?date=${MONDAY}&month=${MONTH}`, "date"],
    ["?date=2026-02-30", "date"],
    ["?month=2026-13", "month"],
    ["?month=2026-1", "month"],
    ["?month=2026", "month"],
    ["?month=9999-12", "month"],
    [`?month=${MONTH}&limit=32`, "limit"],
    [`?month=${MONTH}&limit=0`, "limit"],
    [`?month=${MONTH}&page=0`, "page"],
    [`?date=${MONDAY}&page=1`, "page"],
    [`?date=${MONDAY}&limit=1`, "limit"],
    [`?date=${MONDAY}&status=lost`, "status"],
    [`?date=${MONDAY}&week=1`, "week"],
  ])("names the malformed field of %j", async (query, path) => {
    for (const calendar of [ADA, "/calendar"]) {
      const refused = await shop.send("GET", `${calendar}${query}`);
      expect(refused).toMatchObject({
        status: 422,
        body: { error: "invalid_request", details: { fields: [{ path }] } },
      });
    }
  });

  it.each(["1970-01-01", "9999-12-30"])("shows %s, at the end of the calendar", async (date) => {
    expect(await get(`${ADA}?date=${date}`)).toMatchObject({ date, events: [] });
    expect(await get(`/calendar?date=${date}`)).toMatchObject({ date });
  });

  it.each(["1970-01", "9999-11"])("counts %s, at the end of the calendar", async (month) => {
    expect(await get(`/calendar?month=${month}`)).toMatchObject({ month });
  });
});
