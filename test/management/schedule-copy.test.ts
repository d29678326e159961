import { beforeEach, describe, expect, it } from "vitest";
import { freeTimes } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { everyDay, MECHANICS, MONDAY, TUESDAY } from "../support/shop.ts";
import { signedIn } from "../support/token.ts";
import { openManagedShop, type ManagedShop } from "./support.ts";

const project = openProject("schedule-copy");
const SCHEDULE = "/mechanics/ada/schedule";
const COPY = `${SCHEDULE}:copy`;
const WEEK = everyDay("09:00-12:00", "14:00-18:00");
const EARLY = [{ start_time: "06:00", end_time: "10:00" }];
let shop: ManagedShop;
let shops = 0;

beforeEach(async () => {
  shop = await openManagedShop(project, `copy-${(shops += 1)}`, {
    mechanics: { ...MECHANICS, ada: { ...MECHANICS.ada, weekly_schedule: { ...WEEK, monday: EARLY } } },
  });
});

const etag = async () => (await shop.send("GET", SCHEDULE)).headers.get("etag") ?? "";

describe("copying a day's hours", () => {
  const body = { from_day: "monday", to_days: ["tuesday", "sunday"] };

  it("gives them to the other days, for the mechanic too, and shows in the next answer", async () => {
    const copied = await shop.send("POST", COPY, body, shop.ada);
    expect(copied).toMatchObject({
      status: 200,
      body: { mechanic_id: "ada", weekly_schedule: { monday: EARLY, tuesday: EARLY, sunday: EARLY } },
    });
    expect(copied.body.weekly_schedule.wednesday).toEqual(WEEK.wednesday);
    expect(copied.headers.get("etag")).toBe(await etag());
    const { body: slots } = await shop.client.availability(shop.id, TUESDAY, { mechanic_id: "ada" });
    expect(freeTimes(slots)).toEqual(["06:00", "07:00", "08:00", "09:00"]);
  });

  it("writes nothing when it is repeated", async () => {
    await shop.send("POST", COPY, body);
    await project.emulator.resetUsage();
    expect((await shop.send("POST", COPY, body)).status).toBe(200);
    expect((await project.emulator.usage()).writes).toBe(0);
  });

  it("needs no If-Match, and is refused with one that does not fit", async () => {
    const stale = await etag();
    await shop.send("POST", COPY, body);
    const refused = await shop.send("POST", COPY, body, { ...shop.admin, "if-match": stale });
    expect(refused).toMatchObject({ status: 412, body: { error: "precondition_failed" } });
  });

  it("copies closed days too", async () => {
    await shop.change("PUT", SCHEDULE, { weekly_schedule: { monday: EARLY } });
    const copied = await shop.send("POST", COPY, { from_day: "friday", to_days: ["monday"] });
    expect(copied.body.weekly_schedule.monday).toEqual([]);
  });
});

describe("copying a colleague's week", () => {
  const body = { from_mechanic_id: "grace" };

  it("replaces all hours, costs four reads and three writes", async () => {
    const headers = { ...shop.admin, "if-match": await etag() };
    await project.emulator.resetUsage();
    const copied = await shop.send("POST", COPY, body, headers);
    expect(copied).toMatchObject({ status: 200, body: { weekly_schedule: everyDay("13:00-17:00") } });
    const { reads, writes } = await project.emulator.usage();
    expect({ reads, writes }).toEqual({ reads: 4, writes: 3 });
  });

  it("is refused to the mechanic, who may not read a colleague's hours", async () => {
    const headers = { ...shop.ada, "if-match": await etag() };
    expect(await shop.send("POST", COPY, body, headers)).toMatchObject({
      status: 403,
      body: { error: "forbidden" },
    });
  });

  it("is refused without If-Match, because it replaces all hours", async () => {
    expect(await shop.send("POST", COPY, body)).toMatchObject({
      status: 428,
      body: { error: "precondition_required" },
    });
  });

  it("leaves an audit line with the hours before and after", async () => {
    await shop.change("PUT", SCHEDULE, { weekly_schedule: { monday: EARLY } });
    await shop.send("POST", COPY, body, { ...shop.admin, "if-match": await etag() });
    const lines = await project.db.collection(`shops/${shop.id}/audit`).get();
    const afters = lines.docs.map((line) => line.get("details.after") as unknown);
    expect(afters).toContainEqual(everyDay("13:00-17:00"));
  });

  it("is not found for an unknown colleague, mechanic or shop", async () => {
    const headers = { ...shop.admin, "if-match": "*" };
    const unknown = await shop.send("POST", COPY, { from_mechanic_id: "unknown" }, headers);
    expect(unknown).toMatchObject({ status: 404, body: { error: "not_found" } });
    expect((await shop.send("POST", "/mechanics/unknown/schedule:copy", body, headers)).status).toBe(404);
    const elsewhere = signedIn("x", { role: "admin", shopId: "elsewhere" });
    expect((await shop.send("POST", COPY, body, { ...elsewhere, "if-match": "*" })).status).toBe(404);
  });
});

it("warns of the appointments that a copied schedule leaves outside hours", async () => {
  const { booking } = await shop.book("09:00");
  const body = { from_mechanic_id: "grace" };
  const headers = { ...shop.admin, "if-match": await etag() };
  const warned = await shop.send("POST", COPY, body, headers);
  expect(warned).toMatchObject({
    status: 409,
    body: {
      warning: "appointments_outside_hours",
      details: { affected_appointments: [{ booking_id: booking.id, date: MONDAY }] },
    },
  });
  expect((await shop.send("POST", `${COPY}?confirm=true`, body, headers)).status).toBe(200);
});

it.each([
  ["nothing", {}, "from_day"],
  ["no days to copy to", { from_day: "monday" }, "to_days"],
  ["no day to copy", { to_days: ["monday"] }, "from_day"],
  ["both sources", { from_mechanic_id: "grace", from_day: "monday" }, "from_mechanic_id"],
  ["an unknown day", { from_day: "lundi", to_days: ["monday"] }, "from_day"],
  ["an unknown day to copy to", { from_day: "monday", to_days: ["mardi"] }, "to_days.0"],
  ["an empty list of days", { from_day: "monday", to_days: [] }, "to_days"],
  ["eight days", { from_day: "monday", to_days: Array(8).fill("sunday") }, "to_days"],
  ["a malformed mechanic", { from_mechanic_id: "a/b" }, "from_mechanic_id"],
  ["an unknown field", { from_day: "monday", to_days: ["friday"], until: "2027" }, "until"],
])("refuses %s", async (_what, body, path) => {
  const refused = await shop.change("POST", COPY, body);
  expect(refused).toMatchObject({
    status: 422,
    body: { error: "invalid_request", details: { fields: [{ path }] } },
  });
});
