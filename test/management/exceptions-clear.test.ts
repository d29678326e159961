import { beforeEach, describe, expect, it } from "vitest";
import { openProject } from "../support/firestore.ts";
import { MONDAY, SUNDAY, TUESDAY } from "../support/shop.ts";
import { openManagedShop, type ManagedShop } from "./support.ts";

const project = openProject("exceptions-clear");
const OWN = "/mechanics/ada/exceptions";
let shop: ManagedShop;
let shops = 0;

beforeEach(async () => {
  shop = await openManagedShop(project, `cleared-${(shops += 1)}`);
});

const clear = (from: string, to: string, path = OWN) =>
  shop.send("DELETE", `${path}?from_date=${from}&to_date=${to}`);
const create = async (body: object, path = OWN) => (await shop.send("POST", path, body)).body.exception;
const dates = async (path = OWN) =>
  ((await shop.send("GET", path)).body.exceptions as { from_date: string; to_date: string | null }[])
    .map(({ from_date, to_date }) => [from_date, to_date])
    .sort();

describe("clearing a range", () => {
  it("removes exceptions inside it, and shortens or splits those that reach beyond", async () => {
    await create({ date: MONDAY });
    await create({ from_date: "2026-01-15", to_date: MONDAY });
    await create({ from_date: "2026-01-10", to_date: "2026-01-31", reason: "leave" });
    await create({ date: "2026-02-02" });
    const cleared = await clear(SUNDAY, TUESDAY);
    expect(cleared).toMatchObject({
      status: 200,
      body: { from_date: SUNDAY, to_date: TUESDAY, removed: 1, shortened: 1, split: 1, kept: [] },
    });
    expect(await dates()).toEqual([
      ["2026-01-10", "2026-01-17"],
      ["2026-01-15", "2026-01-17"],
      ["2026-01-21", "2026-01-31"],
      ["2026-02-02", "2026-02-02"],
    ]);
    const found = await project.db.collection(`shops/${shop.id}/exceptions`).get();
    expect(found.docs.filter((one) => one.get("reason") === "leave")).toHaveLength(2);
  });

  it("splits recurring ones, and lists those that it has to keep", async () => {
    await create({ from_date: "2026-01-05", rrule: "FREQ=WEEKLY;BYDAY=MO" });
    const counted = await create({ from_date: "2026-01-05", rrule: "FREQ=WEEKLY;COUNT=9" });
    const { body } = await clear(MONDAY, MONDAY);
    expect(body).toMatchObject({ removed: 0, shortened: 0, split: 1, kept: [{ id: counted.id }] });
    expect(await dates()).toEqual([
      ["2026-01-05", null],
      ["2026-01-05", "2026-01-18"],
      ["2026-01-26", null],
    ]);
  });

  it("leaves those of others and of the shop as they are", async () => {
    await create({ date: MONDAY }, "/mechanics/grace/exceptions");
    await create({ date: MONDAY }, "/exceptions");
    expect((await clear(MONDAY, MONDAY)).body).toMatchObject({ removed: 0 });
    expect(await dates("/exceptions")).toHaveLength(1);
    expect((await clear(MONDAY, MONDAY, "/exceptions")).body).toMatchObject({ removed: 1 });
    expect(await dates("/mechanics/grace/exceptions")).toHaveLength(1);
  });

  it("leaves an audit line for each exception, and none when it is repeated", async () => {
    await create({ date: MONDAY });
    await create({ from_date: "2026-01-10", to_date: "2026-01-31" });
    const lines = async () =>
      (await project.db.collection(`shops/${shop.id}/audit`).get()).docs
        .map((line) => line.get("action") as string)
        .sort();
    await clear(MONDAY, MONDAY);
    const after = await lines();
    expect(after).toEqual([
      "exception_changed",
      "exception_created",
      "exception_created",
      "exception_created",
      "exception_deleted",
    ]);
    expect((await clear(MONDAY, MONDAY)).body).toMatchObject({ removed: 0, shortened: 0, split: 0 });
    expect(await lines()).toEqual(after);
  });

  it("clears more than one transaction does", async () => {
    const batch = project.db.batch();
    for (let index = 0; index < 400; index += 1) {
      const ref = project.db.collection(`shops/${shop.id}/exceptions`).doc();
      const dates = { from_date: MONDAY, to_date: index % 2 === 0 ? MONDAY : TUESDAY };
      batch.set(ref, {
        mechanic_id: "ada",
        ...dates,
        start_time: null,
        end_time: null,
        effect: "busy",
        rrule: null,
      });
    }
    await batch.commit();
    const { body } = await clear(MONDAY, MONDAY);
    expect(body).toMatchObject({ removed: 200, shortened: 200, split: 0 });
    const left = await project.db.collection(`shops/${shop.id}/exceptions`).get();
    expect(new Set(left.docs.map((one) => one.get("from_date") as string))).toEqual(new Set([TUESDAY]));
  });

  it.each([
    ["no first date", `?to_date=${MONDAY}`, "from_date"],
    ["no last date", `?from_date=${MONDAY}`, "to_date"],
    ["nothing", "", "from_date"],
    ["a date that does not exist", `?from_date=2026-02-30&to_date=${MONDAY}`, "from_date"],
    ["a range that ends before it begins", `?from_date=${TUESDAY}&to_date=${MONDAY}`, "to_date"],
    ["an unknown parameter", `?from_date=${MONDAY}&to_date=${MONDAY}&purge=true`, "purge"],
  ])("is refused with %s", async (_what, query, path) => {
    await create({ date: MONDAY });
    const refused = await shop.send("DELETE", `${OWN}${query}`);
    expect(refused).toMatchObject({ status: 422, body: { error: "invalid_request" } });
    expect(refused.body.details.fields[0].path).toBe(path);
    expect(await dates()).toHaveLength(1);
  });
});
