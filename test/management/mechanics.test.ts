import { beforeEach, describe, expect, it } from "vitest";
import { freeTimes } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { instanceStarter } from "../support/instance.ts";
import { at, everyDay, MONDAY } from "../support/shop.ts";
import { signedIn } from "../support/token.ts";
import { expectRefusedFields, openManagedShop, type ManagedShop } from "./support.ts";

const project = openProject("mechanics");
const start = instanceStarter(project);
const ADA = "/mechanics/ada";
const HEDY = { id: "hedy", name: "Hedy", specialties: ["inspection"] };
let shop: ManagedShop;
let shops = 0;

beforeEach(async () => {
  shop = await openManagedShop(project, `mechanics-${(shops += 1)}`);
});

const auditActions = async () => {
  const lines = await project.db.collection(`shops/${shop.id}/audit`).get();
  return lines.docs.map((line) => line.get("action") as string).filter((action) => !/^booking/.test(action));
};

describe("creating a mechanic", () => {
  it("answers with them, and offers their hours at once through another instance's cache", async () => {
    const other = await start();
    const times = async () => freeTimes((await other.client.availability(shop.id, MONDAY)).body, "hedy");
    expect(await times()).toEqual([]);
    const weekly_schedule = { monday: [{ start_time: "10:00", end_time: "12:00" }] };
    const created = await shop.send("POST", "/mechanics", { ...HEDY, weekly_schedule });
    expect(created).toMatchObject({
      status: 201,
      body: {
        mechanic: { ...HEDY, active: true, max_bookings_per_day: null, weekly_schedule: { tuesday: [] } },
      },
    });
    expect(await times()).toEqual(["10:00", "11:00"]);
    const read = await shop.send("GET", "/mechanics/hedy");
    expect(read.body).toEqual(created.body);
    expect(read.headers.get("etag")).toBe(created.headers.get("etag"));
  });

  it("costs at most four reads and four writes", async () => {
    await project.emulator.resetUsage();
    expect((await shop.send("POST", "/mechanics", HEDY)).status).toBe(201);
    const { reads, writes } = await project.emulator.usage();
    expect(reads).toBeLessThanOrEqual(4);
    expect(writes).toBe(3);
  });

  it("is done once for one Idempotency-Key, with or without an id", async () => {
    const { id: _, ...unnamed } = HEDY;
    for (const [key, body] of [
      ["k", HEDY],
      ["l", unnamed],
    ] as const) {
      const headers = { ...shop.admin, "idempotency-key": key };
      const first = await shop.send("POST", "/mechanics", body, headers);
      const second = await shop.send("POST", "/mechanics", body, headers);
      expect([first.status, second.status]).toEqual([201, 200]);
      expect(second.body).toEqual(first.body);
    }
    expect(await auditActions()).toEqual(["mechanic_created", "mechanic_created"]);
  });

  it("is refused for an id in use", async () => {
    const refused = await shop.send("POST", "/mechanics", { ...HEDY, id: "alan" });
    expect(refused).toMatchObject({ status: 409, body: { error: "already_exists" } });
  });
});

describe("a malformed mechanic", () => {
  it.each([
    ["no name", { id: "x" }, ["name"]],
    ["a name of 10 kB", { ...HEDY, name: "x".repeat(10_000) }, ["name"]],
    [
      "unknown services",
      { ...HEDY, specialties: ["inspection", "x", "y"] },
      ["specialties.1", "specialties.2"],
    ],
    ["a service twice", { ...HEDY, specialties: ["inspection", "inspection"] }, ["specialties"]],
    ["a specialty that is no id", { ...HEDY, specialties: ["a/b"] }, ["specialties.0"]],
    [
      "101 specialties",
      { ...HEDY, specialties: Array.from({ length: 101 }, (_, i) => `s${i}`) },
      ["specialties"],
    ],
    ["a negative limit", { ...HEDY, max_bookings_per_day: -1 }, ["max_bookings_per_day"]],
    ["a limit that is text", { ...HEDY, max_bookings_per_day: "3" }, ["max_bookings_per_day"]],
    ["an unknown field", { ...HEDY, role: "boss" }, ["role"]],
    ["an id that is reserved", { ...HEDY, id: "__x__" }, ["id"]],
  ])("is refused: %s", async (_what, body, paths) => {
    expectRefusedFields(await shop.send("POST", "/mechanics", body), paths);
    const { id: _id, ...patch } = body;
    if (paths[0] !== "id" && paths[0] !== "name") {
      expectRefusedFields(await shop.send("PATCH", ADA, patch), paths);
    }
    expect(await auditActions()).toEqual([]);
  });

  it("is refused with invalid hours, and takes none in a change", async () => {
    const monday = [{ start_time: "09:00", end_time: "25:00" }];
    const refused = await shop.send("POST", "/mechanics", { ...HEDY, weekly_schedule: { monday } });
    expect(refused).toMatchObject({
      status: 422,
      body: {
        error: "invalid_interval",
        details: { fields: [{ path: "weekly_schedule.monday.0.end_time" }] },
      },
    });
    expectRefusedFields(await shop.send("PATCH", ADA, { weekly_schedule: {} }), ["weekly_schedule"]);
  });
});

describe("changing a mechanic", () => {
  it("replaces the fields that are given, and leaves bookings of a lost specialty valid", async () => {
    const { booking } = await shop.book("10:00", { service_id: "oil_change" });
    const changed = await shop.change("PATCH", ADA, { name: "Ada L.", specialties: ["inspection"] });
    expect(changed).toMatchObject({
      status: 200,
      body: { mechanic: { id: "ada", name: "Ada L.", specialties: ["inspection"], active: true } },
    });
    expect((await shop.view(booking.id, shop.admin)).body).toMatchObject({
      booking: { status: "confirmed" },
    });
    const refused = await shop.client.book(shop.id, {
      customer: { name: "A" },
      service_id: "oil_change",
      mechanic_id: "ada",
      start: at(MONDAY, "16:00"),
    });
    expect(refused.body.error).toBe("not_qualified");
  });

  it("costs at most four reads and four writes, and none for what is stored already", async () => {
    const patch = { specialties: ["inspection", "oil_change"] };
    await project.emulator.resetUsage();
    expect((await shop.send("PATCH", ADA, patch)).status).toBe(200);
    expect(await project.emulator.usage()).toMatchObject({ reads: 4, writes: 3 });
    await project.emulator.resetUsage();
    expect((await shop.send("PATCH", ADA, patch)).status).toBe(200);
    expect(await project.emulator.usage()).toMatchObject({ reads: 2, writes: 0 });
  });

  it("is audited with what changed, before and after", async () => {
    await shop.send("PATCH", ADA, { name: "Ada L.", active: true });
    const lines = await project.db.collection(`shops/${shop.id}/audit`).get();
    expect(lines.docs.map((line) => line.data())).toMatchObject([
      {
        action: "mechanic_changed",
        details: { mechanic_id: "ada", before: { name: "Ada" }, after: { name: "Ada L." } },
      },
    ]);
    expect(lines.docs[0]?.get("details.after")).toEqual({ name: "Ada L." });
  });

  it("is refused for another version's ETag", async () => {
    const headers = { ...shop.admin, "if-match": '"other"' };
    for (const [method, path] of [
      ["PATCH", ADA],
      ["DELETE", ADA],
      ["DELETE", `${ADA}?purge=true`],
    ] as const) {
      const refused = await shop.send(method, path, method === "PATCH" ? { name: "X" } : undefined, headers);
      expect(refused).toMatchObject({
        status: 412,
        body: { error: "precondition_failed", details: { current: { id: "ada", name: "Ada" } } },
      });
    }
  });
});

describe("removing a mechanic", () => {
  it.each([
    ["DELETE", ADA, undefined],
    ["PATCH", ADA, { active: false }],
  ])("warns of their upcoming appointments (%s), until confirmed", async (method, path, body) => {
    const other = await start();
    const times = async () => freeTimes((await other.client.availability(shop.id, MONDAY)).body, "ada");
    const { booking } = await shop.book("10:00");
    await shop.book("15:00", { mechanic_id: "grace" });
    expect(await times()).not.toEqual([]);
    const warned = await shop.send(method, path, body);
    expect(warned).toMatchObject({
      status: 409,
      body: {
        warning: "appointment_conflicts",
        details: { conflicting_appointments: [{ booking_id: booking.id, start_time: "10:00" }] },
      },
    });
    expect(warned.body.details.conflicting_appointments).toHaveLength(1);
    expect(await auditActions()).toEqual([]);
    const confirmed = await shop.send(method, `${path}?confirm=true`, body);
    expect(confirmed).toMatchObject({ status: 200, body: { mechanic: { active: false } } });
    expect(await times()).toEqual([]);
    expect((await shop.view(booking.id, shop.admin)).body).toMatchObject({
      booking: { status: "confirmed" },
    });
    expect(await auditActions()).toEqual(["mechanic_deactivated"]);
  });

  it("needs no confirmation when their appointments are over", async () => {
    await shop.book("10:00");
    shop.clock.set(at(MONDAY, "10:30"));
    expect((await shop.send("DELETE", ADA)).status).toBe(200);
  });

  it("purges what nothing refers to", async () => {
    expect((await shop.send("DELETE", "/mechanics/alan?purge=true")).status).toBe(204);
    expect((await shop.send("GET", "/mechanics/alan")).status).toBe(404);
    expect((await shop.send("DELETE", "/mechanics/alan?purge=true")).status).toBe(404);
    expect(await auditActions()).toEqual(["mechanic_purged"]);
  });

  it("does not purge what bookings, ledgers or exceptions refer to, past ones too, and says which", async () => {
    const { booking } = await shop.book("10:00");
    await shop.cancel(booking.id, shop.admin);
    const off = { mechanic_id: "ada", from_date: "2020-01-01", to_date: "2020-01-01", effect: "unavailable" };
    await project.db.collection(`shops/${shop.id}/exceptions`).add(off);
    shop.clock.set(at("2027-01-19", "10:30"));
    const refused = await shop.send("DELETE", `${ADA}?purge=true&confirm=true`, undefined, {
      ...signedIn("boss", { role: "admin", shopId: shop.id }, shop.clock.now()),
    });
    expect(refused).toMatchObject({
      status: 409,
      body: { error: "still_referenced", details: { references: ["bookings", "ledgers", "exceptions"] } },
    });
    expect(refused.body.message).toContain("bookings, ledgers, exceptions");
  });
});

describe("the mechanics of a shop", () => {
  it("are listed for admins in full, and a mechanic sees their own entry only", async () => {
    const full = await shop.send("GET", "/mechanics?view=full");
    expect(full.body.mechanics).toHaveLength(3);
    expect(full.body.mechanics).toContainEqual({
      id: "alan",
      name: "Alan",
      specialties: ["inspection"],
      weekly_schedule: everyDay("09:00-17:00"),
      max_bookings_per_day: null,
      active: false,
    });
    const own = await shop.send("GET", "/mechanics?view=full", undefined, shop.ada);
    expect(own.body.mechanics).toMatchObject([{ id: "ada" }]);
    const listed = await shop.client.get<{ mechanics: object[] }>(`/v1/shops/${shop.id}/mechanics`);
    expect(listed.body.mechanics).toEqual([
      { id: "ada", name: "Ada", specialties: ["inspection", "oil_change", "retired"] },
      { id: "grace", name: "Grace", specialties: ["inspection"] },
    ]);
  });

  it.each([
    ["nobody", () => ({}), 401, 401, 401],
    ["a customer", () => signedIn("mei"), 403, 403, 403],
    ["the mechanic", () => shop.ada, 200, 200, 403],
    ["a colleague", () => shop.grace, 200, 403, 403],
    ["another shop's admin", () => signedIn("x", { role: "admin", shopId: "elsewhere" }), 404, 404, 404],
  ])("are changed by admins only, not by %s", async (_who, headers, list, one, writes) => {
    const status = async (method: string, path: string, body?: object) =>
      (await shop.send(method, path, body, headers())).status;
    expect(await status("GET", "/mechanics?view=full")).toBe(list);
    expect(await status("GET", ADA)).toBe(one);
    expect(await status("POST", "/mechanics", HEDY)).toBe(writes);
    expect(await status("PATCH", ADA, { name: "X" })).toBe(writes);
    expect(await status("DELETE", ADA)).toBe(writes);
    expect(await status("DELETE", `${ADA}?purge=true`)).toBe(writes);
  });
});
