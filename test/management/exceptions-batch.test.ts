import { beforeEach, describe, expect, it } from "vitest";
import { addDays } from "../../functions/src/engine/dates.ts";
import { openProject } from "../support/firestore.ts";
import { MONDAY, TUESDAY } from "../support/shop.ts";
import { signedIn } from "../support/token.ts";
import { openManagedShop, type ManagedShop } from "./support.ts";

const project = openProject("exceptions-batch");
const BATCH = "/mechanics/ada/exceptions:batch";
let shop: ManagedShop;
let shops = 0;

beforeEach(async () => {
  shop = await openManagedShop(project, `batch-${(shops += 1)}`);
});

const send = (exceptions: unknown, { key = "batch-1", path = BATCH, confirm = false } = {}) =>
  shop.send(
    "POST",
    confirm ? `${path}?confirm=true` : path,
    { exceptions },
    {
      ...shop.admin,
      "idempotency-key": key,
    },
  );
const idsIn = async (collection: string, id = shop.id) =>
  (await project.db.collection(`shops/${id}/${collection}`).get()).docs.map((one) => one.id).sort();
/** Far from the days that specifications look at. */
const manyDates = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ date: addDays("2026-03-01", index), reason: "course" }));

describe("a batch of exceptions", () => {
  it("answers each line in order with the exception, an error or a warning", async () => {
    const { booking } = await shop.book("09:00");
    const answer = await send([
      { date: TUESDAY },
      { date: "2026-02-30" },
      { date: MONDAY },
      { date: TUESDAY, start_time: "10:00", end_time: "09:00" },
      "tuesday",
      { date: TUESDAY, until: MONDAY },
    ]);
    expect(answer.status).toBe(200);
    const field = (path: string) => ({ details: { fields: [{ path }] } });
    expect(answer.body.results).toMatchObject([
      { index: 0, exception: { mechanic_id: "ada", from_date: TUESDAY } },
      { index: 1, error: "invalid_request", ...field("date") },
      {
        index: 2,
        warning: "appointment_conflicts",
        details: { conflicting_appointments: [{ booking_id: booking.id }] },
      },
      { index: 3, error: "invalid_interval", ...field("end_time") },
      { index: 4, error: "invalid_request", ...field("body") },
      { index: 5, error: "invalid_request", ...field("until") },
    ]);
    expect(await idsIn("exceptions")).toEqual([answer.body.results[0].exception.id]);
  });

  it("creates lines with warnings with confirm=true, and those before them once", async () => {
    await shop.book("09:00");
    const lines = [{ date: TUESDAY }, { date: MONDAY }];
    const first = await send(lines);
    const second = await send(lines, { confirm: true });
    expect(second.body.results[0]).toEqual(first.body.results[0]);
    expect(second.body.results[1]).toMatchObject({ index: 1, exception: { from_date: MONDAY } });
    expect(await idsIn("exceptions")).toHaveLength(2);
  });

  it("warns of an appointment once, of several lines that strand it", async () => {
    await shop.book("09:00");
    const { body } = await send([
      { date: MONDAY, effect: "available", start_time: "09:00", end_time: "12:00" },
      { date: MONDAY },
      { date: MONDAY, effect: "busy" },
    ]);
    expect(body.results.map((one: object) => Object.keys(one)[1])).toEqual([
      "exception",
      "warning",
      "warning",
    ]);
  });

  it("creates exceptions of the shop under its path", async () => {
    const { body } = await send([{ date: TUESDAY }], { path: "/exceptions:batch" });
    expect(body.results).toMatchObject([{ index: 0, exception: { mechanic_id: "*" } }]);
  });

  it("creates equal lines as often as they are given, and nothing when it is repeated", async () => {
    const lines = [{ date: TUESDAY }, { date: TUESDAY }];
    const first = await send(lines);
    await project.emulator.resetUsage();
    const second = await send(lines);
    expect(second.body).toEqual(first.body);
    expect((await project.emulator.usage()).writes).toBe(0);
    expect(await idsIn("exceptions")).toHaveLength(2);
  });

  it("refuses a line that differs from the one of the same key and index", async () => {
    await send([{ date: TUESDAY }]);
    const { body } = await send([{ date: MONDAY }, { date: MONDAY }]);
    expect(body.results).toMatchObject([
      { index: 0, error: "idempotency_key_reused" },
      { index: 1, exception: { from_date: MONDAY } },
    ]);
  });

  it("leaves an audit line for each exception", async () => {
    const { body } = await send(manyDates(60));
    const lines = await project.db.collection(`shops/${shop.id}/audit`).get();
    const audited = lines.docs.map((line) => line.get("details.exception_id") as string).sort();
    const created = body.results.map((one: { exception: { id: string } }) => one.exception.id).sort();
    expect(audited).toEqual(created);
  });

  it("takes 500 of the longest exceptions", async () => {
    const lines = manyDates(500).map(({ date }, index) => ({
      from_date: date,
      to_date: "2099-12-31",
      rrule: `FREQ=YEARLY;BYMONTH=${(index % 12) + 1};BYMONTHDAY=${"1,2,3,4,5,6,7,8,9,".repeat(22)}10`,
      ...{ start_time: "09:00", end_time: "10:00", effect: "available", location_id: "n".repeat(128) },
      reason: "假".repeat(500),
    }));
    expect(JSON.stringify({ exceptions: lines }).length).toBeGreaterThan(500_000);
    const { status, body } = await send(lines);
    expect(status).toBe(200);
    expect(body.results.filter((one: object) => "exception" in one)).toHaveLength(500);
  });

  it("costs two writes for each exception, and the days that each transaction makes stale", async () => {
    await project.emulator.resetUsage();
    await send(manyDates(500));
    const { writes } = await project.emulator.usage();
    // Ten transactions of fifty dates with a neighbour on either side.
    expect(writes).toBe(500 * 2 + 10 * 52);
  });
});

describe("a malformed batch", () => {
  it.each<[string, unknown, string]>([
    ["501 exceptions", manyDates(501), "exceptions"],
    ["no exceptions", [], "exceptions"],
    ["no list", { date: MONDAY }, "exceptions"],
  ])("is refused: %s", async (_what, exceptions, path) => {
    const refused = await send(exceptions);
    expect(refused).toMatchObject({
      status: 422,
      body: { error: "invalid_request", details: { fields: [{ path }] } },
    });
    expect(await idsIn("exceptions")).toEqual([]);
  });

  it("is refused without an Idempotency-Key", async () => {
    const refused = await shop.send("POST", BATCH, { exceptions: [{ date: MONDAY }] });
    expect(refused).toMatchObject({
      status: 422,
      body: { error: "invalid_request", details: { fields: [{ path: "idempotency-key" }] } },
    });
  });

  it("is not found for an unknown mechanic", async () => {
    const path = "/mechanics/unknown/exceptions:batch";
    expect(await send([{ date: MONDAY }], { path })).toMatchObject({ status: 404 });
  });

  it("has at most 64 kB from anyone but staff of the shop, and 2 MiB from them", async () => {
    const large = (bytes: number) => ({ exceptions: ["x".repeat(bytes)] });
    const stranger = { ...signedIn("x", { role: "admin", shopId: "elsewhere" }), "idempotency-key": "k" };
    const tooLarge = { status: 413, body: { error: "payload_too_large" } };
    expect(await shop.send("POST", BATCH, large(70_000), stranger)).toMatchObject(tooLarge);
    expect(await shop.send("POST", BATCH, large(70_000), {})).toMatchObject(tooLarge);
    expect((await send(["x".repeat(70_000)])).status).toBe(200);
    expect(await send(["x".repeat(2 * 1024 * 1024)])).toMatchObject(tooLarge);
    const elsewhere = await shop.send("POST", "/mechanics/ada/exceptions", large(70_000));
    expect(elsewhere).toMatchObject(tooLarge);
  });
});
