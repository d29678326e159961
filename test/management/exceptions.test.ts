import { beforeEach, describe, expect, it } from "vitest";
import { exceptionSchema } from "../../functions/src/catalog/schema.ts";
import { openProject } from "../support/firestore.ts";
import { MONDAY, TUESDAY } from "../support/shop.ts";
import { signedIn } from "../support/token.ts";
import { openManagedShop, type ManagedShop } from "./support.ts";

const project = openProject("exceptions");
const OWN = "/mechanics/ada/exceptions";
const SHOP = "/exceptions";
const NOW = "2026-01-12T12:00:00.000Z";
let shop: ManagedShop;
let shops = 0;

beforeEach(async () => {
  shop = await openManagedShop(project, `exceptions-${(shops += 1)}`);
});

const stored = async () =>
  (await project.db.collection(`shops/${shop.id}/exceptions`).get()).docs.map((one) => one.data());
const audit = async () =>
  (await project.db.collection(`shops/${shop.id}/audit`).get()).docs.map((line) => line.data());
const create = (body: object, path = OWN) => shop.send("POST", path, body);
const idOf = async (body: object, path = OWN) => (await create(body, path)).body.exception.id as string;

describe("an exception", () => {
  it("is created with what the client may say, and the rest set by the API", async () => {
    const body = { date: "2026-01-15", start_time: "14:00", end_time: "18:00", reason: "dentist" };
    const created = await shop.send("POST", OWN, body, shop.ada);
    expect(created).toMatchObject({ status: 201 });
    const { exception } = created.body;
    expect(exception).toEqual({
      id: exception.id,
      mechanic_id: "ada",
      from_date: "2026-01-15",
      to_date: "2026-01-15",
      start_time: "14:00",
      end_time: "18:00",
      effect: "unavailable",
      rrule: null,
      location_id: null,
      reason: "dentist",
      source: "manual",
      created_at: NOW,
      updated_at: NOW,
    });
    const read = await shop.send("GET", `${OWN}/${exception.id}`, undefined, shop.ada);
    expect(read.body).toEqual(created.body);
    expect(read.headers.get("etag")).toBe(created.headers.get("etag"));
  });

  it("is stored as availability reads it", async () => {
    await create({
      from_date: MONDAY,
      rrule: "FREQ=MONTHLY;BYDAY=1MO",
      effect: "available",
      location_id: "north",
    });
    const [document] = await stored();
    expect(exceptionSchema.parse(document)).toEqual({
      mechanic_id: "ada",
      from_date: MONDAY,
      to_date: null,
      start_time: null,
      end_time: null,
      effect: "available",
      rrule: "FREQ=MONTHLY;BYDAY=1MO",
      location_id: "north",
    });
  });

  it("may overlap another", async () => {
    await create({ date: MONDAY });
    expect((await create({ date: MONDAY, effect: "busy" })).status).toBe(201);
  });

  it("has an ETag that a client can ask with", async () => {
    const path = `${OWN}/${await idOf({ date: MONDAY })}`;
    const etag = (await shop.send("GET", path)).headers.get("etag") ?? "";
    const again = await shop.send("GET", path, undefined, { ...shop.admin, "if-none-match": etag });
    expect(again.status).toBe(304);
  });

  it("is replaced by what GET answers, changed; a field left out is emptied", async () => {
    const id = await idOf({ date: MONDAY, reason: "ill", start_time: "09:00", end_time: "10:00" });
    const { exception } = (await shop.send("GET", `${OWN}/${id}`)).body;
    shop.clock.advance({ minutes: 5 });
    const moved = { ...exception, to_date: TUESDAY, reason: undefined };
    const replaced = await shop.change("PUT", `${OWN}/${id}`, moved);
    expect(replaced).toMatchObject({
      status: 200,
      body: {
        exception: {
          ...exception,
          to_date: TUESDAY,
          reason: null,
          start_time: "09:00",
          updated_at: "2026-01-12T12:05:00.000Z",
        },
      },
    });
    expect((await shop.send("GET", `${OWN}/${id}`)).body).toEqual(replaced.body);
  });

  it("is written no second time when it is stored like this already", async () => {
    const id = await idOf({ date: MONDAY });
    await project.emulator.resetUsage();
    expect((await shop.change("PUT", `${OWN}/${id}`, { date: MONDAY })).status).toBe(200);
    expect((await project.emulator.usage()).writes).toBe(0);
  });

  it("is replaced only with If-Match that fits", async () => {
    const path = `${OWN}/${await idOf({ date: MONDAY })}`;
    const blind = await shop.send("PUT", path, { date: TUESDAY });
    expect(blind).toMatchObject({ status: 428, body: { error: "precondition_required" } });
    const stale = (await shop.send("GET", path)).headers.get("etag") ?? "";
    await shop.change("PUT", path, { date: TUESDAY });
    for (const method of ["PUT", "DELETE"]) {
      const headers = { ...shop.admin, "if-match": stale };
      const refused = await shop.send(method, path, method === "PUT" ? { date: MONDAY } : undefined, headers);
      expect(refused).toMatchObject({
        status: 412,
        body: { error: "precondition_failed", details: { current: { from_date: TUESDAY } } },
      });
    }
  });

  it("is deleted, shown once more, and then not found", async () => {
    const path = `${OWN}/${await idOf({ date: MONDAY })}`;
    const deleted = await shop.send("DELETE", path);
    expect(deleted).toMatchObject({ status: 200, body: { exception: { from_date: MONDAY } } });
    expect((await shop.send("GET", path)).status).toBe(404);
    expect((await shop.send("DELETE", path)).status).toBe(404);
    expect(await stored()).toEqual([]);
  });

  it("leaves an audit line for each change, with the exception before and after", async () => {
    const id = await idOf({ date: MONDAY });
    await shop.change("PUT", `${OWN}/${id}`, { date: TUESDAY }, shop.ada);
    await shop.send("DELETE", `${OWN}/${id}`);
    const lines = new Map((await audit()).map((line) => [line["action"], line]));
    const details = { exception_id: id, mechanic_id: "ada" };
    expect(lines.get("exception_created")).toMatchObject({
      actor: { kind: "admin", uid: "boss" },
      details: { ...details, after: { from_date: MONDAY } },
    });
    expect(lines.get("exception_changed")).toMatchObject({
      actor: { kind: "mechanic", uid: "ada-uid" },
      details: { ...details, before: { from_date: MONDAY }, after: { from_date: TUESDAY } },
    });
    expect(lines.get("exception_deleted")).toMatchObject({ details: { ...details, before: { id } } });
  });

  it("shows its reason in no public answer", async () => {
    await create({ date: MONDAY, start_time: "09:00", end_time: "10:00", reason: "secret surgery" });
    const answers = await Promise.all([
      shop.client.availability(shop.id, MONDAY),
      shop.client.slots(shop.id, MONDAY, TUESDAY, { service_id: "inspection" }),
      shop.client.get(`/v1/shops/${shop.id}/mechanics`),
    ]);
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(JSON.stringify(answer.body)).not.toContain("surgery");
    }
  });
});

describe("an exception with an Idempotency-Key", () => {
  const key = () => ({ ...shop.admin, "idempotency-key": "k1" });

  it("is created once, and a repetition answers 200 with it", async () => {
    const first = await shop.send("POST", OWN, { date: MONDAY }, key());
    const second = await shop.send("POST", OWN, { from_date: MONDAY, to_date: MONDAY }, key());
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body).toEqual(first.body);
    expect(await stored()).toHaveLength(1);
  });

  it.each([
    ["another body", OWN, { date: TUESDAY }],
    ["another mechanic", "/mechanics/grace/exceptions", { date: MONDAY }],
    ["the whole shop", SHOP, { date: MONDAY }],
  ])("is refused for %s", async (_what, path, body) => {
    await shop.send("POST", OWN, { date: MONDAY }, key());
    const refused = await shop.send("POST", path, body, key());
    expect(refused).toMatchObject({ status: 422, body: { error: "idempotency_key_reused" } });
  });
});

describe("the exceptions of the shop", () => {
  it("are those of `*`, apart from those of mechanics", async () => {
    const closed = await create({ date: MONDAY }, SHOP);
    expect(closed.body.exception).toMatchObject({ mechanic_id: "*" });
    const own = await idOf({ date: TUESDAY });
    expect((await shop.send("GET", `${SHOP}/${own}`)).status).toBe(404);
    expect((await shop.send("GET", `${OWN}/${closed.body.exception.id}`)).status).toBe(404);
    expect((await shop.send("DELETE", `${SHOP}/${own}`)).status).toBe(404);
    expect((await shop.send("GET", SHOP)).body.exceptions).toEqual([closed.body.exception]);
  });
});

describe("who may", () => {
  const paths = () => [OWN, SHOP, `${OWN}:batch`, `${SHOP}:batch`, `${OWN}/x`, `${SHOP}/x`];
  const methods = (path: string) =>
    path.endsWith("x")
      ? ["GET", "PUT", "DELETE"]
      : path.endsWith("batch")
        ? ["POST"]
        : ["GET", "POST", "DELETE"];

  it.each([
    ["nobody", () => ({}), 401],
    ["a customer", () => signedIn("mei"), 403],
    ["another mechanic", () => shop.grace, 403],
    ["another shop's admin", () => signedIn("x", { role: "admin", shopId: "elsewhere" }), 404],
  ])("is not %s", async (_who, headers, status) => {
    for (const path of paths()) {
      for (const method of methods(path)) {
        const isClearing = method === "DELETE" && !path.endsWith("x");
        const query = isClearing ? `?from_date=${MONDAY}&to_date=${MONDAY}` : "";
        const answer = await shop.send(method, path + query, undefined, headers());
        expect([method, path, answer.status]).toEqual([method, path, status]);
      }
    }
  });

  it("is the mechanic for the own exceptions, and not for the shop's", async () => {
    expect((await shop.send("POST", OWN, { date: MONDAY }, shop.ada)).status).toBe(201);
    expect((await shop.send("POST", SHOP, { date: MONDAY }, shop.ada)).status).toBe(403);
    expect((await shop.send("GET", SHOP, undefined, shop.ada)).status).toBe(403);
  });
});

describe("the list of exceptions", () => {
  const list = async (query: string, path = OWN) =>
    ((await shop.send("GET", `${path}?${query}`)).body.exceptions as { reason: string }[]).map(
      ({ reason }) => reason,
    );

  beforeEach(async () => {
    await create({ from_date: "2026-01-12", to_date: "2026-01-16", reason: "week" });
    await create({ date: MONDAY, reason: "monday" });
    await create({ from_date: "2026-01-01", rrule: "FREQ=MONTHLY;BYDAY=1MO", reason: "first mondays" });
    await create({ date: MONDAY }, "/mechanics/grace/exceptions");
  });

  it("has all without a range, by their end", async () => {
    expect(await list("")).toEqual(["first mondays", "week", "monday"]);
  });

  it.each([
    [`from_date=${MONDAY}&to_date=${MONDAY}`, ["monday"]],
    ["from_date=2026-01-16&to_date=2026-01-18", ["week"]],
    ["from_date=2026-01-17&to_date=2026-01-18", []],
    ["from_date=2026-02-02&to_date=2026-02-02", ["first mondays"]],
    ["from_date=2026-01-20", ["first mondays"]],
    ["to_date=2026-01-12", ["first mondays", "week"]],
    ["from_date=2026-01-01&to_date=2030-01-01", ["first mondays", "week", "monday"]],
  ])("has those that apply to a date of %s", async (query, reasons) => {
    expect(await list(query)).toEqual(reasons);
  });

  it("is paged, without repeating or leaving out one", async () => {
    const reasons: string[] = [];
    let token: string | null = null;
    for (let pages = 0; pages < 5; pages += 1) {
      const next: string = token === null ? "" : `&page_token=${token}`;
      const { body } = await shop.send("GET", `${OWN}?limit=1${next}`);
      reasons.push(...body.exceptions.map((one: { reason: string }) => one.reason));
      token = body.next_page_token;
      if (token === null) break;
    }
    expect(reasons).toEqual(["first mondays", "week", "monday"]);
  });

  it("shows a corrupt exception as the closure that it is treated as, to be mended or deleted", async () => {
    const corrupt = { mechanic_id: "ada", from_date: "2026-03-02", to_date: "2026-03-02", effect: "perhaps" };
    await project.db.doc(`shops/${shop.id}/exceptions/corrupt`).set(corrupt);
    const { body } = await shop.send("GET", `${OWN}?from_date=2026-03-02&to_date=2026-03-02`);
    expect(body.exceptions).toMatchObject([
      { reason: "first mondays", source: "manual" },
      { id: "corrupt", effect: "unavailable", source: "unreadable" },
    ]);
    const mended = await shop.change("PUT", `${OWN}/corrupt`, { date: "2026-03-03" });
    expect(mended.body.exception).toMatchObject({ from_date: "2026-03-03", source: "manual" });
  });

  it.each([
    ["from_date=2026-02-30", "from_date"],
    ["from_date=2026-01-20&to_date=2026-01-19", "to_date"],
    ["limit=0", "limit"],
    ["limit=201", "limit"],
    ["page_token=x", "page_token"],
    ["month=2026-01", "month"],
  ])("refuses %s", async (query, path) => {
    expect(await shop.send("GET", `${OWN}?${query}`)).toMatchObject({
      status: 422,
      body: { error: "invalid_request", details: { fields: [{ path }] } },
    });
  });
});

describe("a malformed exception", () => {
  const range = { from_date: MONDAY, to_date: TUESDAY };
  it.each<[string, object, string, string]>([
    ["25:00", { date: MONDAY, start_time: "09:00", end_time: "25:00" }, "invalid_interval", "end_time"],
    ["9:00", { date: MONDAY, start_time: "9:00", end_time: "10:00" }, "invalid_interval", "start_time"],
    [
      "24:00 as a start",
      { date: MONDAY, start_time: "24:00", end_time: "24:00" },
      "invalid_interval",
      "start_time",
    ],
    [
      "an end before the start",
      { date: MONDAY, start_time: "18:00", end_time: "09:00" },
      "invalid_interval",
      "end_time",
    ],
    ["no duration", { date: MONDAY, start_time: "09:00", end_time: "09:00" }, "invalid_interval", "end_time"],
    [
      "a number as a time",
      { date: MONDAY, start_time: 9, end_time: "10:00" },
      "invalid_request",
      "start_time",
    ],
    ["a start alone", { date: MONDAY, start_time: "09:00" }, "invalid_request", "end_time"],
    ["an end alone", { date: MONDAY, end_time: "09:00" }, "invalid_request", "start_time"],
    ["a date that does not exist", { date: "2026-02-30" }, "invalid_request", "date"],
    [
      "a first date that does not exist",
      { ...range, from_date: "2026-13-01" },
      "invalid_request",
      "from_date",
    ],
    ["a last date that does not exist", { ...range, to_date: "2025-02-29" }, "invalid_request", "to_date"],
    ["to_date before from_date", { from_date: TUESDAY, to_date: MONDAY }, "invalid_request", "to_date"],
    ["both date and from_date", { date: MONDAY, from_date: MONDAY }, "invalid_request", "date"],
    ["both date and to_date", { date: MONDAY, to_date: MONDAY }, "invalid_request", "date"],
    ["a rule with one date", { date: MONDAY, rrule: "FREQ=DAILY" }, "invalid_request", "date"],
    ["no date", {}, "invalid_request", "date"],
    ["a last date alone", { to_date: MONDAY }, "invalid_request", "from_date"],
    ["no last date without a rule", { from_date: MONDAY }, "invalid_request", "to_date"],
    ["a rule that is none", { ...range, rrule: "every monday" }, "invalid_request", "rrule"],
    ["a rule of hours", { ...range, rrule: "FREQ=DAILY;BYHOUR=9" }, "invalid_request", "rrule"],
    [
      "a rule the library gets wrong",
      { ...range, rrule: "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO" },
      "invalid_request",
      "rrule",
    ],
    [
      "a rule with COUNT and UNTIL",
      { ...range, rrule: "FREQ=DAILY;COUNT=2;UNTIL=20260301" },
      "invalid_request",
      "rrule",
    ],
    ["a rule of two lines", { ...range, rrule: "FREQ=DAILY\nEXDATE:20260120" }, "invalid_request", "rrule"],
    ["a rule of 10 kB", { ...range, rrule: "FREQ=DAILY;".repeat(900) }, "invalid_request", "rrule"],
    ["an unknown effect", { date: MONDAY, effect: "closed" }, "invalid_request", "effect"],
    ["a malformed location", { date: MONDAY, location_id: "a/b" }, "invalid_request", "location_id"],
    ["a reason of 501 characters", { date: MONDAY, reason: "x".repeat(501) }, "invalid_request", "reason"],
    ["an empty reason", { date: MONDAY, reason: " " }, "invalid_request", "reason"],
    ["an unknown field", { date: MONDAY, until: TUESDAY }, "invalid_request", "until"],
    ["a source", { date: MONDAY, source: "google" }, "invalid_request", "source"],
    ["a list", [], "invalid_request", "body"],
  ])("is refused: %s", async (_what, body, error, path) => {
    const refused = await create(body);
    expect(refused).toMatchObject({ status: 422, body: { error, details: { fields: [{ path }] } } });
    expect(await stored()).toEqual([]);
  });

  it.each([
    ["another id", { id: "y" }, "id"],
    ["another mechanic", { mechanic_id: "grace" }, "mechanic_id"],
    ["an end before the start", { start_time: "10:00", end_time: "09:00" }, "end_time"],
  ])("is refused as a replacement: %s", async (_what, change, path) => {
    const id = await idOf({ date: MONDAY });
    const refused = await shop.change("PUT", `${OWN}/${id}`, { date: MONDAY, ...change });
    expect(refused).toMatchObject({ status: 422, body: { details: { fields: [{ path }] } } });
  });

  it("is not found for an unknown mechanic", async () => {
    const unknown = "/mechanics/unknown/exceptions";
    expect((await create({ date: MONDAY }, unknown)).status).toBe(404);
    expect((await shop.send("GET", unknown)).status).toBe(404);
    expect((await shop.send("GET", `${unknown}/x`)).status).toBe(404);
    const headers = { ...shop.admin, "if-match": "*" };
    expect((await shop.send("PUT", `${unknown}/x`, { date: MONDAY }, headers)).status).toBe(404);
    expect((await shop.send("DELETE", `${unknown}?from_date=${MONDAY}&to_date=${MONDAY}`)).status).toBe(404);
  });
});
