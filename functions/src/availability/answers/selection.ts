import type { CatalogReader } from "../../catalog/catalog-reader.ts";
import type { ServicesMemory } from "../../catalog/services-memory.ts";
import type { Service, Shop } from "../../catalog/schema.ts";
import { done, refuse, type Outcome } from "../../platform/errors.ts";
import type { Scope } from "../../platform/scope.ts";
import type { DayContent } from "../day/day-content.ts";
import type { Selection } from "./slots.ts";

/** What a client asked to see, by ids. */
export interface SelectionQuery {
  readonly service_id?: string | undefined;
  readonly mechanic_id?: string | undefined;
  readonly location_id?: string | undefined;
  readonly duration_minutes?: number | undefined;
}

export interface SelectionDependencies {
  readonly catalog: CatalogReader;
  readonly services: ServicesMemory;
}

/** Resolves the ids against the shop and the days at hand; what does not exist or does not fit is refused. */
export async function resolveSelection(
  { catalog, services }: SelectionDependencies,
  shop: Shop,
  days: Iterable<DayContent>,
  query: SelectionQuery,
  scope: Scope,
): Promise<Outcome<Selection>> {
  let service: Service | undefined;
  if (query.service_id !== undefined) {
    service = (await services.of(shop, scope.cost)).get(query.service_id);
    if (!service) return refuse("not_found", "There is no such service.");
    if (!service.active) return refuse("service_inactive");
  }
  const duration = chooseDuration(shop, service, query.duration_minutes);
  if (!duration.ok) return duration;
  if (query.mechanic_id !== undefined) {
    const known = await checkMechanic(catalog, shop, days, query.mechanic_id, service, scope);
    if (!known.ok) return known;
  }
  return done({
    service,
    durationMinutes: duration.value,
    mechanicId: query.mechanic_id,
    locationId: query.location_id,
  });
}

/** The length asked for, if it is on offer; without one, the service's first, or the shop's default. */
export function chooseDuration(
  shop: Shop,
  service: Service | undefined,
  asked: number | undefined,
): Outcome<number> {
  if (!service) return done(asked ?? shop.policy.default_slot_minutes);
  const [first = 0] = service.durations_minutes;
  if (asked === undefined || service.durations_minutes.includes(asked)) return done(asked ?? first);
  const offered = service.durations_minutes.join(", ");
  return refuse("invalid_duration", `${service.name || service.id} is offered in ${offered} minutes.`, {
    fields: [{ path: "duration_minutes", message: `One of ${offered}.` }],
    durations_minutes: service.durations_minutes,
  });
}

/** A mechanic that the days name needs no read; any other is looked up, to tell unknown from inactive. */
async function checkMechanic(
  catalog: CatalogReader,
  shop: Shop,
  days: Iterable<DayContent>,
  mechanicId: string,
  service: Service | undefined,
  scope: Scope,
): Promise<Outcome<null>> {
  const specialties = specialtiesIn(days, mechanicId) ?? (await lookUp(catalog, shop, mechanicId, scope));
  if (specialties === "unknown") return refuse("not_found", "There is no such mechanic.");
  if (specialties === "inactive") return refuse("mechanic_inactive");
  if (service && !specialties.includes(service.id)) return refuse("not_qualified");
  return done(null);
}

function specialtiesIn(days: Iterable<DayContent>, mechanicId: string): readonly string[] | undefined {
  for (const day of days) {
    const mechanic = day.kind === "generated" ? day.mechanics[mechanicId] : undefined;
    if (mechanic?.open) return mechanic.specialties;
  }
  return undefined;
}

async function lookUp(catalog: CatalogReader, shop: Shop, mechanicId: string, scope: Scope) {
  const mechanic = await catalog.mechanic(shop.id, mechanicId, scope.cost);
  if (!mechanic) return "unknown";
  return mechanic.active ? mechanic.specialties : "inactive";
}
