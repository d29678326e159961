import { expect } from "vitest";
import { auditShop } from "../../scripts/audit/audit.ts";
import { datesOf } from "../../functions/src/availability/day/day-changes.ts";
import { millis, minutes, toMinutes, type Millis } from "../../functions/src/engine/units.ts";
import { dateOf } from "../../functions/src/engine/zone.ts";
import { rezone, type RezoneDependencies } from "../../functions/src/upkeep/rezoning/rezone.ts";
import type { RezoningStore } from "../../functions/src/upkeep/rezoning/rezoning-store.ts";
import type { Client } from "../support/client.ts";
import type { Project } from "../support/firestore.ts";
import { admin } from "../support/token.ts";
import { everyDay, MONDAY, SUNDAY, TUESDAY, type ShopSeed } from "../support/shop.ts";

export const TOKYO = "Asia/Tokyo";
export const FOREVER = millis(Number.MAX_SAFE_INTEGER);

/** Mechanics who work around the clock, so that every slot is open in every zone. */
export const AROUND_THE_CLOCK: ShopSeed = {
  mechanics: {
    ada: { specialties: ["inspection", "oil_change"], weekly_schedule: everyDay("00:00-24:00") },
    grace: { specialties: ["inspection", "oil_change"], weekly_schedule: everyDay("00:00-24:00") },
  },
};

export async function changeZone({ db }: Pick<Project, "db">, shopId: string, zone: string): Promise<void> {
  await db.doc(`shops/${shopId}`).update({ time_zone: zone });
}

export class Killed extends Error {}

/** The store as a process sees it that is killed before, or after, its `step`-th step. */
export function killedAt(rezonings: RezoningStore, step: number, when: "before" | "after"): RezoningStore {
  let steps = 0;
  return new Proxy(rezonings, {
    get(target, name) {
      const method = Reflect.get(target, name) as unknown;
      if (typeof method !== "function") return method;
      return async (...given: unknown[]): Promise<unknown> => {
        steps += 1;
        const dies = steps === step;
        if (dies && when === "before") throw new Killed();
        const result: unknown = await Reflect.apply(method, target, given);
        if (dies) throw new Killed();
        return result;
      };
    },
  });
}

/** Runs the job, which is killed at the step; returns whether it came that far. */
export async function isKilled(
  context: RezoneDependencies,
  shopId: string,
  step: number,
  when: "before" | "after",
): Promise<boolean> {
  try {
    await rezone({ ...context, rezonings: killedAt(context.rezonings, step, when) }, shopId, FOREVER);
    return false;
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
    return true;
  }
}

/**
 * What must hold after a rezoning: the shop states its zone as its ledgers'; every booking and hold is in the ledgers
 * of its dates in that zone and has its date; the audit finds nothing; days are what a fresh generation returns.
 */
export async function expectFiledUnder(
  { db }: Pick<Project, "db">,
  { shopId, zone, now, client }: { shopId: string; zone: string; now: Millis; client: Client },
): Promise<void> {
  const shop = db.doc(`shops/${shopId}`);
  const stated = (await shop.get()).data();
  expect(stated).toMatchObject({ time_zone: zone, ledger_time_zone: zone });
  expect(stated).not.toHaveProperty("rezoning");
  for (const date of [SUNDAY, MONDAY, TUESDAY]) {
    const cached = await client.availability(shopId, date);
    expect(cached.status).toBe(200);
    expect(cached.body).toEqual(
      (await client.availability(shopId, date, { fresh: true }, admin(shopId))).body,
    );
  }
  const problems: string[] = [];
  await auditShop(db, shopId, {
    repair: false,
    now: () => now,
    onFinding: (_shop, { path, problem }) => problems.push(`${path} ${problem}`),
    onProgress: () => undefined,
  });
  expect(problems).toEqual([]);
  for (const { ref, data } of await reservations({ db }, shopId)) {
    expect(data.date, `${ref.path} has its date`).toBe(dateOf(zone, data.start));
    if (data.status?.startsWith("cancelled")) continue;
    for (const date of datesOf(zone, data)) {
      const ledger = await shop.collection("ledger").doc(`${data.mechanic_id}_${date}`).get();
      const entries = (ledger.get("entries") ?? []) as { id: string }[];
      expect(
        entries.filter(({ id }) => id === ref.id),
        `${ref.path} is filed under ${date}`,
      ).toHaveLength(1);
    }
  }
}

interface Reservation {
  readonly mechanic_id: string;
  readonly date: string;
  readonly status: string | undefined;
}

async function reservations({ db }: Pick<Project, "db">, shopId: string) {
  const found = await Promise.all(
    ["bookings", "holds"].map((name) => db.collection(`shops/${shopId}/${name}`).get()),
  );
  return found
    .flatMap(({ docs }) => docs)
    .map((document) => {
      const instant = (field: string) =>
        minutes(toMinutes(millis((document.get(field) as { toMillis(): number }).toMillis())));
      const data = { ...(document.data() as Reservation), start: instant("start"), end: instant("end") };
      return { ref: document.ref, data };
    });
}
