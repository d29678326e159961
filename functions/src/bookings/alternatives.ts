import type { AvailabilityService } from "../availability/service.ts";
import { freeSlotsOf, presentSlot, type MechanicSlot } from "../availability/slots.ts";
import { addDays } from "../engine/dates.ts";
import { refuse, type ErrorCode, type Outcome, type Refusal } from "../errors.ts";
import type { Scope } from "../scope.ts";
import type { Aim } from "./plan.ts";

const MOST_ALTERNATIVES = 5;
/** How many further days are looked at when the asked one has too few free slots. */
const DAYS_AHEAD = 6;

/** Refusals that another time or mechanic would mend. */
const MENDED_BY_ALTERNATIVES: ReadonlySet<ErrorCode> = new Set(["slot_taken", "outside_hours", "day_full"]);

/** The refusal as it is answered: with what is free nearby, where that would help. */
export async function withAlternatives(
  availability: AvailabilityService,
  { refusal, aim }: { readonly refusal: Refusal; readonly aim: Aim | null },
  mechanicId: string | null,
  scope: Scope,
): Promise<Outcome<never>> {
  if (!aim || !MENDED_BY_ALTERNATIVES.has(refusal.error)) return { ok: false, refusal };
  const alternatives = await alternativesTo(availability, aim, mechanicId, scope);
  return refuse(refusal.error, refusal.message, { alternatives });
}

/**
 * The free slots nearest to a start that could not be had, of any qualified mechanic; at equal distance the one asked
 * for first. The asked date is looked at alone; only when it has too few, the days after it, all at once.
 */
async function alternativesTo(
  availability: AvailabilityService,
  aim: Aim,
  mechanicId: string | null,
  scope: Scope,
) {
  const near = await freeSlotsOn(availability, aim, [aim.date], scope);
  const more =
    near.length >= MOST_ALTERNATIVES
      ? []
      : await freeSlotsOn(
          availability,
          aim,
          Array.from({ length: DAYS_AHEAD }, (_, index) => addDays(aim.date, index + 1)),
          scope,
        );
  const distance = (slot: MechanicSlot) => Math.abs(slot.start - aim.slot.start);
  const other = (slot: MechanicSlot) => (slot.mechanic_id === mechanicId ? 0 : 1);
  return [...near, ...more]
    .sort((a, b) => distance(a) - distance(b) || other(a) - other(b) || a.start - b.start)
    .slice(0, MOST_ALTERNATIVES)
    .map((slot) => presentSlot(slot, aim.service.id, aim.shop.time_zone));
}

async function freeSlotsOn(
  availability: AvailabilityService,
  aim: Aim,
  dates: readonly string[],
  scope: Scope,
): Promise<MechanicSlot[]> {
  const found = await availability.days(
    { shopId: aim.shop.id, dates, fresh: false, forService: true },
    scope,
  );
  if (!found.ok) return [];
  const { shop, days } = found.value;
  const durationMinutes = aim.slot.end - aim.slot.start;
  const selection = { service: aim.service, durationMinutes, mechanicId: undefined };
  return [...days].flatMap(([date, content]) => freeSlotsOf(shop, date, content, selection, scope.now));
}
