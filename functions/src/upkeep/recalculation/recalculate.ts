import { isValid } from "../../availability/day/epoch-protocol.ts";
import type { GenerationStore } from "../../availability/generation/generation-store.ts";
import type { Level1 } from "../../availability/day/level1.ts";
import type { AvailabilityService } from "../../availability/generation/availability-service.ts";
import type { AvailabilityStore } from "../../availability/day/day-store.ts";
import { isRezoning } from "../../catalog/ledger-zone.ts";
import type { Shop } from "../../catalog/schema.ts";
import type { ServicesMemory } from "../../catalog/services-memory.ts";
import type { CatalogReader } from "../../catalog/catalog-reader.ts";
import type { PlainDate } from "../../engine/types.ts";
import { done, refuse, type Outcome } from "../../platform/errors.ts";
import type { Scope } from "../../platform/scope.ts";
import type { RecalculationRequest } from "./recalculation-request.ts";
import type { RecalculationStore } from "./recalculation-store.ts";

/** After this many rounds, a day that bookings keep changing is left for its next reader to generate. */
const MAX_ROUNDS = 3;

export interface Recalculated {
  /** Dates whose days have been regenerated and stored. */
  readonly rebuilt: readonly PlainDate[];
  /** Dates whose days are generated at every request: they are too large to store, or kept changing. */
  readonly notStored: readonly PlainDate[];
}

export interface RecalculationDependencies {
  readonly availability: AvailabilityService;
  readonly availabilityStore: AvailabilityStore;
  readonly catalog: CatalogReader;
  readonly generator: GenerationStore;
  readonly level1: Level1;
  readonly recalculations: RecalculationStore;
  readonly services: ServicesMemory;
}

/** Rebuilds cached days from the catalog and the ledgers, whatever is cached for them now. */
export async function recalculate(
  dependencies: RecalculationDependencies,
  request: RecalculationRequest,
  scope: Scope,
): Promise<Outcome<Recalculated>> {
  const { catalog, level1, recalculations } = dependencies;
  const { shopId, dates, mechanicId } = request;
  const shop = await catalog.shop(shopId, scope.cost);
  if (!shop) return refuse("not_found", "There is no such shop.");
  if (isRezoning(shop)) return refuse("shop_rezoning");
  if (mechanicId !== null && !(await catalog.mechanic(shopId, mechanicId, scope.cost))) {
    return refuse("not_found", "There is no such mechanic.");
  }
  const replaced =
    mechanicId === null ? [] : await replaceParts(dependencies, { shop, mechanicId, dates }, scope);
  const stale = dates.filter((date) => !replaced.includes(date));
  await recalculations.discard(request, stale, scope);
  for (const date of dates) level1.drop(shopId, date);
  const filled = await refill(dependencies, shopId, stale, scope);
  if (!filled.ok) return filled;
  const stored = new Set([...replaced, ...filled.value]);
  return done({
    rebuilt: dates.filter((date) => stored.has(date)),
    notStored: dates.filter((date) => !stored.has(date)),
  });
}

interface MechanicParts {
  readonly shop: Shop;
  readonly mechanicId: string;
  readonly dates: readonly PlainDate[];
}

/** Replaces the mechanic's part of those days that are valid; returns their dates. */
async function replaceParts(
  { availabilityStore, generator, services, recalculations }: RecalculationDependencies,
  { shop: { id: shopId }, mechanicId, dates }: MechanicParts,
  scope: Scope,
): Promise<PlainDate[]> {
  const { shop, days } = await availabilityStore.read(shopId, dates, scope.cost);
  if (!shop) return [];
  const valid = dates.flatMap((date) => {
    const version = days.get(date);
    return version?.day && isValid(version.day, shop.catalog_version, scope.now) ? [{ date, version }] : [];
  });
  if (valid.length === 0) return [];
  await services.of(shop, scope.cost);
  const bufferMinutes = services.reachMinutes(shop);
  const validDates = valid.map(({ date }) => date);
  const part = { shop, mechanicId, dates: validDates, bufferMinutes };
  const parts = await generator.generateOne(part, scope.cost);
  const replaced = await Promise.all(
    valid.map(async ({ date, version }) => {
      const place = { shopId, date, mechanicId, updateTime: version.updateTime };
      return (await recalculations.replacePart(place, parts.get(date), scope.cost)) ? [date] : [];
    }),
  );
  return replaced.flat();
}

/** Generates and fills the stale days; a booking made in the meantime makes another round necessary. */
async function refill(
  { availability }: RecalculationDependencies,
  shopId: string,
  dates: readonly PlainDate[],
  scope: Scope,
): Promise<Outcome<readonly PlainDate[]>> {
  const stored = new Set<PlainDate>();
  for (let round = 0; stored.size < dates.length && round < MAX_ROUNDS; round += 1) {
    const left = dates.filter((date) => !stored.has(date));
    const made = await availability.daysForRecalculation({ shopId, dates: left }, scope);
    if (!made.ok) return made;
    // A day that another reader has filled since it was discarded is new as well.
    const { missed, filled } = made.value;
    for (const date of left) if (!missed.includes(date) || filled.includes(date)) stored.add(date);
  }
  return done([...stored]);
}
