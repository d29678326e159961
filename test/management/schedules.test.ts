import { beforeEach, describe, expect, it } from "vitest";
import { freeTimes } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { instanceStarter } from "../support/instance.ts";
import { at, everyDay, MONDAY } from "../support/shop.ts";
import { signedIn } from "../support/token.ts";
import { openManagedShop, type ManagedShop } from "./support.ts";

const project = openProject("schedules");
const start = instanceStarter(project);
const MORNING = [{ start_time: "09:00", end_time: "12:00" }];
const SCHEDULE = "/mechanics/ada/schedule";
let shop: ManagedShop;
let shops = 0;

beforeEach(async () => {
  shop = await openManagedShop(project, `schedules-${(shops += 1)}`);
});

describe("a mechanic's schedule", () => {
  it("is shown to the mechanic and to admins with an ETag", async () => {
    for (const headers of [shop.admin, shop.ada]) {
      const answer = await shop.send("GET", SCHEDULE, undefined, headers);
      expect(answer).toMatchObject({
        status: 200,
        body: { mechanic_id: "ada", weekly_schedule: everyDay("09:00-12:00", "14:00-18:00") },
      });
      const etag = answer.headers.get("etag") ?? "";
      expect(etag).toMatch(/^"[\w-]{27}"$/);
      const again = await shop.send("GET", SCHEDULE, undefined, { ...headers, "if-none-match": etag });
      expect(again.status).toBe(304);
    }
  });

  it.each([
    ["nobody", () => ({}), 401],
    ["a customer", () => signedIn("mei"), 403],
    ["another mechanic", () => shop.grace, 403],
    ["another shop's admin", () => signedIn("x", { role: "admin", shopId: "elsewhere" }), 404],
  ])("is closed to %s", async (_who, headers, status) => {
    expect((await shop.send("GET", SCHEDULE, undefined, headers())).status).toBe(status);
    expect((await shop.send("PUT", SCHEDULE, { weekly_schedule: {} }, headers())).status).toBe(status);
  });

  it("shows at once in the next answer, through another instance's cache", async () => {
    const other = await start();
    const times = async () => freeTimes((await other.client.availability(shop.id, MONDAY)).body, "ada");
    expect(await times()).toEqual(["09:00", "10:00", "11:00", "14:00", "15:00", "16:00", "17:00"]);
    expect(await times()).toHaveLength(7);
    const changed = await shop.change("PUT", SCHEDULE, { weekly_schedule: { monday: MORNING } }, shop.ada);
    expect(changed).toMatchObject({
      status: 200,
      body: { mechanic_id: "ada", weekly_schedule: { monday: MORNING, tuesday: [] } },
    });
    expect(await times()).toEqual(["09:00", "10:00", "11:00"]);
    const read = await shop.send("GET", SCHEDULE);
    expect(read.headers.get("etag")).toBe(changed.headers.get("etag"));
    expect(read.body).toEqual(changed.body);
  });

  it("may have intervals until 24:00 and across midnight", async () => {
    const night = {
      monday: [{ start_time: "22:00", end_time: "24:00" }],
      tuesday: [{ start_time: "00:00", end_time: "02:00" }],
    };
    expect((await shop.change("PUT", SCHEDULE, { weekly_schedule: night })).status).toBe(200);
    const { body } = await shop.client.availability(shop.id, MONDAY, { mechanic_id: "ada" });
    expect(freeTimes(body)).toEqual(["22:00", "23:00"]);
  });

  it("costs four reads and three writes", async () => {
    const etag = (await shop.send("GET", SCHEDULE)).headers.get("etag") ?? "";
    await project.emulator.resetUsage();
    const headers = { ...shop.admin, "if-match": etag };
    expect((await shop.send("PUT", SCHEDULE, { weekly_schedule: {} }, headers)).status).toBe(200);
    const { reads, writes } = await project.emulator.usage();
    expect(reads).toBeLessThanOrEqual(4);
    expect(writes).toBe(3);
  });

  it("is written no second time when the request is repeated", async () => {
    await shop.change("PUT", SCHEDULE, { weekly_schedule: { monday: MORNING } });
    await project.emulator.resetUsage();
    expect((await shop.change("PUT", SCHEDULE, { weekly_schedule: { monday: MORNING } })).status).toBe(200);
    expect((await project.emulator.usage()).writes).toBe(0);
  });

  it("leaves an audit line with the hours before and after", async () => {
    await shop.change("PUT", SCHEDULE, { weekly_schedule: { monday: MORNING } }, shop.ada);
    const lines = await project.db.collection(`shops/${shop.id}/audit`).get();
    expect(lines.docs.map((line) => line.data())).toMatchObject([
      {
        action: "schedule_changed",
        actor: { kind: "mechanic", uid: "ada-uid" },
        details: {
          mechanic_id: "ada",
          before: everyDay("09:00-12:00", "14:00-18:00"),
          after: { monday: MORNING, sunday: [] },
        },
      },
    ]);
  });
});

describe("a change of a schedule that others have changed", () => {
  it("is refused with the current schedule", async () => {
    const stale = (await shop.send("GET", SCHEDULE)).headers.get("etag") ?? "";
    await shop.change("PUT", SCHEDULE, { weekly_schedule: { monday: MORNING } });
    const headers = { ...shop.admin, "if-match": stale };
    const refused = await shop.send("PUT", SCHEDULE, { weekly_schedule: {} }, headers);
    expect(refused).toMatchObject({
      status: 412,
      body: {
        error: "precondition_failed",
        details: { current: { mechanic_id: "ada", weekly_schedule: { monday: MORNING } } },
      },
    });
  });

  it("is refused without If-Match", async () => {
    const refused = await shop.send("PUT", SCHEDULE, { weekly_schedule: {} });
    expect(refused).toMatchObject({ status: 428, body: { error: "precondition_required" } });
  });
});

describe("a schedule that leaves appointments outside hours", () => {
  const shorter = { weekly_schedule: everyDay("09:00-12:00") };

  it("is warned of with every affected appointment, and made with confirm=true", async () => {
    const morning = await shop.book("10:00");
    const late = await shop.book("17:00");
    const warned = await shop.change("PUT", SCHEDULE, shorter);
    expect(warned).toMatchObject({ status: 409, body: { warning: "appointments_outside_hours" } });
    expect(warned.body.details.affected_appointments).toEqual([
      {
        booking_id: late.booking.id,
        mechanic_id: "ada",
        date: MONDAY,
        start_time: "17:00",
        end_time: "17:30",
        customer: "陳小姐",
      },
    ]);
    expect((await shop.send("GET", SCHEDULE)).body.weekly_schedule).toEqual(
      everyDay("09:00-12:00", "14:00-18:00"),
    );
    expect((await shop.change("PUT", `${SCHEDULE}?confirm=true`, shorter)).status).toBe(200);
    for (const { booking } of [morning, late]) {
      expect((await shop.view(booking.id, shop.admin)).body).toMatchObject({
        booking: { status: "confirmed" },
      });
    }
  });

  it("is not warned of a second time for the same appointments", async () => {
    await shop.book("17:00");
    await shop.change("PUT", `${SCHEDULE}?confirm=true`, shorter);
    expect((await shop.change("PUT", SCHEDULE, { weekly_schedule: everyDay("09:00-11:00") })).status).toBe(
      200,
    );
  });

  it("counts neither cancelled nor past appointments, nor those of others", async () => {
    const cancelled = await shop.book("17:00");
    await shop.cancel(cancelled.booking.id, shop.admin);
    await shop.book("15:00", { mechanic_id: "grace" });
    await shop.book("09:00");
    shop.clock.set(at(MONDAY, "09:30"));
    expect((await shop.change("PUT", SCHEDULE, { weekly_schedule: {} })).status).toBe(200);
  });
});

describe("a malformed schedule", () => {
  const monday = (...intervals: object[]) => ({ weekly_schedule: { monday: intervals } });
  it.each([
    [
      "25:00",
      monday({ start_time: "09:00", end_time: "25:00" }),
      "invalid_interval",
      "weekly_schedule.monday.0.end_time",
    ],
    [
      "9:00",
      monday({ start_time: "9:00", end_time: "10:00" }),
      "invalid_interval",
      "weekly_schedule.monday.0.start_time",
    ],
    [
      "24:00 as a start",
      monday({ start_time: "24:00", end_time: "24:00" }),
      "invalid_interval",
      "weekly_schedule.monday.0.start_time",
    ],
    [
      "an end before the start",
      monday({ start_time: "18:00", end_time: "09:00" }),
      "invalid_interval",
      "weekly_schedule.monday.0.end_time",
    ],
    [
      "an empty interval",
      monday({ start_time: "09:00", end_time: "09:00" }),
      "invalid_interval",
      "weekly_schedule.monday.0.end_time",
    ],
    ["an unknown weekday", { weekly_schedule: { lundi: [] } }, "invalid_request", "weekly_schedule.lundi"],
    [
      "a day that is no list",
      { weekly_schedule: { monday: {} } },
      "invalid_request",
      "weekly_schedule.monday",
    ],
    [
      "49 intervals",
      monday(...Array.from({ length: 49 }, () => ({ start_time: "09:00", end_time: "10:00" }))),
      "invalid_request",
      "weekly_schedule.monday",
    ],
    ["an unknown field", { weekly_schedule: {}, until: "2026" }, "invalid_request", "until"],
    ["no schedule", {}, "invalid_request", "weekly_schedule"],
    [
      "another mechanic's id",
      { mechanic_id: "grace", weekly_schedule: {} },
      "invalid_request",
      "mechanic_id",
    ],
  ])("is refused: %s", async (_what, body, error, path) => {
    const refused = await shop.change("PUT", SCHEDULE, body);
    expect(refused).toMatchObject({ status: 422, body: { error, details: { fields: [{ path }] } } });
  });

  it("is refused with the intervals that overlap", async () => {
    const overlapping = monday(
      { start_time: "10:00", end_time: "14:00" },
      { start_time: "09:00", end_time: "12:00" },
    );
    const refused = await shop.change("PUT", SCHEDULE, overlapping);
    expect(refused).toMatchObject({
      status: 422,
      body: {
        error: "overlapping_intervals",
        details: { conflicting_intervals: ["09:00-12:00", "10:00-14:00"] },
      },
    });
  });

  it("is not found for an unknown mechanic or shop", async () => {
    const unknown = "/mechanics/unknown/schedule";
    expect((await shop.send("GET", unknown)).status).toBe(404);
    const headers = { ...shop.admin, "if-match": "*" };
    expect((await shop.send("PUT", unknown, { weekly_schedule: {} }, headers)).status).toBe(404);
  });
});
