import { beforeAll, describe, expect, it } from "vitest";
import { auditShop } from "../../scripts/audit/audit.ts";
import { openProject } from "../support/firestore.ts";
import { startInstance } from "../support/instance.ts";
import { at, CUSTOMER, MONDAY, TUESDAY } from "../support/shop.ts";
import { auditOf, openShop, token, type Shop } from "./support.ts";
import { millis } from "../../functions/src/engine/units.ts";

const project = openProject("contention");
const { db } = project;
let shop: Shop;
let impatient: Awaited<ReturnType<typeof startInstance>>;

/** Keeps others from writing a ledger, as a transaction does whose process has died. */
async function lockLedger(mechanic: string, date: string): Promise<() => Promise<void>> {
  let release = () => undefined as void;
  const released = new Promise<void>((resolve) => (release = resolve));
  let locked = () => undefined as void;
  const isLocked = new Promise<void>((resolve) => (locked = resolve));
  const transaction = db.runTransaction(async (tx) => {
    await tx.get(db.doc(`shops/${shop.id}/ledger/${mechanic}_${date}`));
    locked();
    await released;
  });
  await isLocked;
  return async () => {
    release();
    await transaction;
  };
}

describe("where a ledger cannot be written in time", () => {
  beforeAll(async () => {
    shop = await openShop(project, "stuck");
    impatient = await startInstance(project, {
      clock: shop.clock,
      config: { bookingDeadlineSeconds: 1 },
    });
  });

  it("answers 503 with Retry-After, does nothing of `contention`, and all or nothing of `unavailable`", async () => {
    const made = await shop.book("09:00");
    const other = await shop.book("10:00");
    const unlock = await lockLedger("ada", MONDAY);
    const path = `/v1/shops/stuck/bookings`;
    const json = { "content-type": "application/json" };
    const send = (method: string, to: string, body: object | null, headers: object) =>
      impatient.client.request<{ error: string }>(method, to, {
        headers: { ...json, ...headers },
        ...(body && { body: JSON.stringify(body) }),
      });
    const slot = { service_id: "inspection", mechanic_id: "ada", start: at(MONDAY, "14:00") };
    const answers = await Promise.all([
      send("POST", path, { ...slot, customer: CUSTOMER }, {}),
      send("POST", "/v1/shops/stuck/holds", { ...slot, session_id: "s" }, {}),
      send("DELETE", `${path}/${made.booking.id}`, null, token(made)),
      send("PATCH", `${path}/${other.booking.id}`, { start: at(TUESDAY, "09:00") }, token(other)),
    ]);
    await unlock();
    for (const { status, headers, body } of answers) {
      expect([status, Number(headers.get("retry-after")) > 0]).toEqual([503, true]);
      expect(["contention", "unavailable"]).toContain(body.error);
    }
    // Attempts that were under way when time was up have had time to go on.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const [booked, held, cancelled, moved] = answers.map(({ body }) => body.error === "contention");
    const lines = async (id: string) => (await auditOf(project, "stuck", id)).length;
    if (booked) expect((await db.collection("shops/stuck/bookings").get()).size).toBe(2);
    if (held) expect((await db.collection("shops/stuck/holds").get()).size).toBe(0);
    if (cancelled) expect(await lines(made.booking.id)).toBe(1);
    if (moved) expect(await lines(other.booking.id)).toBe(1);
    const problems: string[] = [];
    await auditShop(db, "stuck", {
      repair: false,
      now: () => millis(shop.clock.now()),
      onFinding: (_shop, { problem }) => problems.push(problem),
      onProgress: () => undefined,
    });
    expect(problems).toEqual([]);
    await impatient.close();
  });
});
