import { isDeepStrictEqual } from "node:util";
import type { PlainDate } from "../engine/types.ts";
import type { Mechanic, Service, Shop } from "./schema.ts";

/**
 * What a change makes stale: nothing, the availability days of some dates, or everything that is cached for the shop.
 * It is written in the same commit as the change (`invalidate`).
 */
export type Invalidation =
  | { readonly kind: "none" }
  | { readonly kind: "days"; readonly dates: readonly PlainDate[] }
  | { readonly kind: "catalog" };

export const NOTHING: Invalidation = { kind: "none" };
export const WHOLE_CATALOG: Invalidation = { kind: "catalog" };

/** More dates than this are not bumped one by one: those of the longest single change, with both neighbours. */
const MAX_DAYS_TOGETHER = 64;

/** What several changes in one commit make stale together. */
export function together(invalidations: readonly Invalidation[]): Invalidation {
  const dates = new Set<PlainDate>();
  for (const invalidation of invalidations) {
    if (invalidation.kind === "catalog") return WHOLE_CATALOG;
    if (invalidation.kind === "days") for (const date of invalidation.dates) dates.add(date);
  }
  if (dates.size === 0) return NOTHING;
  return dates.size > MAX_DAYS_TOGETHER ? WHOLE_CATALOG : { kind: "days", dates: [...dates].sort() };
}

/** What a change of a service makes stale. Undefined: it does not exist (before or after), or cannot be read. */
export function serviceInvalidation(before: Service | undefined, after: Service | undefined): Invalidation {
  // Instances cache whole services, names included, until the catalog's version changes.
  return isDeepStrictEqual(before, after) ? NOTHING : WHOLE_CATALOG;
}

/** What a change of a mechanic makes stale. Undefined as for a service. */
export function mechanicInvalidation(
  before: Mechanic | undefined,
  after: Mechanic | undefined,
): Invalidation {
  return isDeepStrictEqual(inDays(before), inDays(after)) ? NOTHING : WHOLE_CATALOG;
}

/** The fields that availability days depend on; names are read when they are shown. */
function inDays(mechanic: Mechanic | undefined) {
  if (!mechanic?.active) return undefined;
  const { specialties, weekly_schedule, max_bookings_per_day } = mechanic;
  return { specialties, weekly_schedule, max_bookings_per_day };
}

/** What a change of the shop itself makes stale. */
export function shopInvalidation(before: Shop, after: Shop): Invalidation {
  const shown = ({ time_zone, policy, active }: Shop) => ({ time_zone, policy, active });
  return isDeepStrictEqual(shown(before), shown(after)) ? NOTHING : WHOLE_CATALOG;
}
