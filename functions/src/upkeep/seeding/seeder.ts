import type { Actor } from "../../audit/trail.ts";
import type { GenerationStore } from "../../availability/generation/generation-store.ts";
import type { AvailabilityStore } from "../../availability/day/day-store.ts";
import type { Level1 } from "../../availability/day/level1.ts";
import type { ServicesMemory } from "../../catalog/services-memory.ts";
import type { PlainDate } from "../../engine/types.ts";
import { dayBounds } from "../../engine/zone.ts";
import { done, refuse, type Outcome } from "../../platform/errors.ts";
import type { Scope } from "../../platform/scope.ts";
import { slotsToSeed } from "./slots-to-seed.ts";
import type { SeedStore } from "./seed-store.ts";

/** Rounds after which a day that bookings keep changing is given up. */
const MOST_ROUNDS = 5;

interface Seeded {
  readonly shop_id: string;
  readonly seeded: readonly { readonly date: PlainDate; readonly slots: number }[];
}

/** The legacy weekly seeder: writes days in the old format, by hand, for callers that still read them. */
export class Seeder {
  constructor(
    private readonly availability: AvailabilityStore,
    private readonly generator: GenerationStore,
    private readonly seeds: SeedStore,
    private readonly services: ServicesMemory,
    private readonly level1: Level1,
  ) {}

  /** Seeds the dates; each day is written only if nothing changed it since its slots were worked out. */
  async seed(
    shopId: string,
    datesIn: (zone: string) => readonly PlainDate[],
    actor: Actor,
    scope: Scope,
  ): Promise<Outcome<Seeded>> {
    const { shop } = await this.availability.read(shopId, [], scope.cost);
    if (!shop) return refuse("not_found", "There is no such shop.");
    const dates = datesIn(shop.time_zone);
    const seeded = new Map<PlainDate, number>();
    let left = dates;
    for (let round = 0; left.length > 0 && round < MOST_ROUNDS; round += 1) {
      for (const [date, count] of await this.#seedOnce(shopId, left, scope)) seeded.set(date, count);
      left = dates.filter((date) => !seeded.has(date));
    }
    if (left.length > 0) return refuse("contention", `These days kept changing: ${left.join(", ")}.`);
    await this.seeds.note(shopId, dates, actor, scope);
    for (const date of dates) this.level1.drop(shopId, date);
    return done({
      shop_id: shopId,
      seeded: dates.map((date) => ({ date, slots: seeded.get(date) ?? 0 })),
    });
  }

  async #seedOnce(
    shopId: string,
    dates: readonly PlainDate[],
    scope: Scope,
  ): Promise<Map<PlainDate, number>> {
    const { shop, days } = await this.availability.read(shopId, dates, scope.cost);
    if (!shop) return new Map();
    await this.services.of(shop, scope.cost);
    const bufferMinutes = this.services.reachMinutes(shop);
    const { days: generated } = await this.generator.generate({ shop, dates, bufferMinutes }, scope.cost);
    const written = new Map<PlainDate, number>();
    const writes = dates.map(async (date) => {
      const slots = slotsToSeed(shop, date, generated.get(date) ?? {});
      const stored = days.get(date);
      const seed = {
        date,
        slots,
        epoch: stored?.day?.epoch ?? 0,
        catalogVersion: shop.catalog_version,
        seededAt: scope.now,
        endsAt: dayBounds(shop.time_zone, date).end * 60_000,
      };
      if (await this.seeds.write(shopId, seed, stored?.updateTime, scope.cost))
        written.set(date, slots.length);
    });
    await Promise.all(writes);
    return written;
  }
}
