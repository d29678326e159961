import { isDeepStrictEqual } from "node:util";
import type { PlainDate } from "../engine/types.ts";
import type { Mechanic, Service, Shop } from "./schema.ts";

/**
 * What a change makes stale: nothing, the availability days of a few dates, or everything that was ever cached for
 * the shop. Whoever writes the change writes this with it, in one commit (`invalidate`).
 */
export type Invalidation =
  | { readonly kind: "none" }
  | { readonly kind: "days"; readonly dates: readonly PlainDate[] }
  | { readonly kind: "catalog" };

export const NOTHING: Invalidation = { kind: "none" };
export const WHOLE_CATALOG: Invalidation = { kind: "catalog" };

/** Undefined stands for a service that does not exist: created, deleted, or not readable. */
export function serviceInvalidation(before: Service | undefined, after: Service | undefined): Invalidation {
  // Instances remember services whole, names included, for as long as the catalog's version stays.
  return isDeepStrictEqual(before, after) ? NOTHING : WHOLE_CATALOG;
}

export function mechanicInvalidation(
  before: Mechanic | undefined,
  after: Mechanic | undefined,
): Invalidation {
  return isDeepStrictEqual(inDays(before), inDays(after)) ? NOTHING : WHOLE_CATALOG;
}

/** What availability days say of a mechanic, or follow from; names are read when they are shown. */
function inDays(mechanic: Mechanic | undefined) {
  if (!mechanic?.active) return undefined;
  const { specialties, weekly_schedule, max_bookings_per_day } = mechanic;
  return { specialties, weekly_schedule, max_bookings_per_day };
}

export function shopInvalidation(before: Shop, after: Shop): Invalidation {
  const unchanged = before.time_zone === after.time_zone && isDeepStrictEqual(before.policy, after.policy);
  return unchanged ? NOTHING : WHOLE_CATALOG;
}
