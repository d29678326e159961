import type { Actor } from "../../audit/trail.ts";
import { isValid } from "../../availability/day/epoch-protocol.ts";
import type { GenerationStore } from "../../availability/generation/generation-store.ts";
import type { Level1 } from "../../availability/day/level1.ts";
import type { AvailabilityService } from "../../availability/generation/availability-service.ts";
import type { AvailabilityStore } from "../../availability/day/day-store.ts";
import type { Shop } from "../../catalog/schema.ts";
import type { ServicesMemory } from "../../catalog/services-memory.ts";
import type { CatalogReader } from "../../catalog/catalog-reader.ts";
import type { PlainDate } from "../../engine/types.ts";
import { done, refuse, type Outcome } from "../../platform/errors.ts";
import type { Scope } from "../../platform/scope.ts";
import type { RecalculationStore } from "./recalculation-store.ts";

/** Rounds after which a day that bookings keep changing is left to its next reader. */
const MOST_ROUNDS = 3;

export interface RecalculationRequest {
  readonly shopId: string;
  /** At most one page of dates. */
  readonly dates: readonly PlainDate[];
  /** Only this mechanic's part of the days that are otherwise valid; null: whole days. */
  readonly mechanicId: string | null;
}

export interface Recalculated {
  /** Dates whose days are stored anew. */
  readonly rebuilt: readonly PlainDate[];
  /** Dates whose days are generated at every request: too large to store, or changed all the while. */
  readonly notStored: readonly PlainDate[];
}

interface Dependencies {
  readonly availability: AvailabilityService;
  readonly availabilityStore: AvailabilityStore;
  readonly catalog: CatalogReader;
  readonly generator: GenerationStore;
  readonly level1: Level1;
  readonly recalculations: RecalculationStore;
  readonly services: ServicesMemory;
}

/** Rebuilds cached days from what they follow from, whatever is cached for them now. */
export async function recalculate(
  dependencies: Dependencies,
  { shopId, dates, mechanicId }: RecalculationRequest,
  actor: Actor,
  scope: Scope,
): Promise<Outcome<Recalculated>> {
  const { catalog, level1, recalculations } = dependencies;
  const shop = await catalog.shop(shopId, scope.cost);
  if (!shop) return refuse("not_found", "There is no such shop.");
  if (mechanicId !== null && !(await catalog.mechanic(shopId, mechanicId, scope.cost))) {
    return refuse("not_found", "There is no such mechanic.");
  }
  const mended = mechanicId === null ? [] : await mendParts(dependencies, shop, mechanicId, dates, scope);
  const stale = dates.filter((date) => !mended.includes(date));
  const details = { from_date: dates[0], to_date: dates.at(-1), mechanic_id: mechanicId };
  await recalculations.discard(shopId, stale, details, actor, scope);
  for (const date of dates) level1.drop(shopId, date);
  const filled = await refill(dependencies, shopId, stale, scope);
  if (!filled.ok) return filled;
  const stored = new Set([...mended, ...filled.value]);
  return done({
    rebuilt: dates.filter((date) => stored.has(date)),
    notStored: dates.filter((date) => !stored.has(date)),
  });
}

/** Mends the mechanic's part of the days that are valid; returns those dates. */
async function mendParts(
  { availabilityStore, generator, services, recalculations }: Dependencies,
  { id: shopId }: Shop,
  mechanicId: string,
  dates: readonly PlainDate[],
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
  const mended = await Promise.all(
    valid.map(async ({ date, version }) => {
      const part = parts.get(date);
      const written = await recalculations.replacePart(shopId, date, mechanicId, part, version, scope.cost);
      return written ? [date] : [];
    }),
  );
  return mended.flat();
}

/** Has the stale days generated and filled; a booking that comes in between makes another round necessary. */
async function refill(
  { availability }: Dependencies,
  shopId: string,
  dates: readonly PlainDate[],
  scope: Scope,
): Promise<Outcome<readonly PlainDate[]>> {
  const stored = new Set<PlainDate>();
  for (let round = 0; stored.size < dates.length && round < MOST_ROUNDS; round += 1) {
    const left = dates.filter((date) => !stored.has(date));
    const made = await availability.daysForDecision({ shopId, dates: left, forService: true }, scope);
    if (!made.ok) return made;
    // What another reader has filled since they were discarded is new as well.
    const { missed, filled } = made.value;
    for (const date of left) if (!missed.includes(date) || filled.includes(date)) stored.add(date);
  }
  return done([...stored]);
}
