import { createHash } from "node:crypto";
import { mechanicDay, type MechanicsOfDay } from "../availability/day/day.ts";
import type { AvailabilityService } from "../availability/generation/availability-service.ts";
import { slotRules } from "../availability/answers/slot-rules.ts";
import type { ServicesMemory } from "../catalog/services-memory.ts";
import type { ZoneHints } from "../catalog/zone-hints.ts";
import { whyNotBookable } from "../engine/slots.ts";
import type { PlainDate } from "../engine/types.ts";
import { refuse, type ErrorCode, type Refusal } from "../platform/errors.ts";
import type { Scope } from "../platform/scope.ts";
import { mechanicDayKey, type KeyedQueue } from "./keyed-queue.ts";
import { resolveSlot, SLOT_REFUSALS, mostRelevantRefusal, type ResolvedSlot } from "./decide-reservation.ts";
import type { BookingRequest } from "../bookings/booking-request.ts";

interface Dependencies {
  readonly availability: AvailabilityService;
  readonly services: ServicesMemory;
  readonly zones: ZoneHints;
  readonly queue: KeyedQueue;
  readonly newId: () => string;
}

export type Proposal =
  | { readonly kind: "proposed"; readonly mechanicId: string; readonly date: PlainDate }
  | { readonly kind: "refused"; readonly refusal: Refusal; readonly resolved: ResolvedSlot | null };

/**
 * Who should take a booking that names nobody: of the qualified mechanics who are free then, and have not been `tried`
 * in vain, the least booked of the day; who waits in this instance counts as booked. Among equals the lot decides.
 * Without both, everyone who asks at the same moment would be sent to the same mechanic, wait there, and be sent on
 * together. The availability day only proposes; the transaction decides.
 */
export async function proposeMechanic(
  dependencies: Dependencies,
  shopId: string,
  request: BookingRequest,
  tried: ReadonlyMap<string, ErrorCode>,
  scope: Scope,
  dateHint: PlainDate = dependencies.zones.dateOf(shopId, request.start),
): Promise<Proposal> {
  const { availability, services } = dependencies;
  const ask = { shopId, dates: [dateHint], forService: true };
  const found = await availability.daysForDecision(ask, scope);
  if (!found.ok) return { kind: "refused", refusal: found.refusal, resolved: null };
  const { shop, days } = found.value;
  const service = (await services.of(shop, scope.cost)).get(request.serviceId);
  const resolution = resolveSlot(shop, service, request);
  if (!resolution.ok) return { kind: "refused", refusal: resolution.refusal, resolved: null };
  const resolved = resolution.value;
  if (resolved.date !== dateHint)
    return proposeMechanic(dependencies, shopId, request, tried, scope, resolved.date);
  const content = days.get(resolved.date);
  const mechanics = content?.kind === "generated" ? content.mechanics : {};
  const waitingFor = (id: string) => dependencies.queue.length(mechanicDayKey(shopId, id, resolved.date));
  return choose(resolved, mechanics, tried, waitingFor, scope.now, dependencies.newId());
}

function choose(
  resolved: ResolvedSlot,
  mechanics: MechanicsOfDay,
  tried: ReadonlyMap<string, ErrorCode>,
  waitingFor: (mechanicId: string) => number,
  now: number,
  lot: string,
): Proposal {
  const wanted = { service: resolved.service, durationMinutes: resolved.slot.end - resolved.slot.start };
  const rules = slotRules(resolved.shop, resolved.date, wanted, now);
  const free: { id: string; booked: number; drawn: string }[] = [];
  const reasons = SLOT_REFUSALS.filter((reason) => [...tried.values()].includes(reason));
  for (const [id, mechanic] of Object.entries(mechanics)) {
    if (tried.has(id)) continue;
    const day = mechanic.specialties?.includes(resolved.service.id) ? mechanicDay(mechanic) : undefined;
    const why = day && whyNotBookable(day, resolved.slot, rules);
    if (why) reasons.push(why);
    else if (day) free.push({ id, booked: day.booked + waitingFor(id), drawn: draw(lot, id) });
  }
  free.sort((a, b) => a.booked - b.booked || (a.drawn < b.drawn ? -1 : 1));
  const [first] = free;
  if (!first) return { kind: "refused", refusal: refuse(mostRelevantRefusal(reasons)).refusal, resolved };
  return { kind: "proposed", mechanicId: first.id, date: resolved.date };
}

function draw(lot: string, mechanicId: string): string {
  return createHash("sha256").update(`${lot}/${mechanicId}`).digest("base64url");
}
