import type { Actor } from "../../audit/trail.ts";
import type { GenerationStore } from "../../availability/generation/generation-store.ts";
import type { AvailabilityStore } from "../../availability/day/day-store.ts";
import type { Level1 } from "../../availability/day/level1.ts";
import type { ServicesMemory } from "../../catalog/services-memory.ts";
import { isRezoning } from "../../catalog/ledger-zone.ts";
import type { PlainDate } from "../../engine/types.ts";
import { toMillis } from "../../engine/units.ts";
import { dayBounds } from "../../engine/zone.ts";
import { done, refuse, type Outcome } from "../../platform/errors.ts";
import type { Scope } from "../../platform/scope.ts";
import { slotsToSeed } from "./slots-to-seed.ts";
import type { SeedStore } from "./seed-store.ts";

/** After this many rounds in which a day was not written, the days that bookings keep changing are given up. */
const MAX_LOST_ROUNDS = 5;
const DATES_AT_A_TIME = 15;

interface Dependencies {
  readonly availabilityStore: AvailabilityStore;
  readonly generator: GenerationStore;
  readonly seeds: SeedStore;
  readonly services: ServicesMemory;
  readonly level1: Level1;
}

interface SeedRequest {
  readonly shopId: string;
  /** The dates to seed, given the shop's zone. */
  readonly datesIn: (zone: string) => readonly PlainDate[];
  readonly actor: Actor;
}

interface SeededDate {
  readonly date: PlainDate;
  /** How many slots the day was seeded with. */
  readonly slots: number;
}

/** The legacy weekly seeder: writes days in the old format for clients that still read the documents themselves. */
export class Seeder {
  constructor(private readonly dependencies: Dependencies) {}

  /** Seeds the dates; each day is written only if nothing changed it since its slots were computed. */
  async seed({ shopId, datesIn, actor }: SeedRequest, scope: Scope): Promise<Outcome<readonly SeededDate[]>> {
    const { availabilityStore, seeds, level1 } = this.dependencies;
    const { shop } = await availabilityStore.read(shopId, [], scope.cost);
    if (!shop) return refuse("not_found", "There is no such shop.");
    if (isRezoning(shop)) return refuse("shop_rezoning");
    const dates = datesIn(shop.time_zone);
    const seeded = new Map<PlainDate, number>();
    let left = dates;
    for (let lost = 0; left.length > 0 && lost < MAX_LOST_ROUNDS;) {
      const { tried, written } = await this.#seedOnce(shopId, left.slice(0, DATES_AT_A_TIME), scope);
      for (const [date, count] of written) seeded.set(date, count);
      if (written.size < tried || tried === 0) lost += 1;
      left = dates.filter((date) => !seeded.has(date));
    }
    if (left.length > 0) return refuse("contention", `These days kept changing: ${left.join(", ")}.`);
    await seeds.recordInTrail({ shopId, dates, actor }, scope);
    for (const date of dates) level1.drop(shopId, date);
    return done(dates.map((date) => ({ date, slots: seeded.get(date) ?? 0 })));
  }

  /** Seeds as many days as one generation makes; returns their number, and the slots of each day that was written. */
  async #seedOnce(
    shopId: string,
    dates: readonly PlainDate[],
    scope: Scope,
  ): Promise<{ tried: number; written: ReadonlyMap<PlainDate, number> }> {
    const { availabilityStore, generator, seeds, services } = this.dependencies;
    const { shop, days } = await availabilityStore.read(shopId, dates, scope.cost);
    if (!shop || isRezoning(shop)) return { tried: 0, written: new Map() };
    await services.of(shop, scope.cost);
    const bufferMinutes = services.reachMinutes(shop);
    const request = { shop, dates, bufferMinutes, isOnePiece: false };
    const { days: generated } = await generator.generate(request, scope.cost);
    const written = new Map<PlainDate, number>();
    const writes = [...generated].map(async ([date, mechanics]) => {
      const slots = slotsToSeed(shop, date, mechanics);
      const stored = days.get(date);
      const seed = {
        date,
        slots,
        epoch: stored?.day?.epoch ?? 0,
        catalogVersion: shop.catalog_version,
        seededAt: scope.now,
        endsAt: toMillis(dayBounds(shop.time_zone, date).end),
      };
      if (await seeds.write(shopId, seed, stored?.updateTime, scope.cost)) written.set(date, slots.length);
    });
    await Promise.all(writes);
    return { tried: generated.size, written };
  }
}
