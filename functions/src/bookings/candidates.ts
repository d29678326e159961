import { createHash } from "node:crypto";
import { mechanicDay, type MechanicsOfDay } from "../availability/day.ts";
import type { AvailabilityService } from "../availability/service.ts";
import { slotRules } from "../availability/slot-rules.ts";
import type { ServicesMemory } from "../catalog/services-memory.ts";
import type { ZoneHints } from "../catalog/zone-hints.ts";
import { whyNotBookable } from "../engine/slots.ts";
import type { PlainDate, SlotRefusal } from "../engine/types.ts";
import { refuse, type Refusal } from "../errors.ts";
import type { Scope } from "../scope.ts";
import { aimAt, weightiest, type Aim } from "./plan.ts";
import type { BookingRequest } from "./request.ts";

interface Dependencies {
  readonly availability: AvailabilityService;
  readonly services: ServicesMemory;
  readonly zones: ZoneHints;
  readonly newId: () => string;
}

export type Candidates =
  | { readonly kind: "found"; readonly mechanicIds: readonly [string, ...string[]]; readonly date: PlainDate }
  | { readonly kind: "refused"; readonly refusal: Refusal; readonly aim: Aim | null };

/**
 * Who might take a booking that names nobody: the qualified mechanics who are free then, the least booked of the day
 * first. Among equals the lot decides: everyone who asks at the same moment would else be sent to the same mechanic, wait
 * there, and be sent on together. The availability day only proposes; the transaction decides.
 */
export async function candidatesFor(
  dependencies: Dependencies,
  shopId: string,
  request: BookingRequest,
  scope: Scope,
  dateHint: PlainDate = dependencies.zones.dateOf(shopId, request.start),
): Promise<Candidates> {
  const { availability, services } = dependencies;
  const ask = { shopId, dates: [dateHint], fresh: false, skipLevel1: true, forService: true };
  const found = await availability.days(ask, scope);
  if (!found.ok) return { kind: "refused", refusal: found.refusal, aim: null };
  const { shop, days } = found.value;
  const service = (await services.of(shop, scope.cost)).get(request.serviceId);
  const aimed = aimAt(shop, service, request);
  if (!aimed.ok) return { kind: "refused", refusal: aimed.refusal, aim: null };
  const aim = aimed.value;
  if (aim.date !== dateHint) return candidatesFor(dependencies, shopId, request, scope, aim.date);
  const content = days.get(aim.date);
  return choose(aim, content?.kind === "generated" ? content.mechanics : {}, scope.now, dependencies.newId());
}

function choose(aim: Aim, mechanics: MechanicsOfDay, now: number, lot: string): Candidates {
  const wanted = { service: aim.service, durationMinutes: aim.slot.end - aim.slot.start };
  const rules = slotRules(aim.shop, aim.date, wanted, now);
  const free: { id: string; booked: number; drawn: string }[] = [];
  const reasons: SlotRefusal[] = [];
  for (const [id, mechanic] of Object.entries(mechanics)) {
    const day = mechanic.specialties?.includes(aim.service.id) ? mechanicDay(mechanic) : undefined;
    const why = day && whyNotBookable(day, aim.slot, rules);
    if (why) reasons.push(why);
    else if (day) free.push({ id, booked: day.booked, drawn: draw(lot, id) });
  }
  free.sort((a, b) => a.booked - b.booked || (a.drawn < b.drawn ? -1 : 1));
  const [first, ...others] = free.map(({ id }) => id);
  if (first === undefined) return { kind: "refused", refusal: refuse(weightiest(reasons)).refusal, aim };
  return { kind: "found", mechanicIds: [first, ...others], date: aim.date };
}

function draw(lot: string, mechanicId: string): string {
  return createHash("sha256").update(`${lot}/${mechanicId}`).digest("base64url");
}
