import type { CatalogReader } from "../../catalog/catalog-reader.ts";
import type { ServicesMemory } from "../../catalog/services-memory.ts";
import type { Service, Shop } from "../../catalog/schema.ts";
import { done, invalidRequest, refuse, type Outcome } from "../../platform/errors.ts";
import type { Scope } from "../../platform/scope.ts";
import type { DayContent } from "../day/day-content.ts";
import type { Selection } from "./slots.ts";

/** Which slots a client requests, by ids. */
export interface SelectionQuery {
  readonly serviceId?: string | undefined;
  readonly mechanicId?: string | undefined;
  readonly locationId?: string | undefined;
  readonly durationMinutes?: number | undefined;
}

/** Returns the selection that the parameters of a request name. */
export function selectionQuery(parameters: {
  readonly service_id?: string | undefined;
  readonly mechanic_id?: string | undefined;
  readonly location_id?: string | undefined;
  readonly duration_minutes?: number | undefined;
}): SelectionQuery {
  return {
    serviceId: parameters.service_id,
    mechanicId: parameters.mechanic_id,
    locationId: parameters.location_id,
    durationMinutes: parameters.duration_minutes,
  };
}

export interface SelectionDependencies {
  readonly catalog: Pick<CatalogReader, "mechanic">;
  readonly services: Pick<ServicesMemory, "of">;
}

interface SelectionRequest {
  readonly shop: Shop;
  /** The days that are about to be answered from: a mechanic in them is known without a read. */
  readonly days: Iterable<DayContent>;
  readonly query: SelectionQuery;
}

/** Resolves the ids of a query. Refuses what does not exist, is inactive or does not fit together. */
export async function resolveSelection(
  { catalog, services }: SelectionDependencies,
  { shop, days, query }: SelectionRequest,
  scope: Scope,
): Promise<Outcome<Selection>> {
  const { serviceId, mechanicId, locationId } = query;
  let service: Service | undefined;
  if (serviceId !== undefined) {
    service = (await services.of(shop, scope.cost)).get(serviceId);
    if (!service) return refuse("not_found", "There is no such service.");
    if (!service.active) return refuse("service_inactive");
  }
  const duration = chooseDuration(shop, service, query.durationMinutes);
  if (!duration.ok) return duration;
  if (mechanicId !== undefined) {
    const specialties = specialtiesIn(days, mechanicId) ?? (await lookUp(catalog, shop, mechanicId, scope));
    if (specialties === "unknown") return refuse("not_found", "There is no such mechanic.");
    if (specialties === "inactive") return refuse("mechanic_inactive");
    if (service && !specialties.includes(service.id)) return refuse("not_qualified");
  }
  return done({ service, durationMinutes: duration.value, mechanicId, locationId });
}

/** Returns the requested length if it is offered; without one, the service's first or the shop's default. */
export function chooseDuration(
  shop: Shop,
  service: Service | undefined,
  asked: number | undefined,
): Outcome<number> {
  if (!service) return gridDuration(shop, asked);
  const [first = 0] = service.durations_minutes;
  if (asked === undefined || service.durations_minutes.includes(asked)) return done(asked ?? first);
  const offered = service.durations_minutes.join(", ");
  return refuse("invalid_duration", `${service.name || service.id} is offered in ${offered} minutes.`, {
    fields: [{ path: "duration_minutes", message: `One of ${offered}.` }],
    durations_minutes: service.durations_minutes,
  });
}

/**
 * Returns the length of the slots of the general grid. Other lengths than multiples of the slot interval are refused: a
 * client could ask for slots of a minute, and no service begins in between.
 */
function gridDuration({ policy }: Shop, asked: number | undefined): Outcome<number> {
  const { default_slot_minutes: usual, slot_interval_minutes: interval } = policy;
  const minutes = asked ?? usual;
  if (minutes === usual || minutes % interval === 0) return done(minutes);
  const message = `Without a service, give a multiple of ${interval} minutes, or ${usual}.`;
  return invalidRequest({ path: "duration_minutes", message });
}

function specialtiesIn(days: Iterable<DayContent>, mechanicId: string): readonly string[] | undefined {
  for (const day of days) {
    const mechanic = day.kind === "generated" ? day.mechanics[mechanicId] : undefined;
    if (mechanic?.open) return mechanic.specialties;
  }
  return undefined;
}

/** Reads a mechanic that no day names, to tell an unknown one from an inactive one. */
async function lookUp(
  catalog: SelectionDependencies["catalog"],
  shop: Shop,
  mechanicId: string,
  scope: Scope,
) {
  const mechanic = await catalog.mechanic(shop.id, mechanicId, scope.cost);
  if (!mechanic) return "unknown";
  return mechanic.active ? mechanic.specialties : "inactive";
}
