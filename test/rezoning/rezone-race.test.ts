import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rezone } from "../../functions/src/upkeep/rezoning/rezone.ts";
import type { BookingBody } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { startInstances, type Instance } from "../support/instance.ts";
import { expectConsistent, type BookingAnswer } from "../support/race.ts";
import { at, CUSTOMER, MONDAY, seedShop } from "../support/shop.ts";
import { AROUND_THE_CLOCK, changeZone, expectFiledUnder, FOREVER, TOKYO } from "./support.ts";

const project = openProject("rezone-race");
const { db } = project;
const SHOP = "moving";
let instances: Instance[];

beforeAll(async () => {
  await seedShop(db, SHOP, AROUND_THE_CLOCK);
  instances = await startInstances(4, project);
});
afterAll(() => Promise.all(instances.map((instance) => instance.close())));

/** What the clients have been told. */
const confirmed: BookingAnswer[] = [];
const cancelled = new Set<string>();
const outcomes = new Map<string, number>();
const count = (what: string) => outcomes.set(what, (outcomes.get(what) ?? 0) + 1);

const TIMES = ["00:00", "04:30", "08:30", "09:00", "09:30", "13:00", "15:00", "19:30", "23:30"];
const MECHANICS = ["ada", "grace"];

/** Books, holds and cancels at the same few times, which have different dates in the two zones. */
async function act({ client }: Instance, turn: number): Promise<void> {
  const start = at(MONDAY, TIMES[turn % TIMES.length]!);
  const mechanic_id = MECHANICS[turn % MECHANICS.length]!;
  const wanted = { service_id: "inspection", mechanic_id, start };
  if (turn % 4 === 3) {
    const held = await client.post<{ hold_id: string; error?: string }>(`/v1/shops/${SHOP}/holds`, {
      ...wanted,
      session_id: `s${turn}`,
    });
    count(`hold ${held.body.error ?? held.status}`);
    return;
  }
  const answer = await client.book(SHOP, { customer: CUSTOMER, ...wanted });
  count(`book ${answer.body.error ?? answer.status}`);
  if (answer.status !== 201) return;
  confirmed.push(answer);
  if (turn % 3 !== 0) return;
  const { booking, manage_token }: BookingBody = answer.body;
  const gone = await client.request<{ error?: string }>(
    "DELETE",
    `/v1/shops/${SHOP}/bookings/${booking.id}`,
    {
      headers: { "x-manage-token": manage_token ?? "" },
    },
  );
  count(`cancel ${gone.body.error ?? gone.status}`);
  if (gone.status === 200) cancelled.add(booking.id);
}

describe("bookings, holds and cancellations while the shop's zone is changed", () => {
  it("neither overlap nor are lost", async () => {
    let zone = "America/New_York";
    let isOver = false;
    const clients = instances.map(async (instance, index) => {
      for (let turn = index; !isOver; turn += 5) {
        await act(instance, turn);
        await pause(25);
      }
    });
    for (const next of [TOKYO, "America/New_York", "Pacific/Honolulu"]) {
      await pause(700);
      await changeZone(project, SHOP, next);
      zone = next;
      await pause(200);
      await Promise.all(instances.slice(0, 2).map(({ context }) => rezone(context, SHOP, FOREVER)));
    }
    await pause(700);
    isOver = true;
    await Promise.all(clients);

    expect(outcomes.get("book 201")).toBeGreaterThan(0);
    expect(outcomes.get("book shop_rezoning")).toBeGreaterThan(0);
    expect([...outcomes.keys()].filter((what) => /internal|5\d\d/.test(what))).toEqual([]);
    const [first] = instances;
    const shown = await Promise.all(
      confirmed.map(({ body }) => db.doc(`shops/${SHOP}/bookings/${body.booking.id}`).get()),
    );
    for (const document of shown) {
      expect(document.get("status")).toBe(cancelled.has(document.id) ? "cancelled_by_customer" : "confirmed");
    }
    await expectFiledUnder(project, { shopId: SHOP, zone, now: first!.clock.now(), client: first!.client });
    // Holds are entries without a booking: let them expire, and sweep them, before entries are compared with bookings.
    first!.clock.advance({ hours: 1 });
    for (const { id } of (await db.collection(`shops/${SHOP}/holds`).get()).docs) {
      await first!.context.holds.transact(
        SHOP,
        { reads: 0, writes: 0, attempts: 0 },
        (tx) => tx.sweep(id, first!.clock.now()),
        () => undefined,
      );
    }
    const kept = confirmed.filter(({ body }) => !cancelled.has(body.booking.id));
    await expectConsistent(db, SHOP, kept);
  }, 120_000);
});
