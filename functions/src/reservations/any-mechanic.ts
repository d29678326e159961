import { createHash } from "node:crypto";
import { mechanicDay, type MechanicsOfDay } from "../availability/day/day.ts";
import { reservedOn, whyNotBookable } from "../engine/slots.ts";
import { SLOT_REFUSALS, type PlainDate } from "../engine/types.ts";
import type { Millis } from "../engine/units.ts";
import { refuse, type ErrorCode } from "../platform/errors.ts";
import type { Scope } from "../platform/scope.ts";
import { mostRelevantRefusal } from "./decide-reservation.ts";
import { mechanicDayKey } from "./mechanic-day-key.ts";
import type { ReservationDependencies } from "./reservation-dependencies.ts";
import { refused, type RefusedReservation, type ReservationRequest } from "./reservation-context.ts";
import { keepSlot, resolveSlot, rulesOf, type ResolvedSlot } from "./resolve-slot.ts";

/** A request that leaves the mechanic open. */
export interface AnyMechanicRequest extends Pick<
  ReservationRequest,
  "serviceId" | "start" | "durationMinutes"
> {
  readonly shopId: string;
  /** Mechanics that refused this request already, and why. */
  readonly tried: ReadonlyMap<string, ErrorCode>;
  /** The length, in minutes, of a booking that is to keep it and its start, which staff move; null for a new one. */
  readonly keptMinutes: number | null;
}

export type Proposal =
  { readonly kind: "proposed"; readonly mechanicId: string; readonly date: PlainDate } | RefusedReservation;

type Dependencies = Pick<ReservationDependencies, "availability" | "services" | "zones" | "queue" | "newId">;

/**
 * Proposes the mechanic for a request that names none. It reads the availability day, which only proposes: the
 * transaction decides. Costs the reads of one cached day, twice where the guess of the date was wrong.
 */
export async function proposeMechanic(
  dependencies: Dependencies,
  request: AnyMechanicRequest,
  scope: Scope,
  dateHint: PlainDate = dependencies.zones.dateOf(request.shopId, request.start),
): Promise<Proposal> {
  const { availability, services, queue, newId } = dependencies;
  const { shopId, tried, start, keptMinutes } = request;
  const found = await availability.daysForDecision({ shopId, date: dateHint, forService: true }, scope);
  if (!found.ok) return refused(found);
  const { shop, content } = found.value;
  const service = (await services.of(shop, scope.cost)).get(request.serviceId);
  const resolution =
    keptMinutes === null
      ? resolveSlot(shop, service, request)
      : keepSlot(shop, service, { start, durationMinutes: keptMinutes });
  if (!resolution.ok) return refused(resolution);
  const resolved = resolution.value;
  const { date } = resolved;
  if (date !== dateHint) return proposeMechanic(dependencies, request, scope, date);
  const mechanics = content.kind === "generated" ? content.mechanics : {};
  const waitingFor = (id: string) => queue.length(mechanicDayKey(shopId, id, date));
  return chooseMechanic(resolved, mechanics, { tried, waitingFor, now: scope.now, lot: newId() });
}

export interface ChoiceInputs {
  readonly tried: ReadonlyMap<string, ErrorCode>;
  /** How many reservations of the mechanic's day wait in this instance. */
  readonly waitingFor: (mechanicId: string) => number;
  readonly now: Millis;
  /** Random text that decides among equals. */
  readonly lot: string;
}

/**
 * Chooses, of the qualified mechanics who are free and have not been tried, the one with the fewest bookings and
 * holds that day; reservations that wait in this instance count, too, and the lot decides among equals. Without both, all
 * requests of one moment would be sent to the same mechanic, wait there, and be sent on together.
 */
export function chooseMechanic(
  resolved: ResolvedSlot,
  mechanics: MechanicsOfDay,
  { tried, waitingFor, now, lot }: ChoiceInputs,
): Proposal {
  const rules = rulesOf(resolved, now);
  const free: { id: string; reserved: number; drawn: string }[] = [];
  const reasons = SLOT_REFUSALS.filter((reason) => [...tried.values()].includes(reason));
  for (const [id, mechanic] of Object.entries(mechanics)) {
    if (tried.has(id)) continue;
    const day = mechanic.specialties?.includes(resolved.service.id) ? mechanicDay(mechanic) : undefined;
    const why = day && whyNotBookable(day, resolved.slot, rules);
    if (why) reasons.push(why);
    else if (day) free.push({ id, reserved: reservedOn(day, now) + waitingFor(id), drawn: draw(lot, id) });
  }
  free.sort((a, b) => a.reserved - b.reserved || (a.drawn < b.drawn ? -1 : 1));
  const [first] = free;
  if (!first) return refused(refuse(mostRelevantRefusal(reasons)), resolved);
  return { kind: "proposed", mechanicId: first.id, date: resolved.date };
}

function draw(lot: string, mechanicId: string): string {
  return createHash("sha256").update(`${lot}/${mechanicId}`).digest("base64url");
}
