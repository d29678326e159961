import { chooseDuration } from "../availability/answers/selection.ts";
import { slotRules } from "../availability/answers/slot-rules.ts";
import { datesOf } from "../availability/day/day-changes.ts";
import type { Service, Shop } from "../catalog/schema.ts";
import type { Interval, PlainDate, SlotRules } from "../engine/types.ts";
import { minutes, type Millis, type Minutes } from "../engine/units.ts";
import { dateOf } from "../engine/zone.ts";
import { done, refuse, type Outcome } from "../platform/errors.ts";

/** The part of a request that says when: its start, and how long it takes. */
export interface RequestedSlot {
  readonly start: Minutes;
  /** Null: the service's first duration. */
  readonly durationMinutes: number | null;
}

/** A requested slot after service, length and zone are known; no ledger has been read yet. */
export interface ResolvedSlot {
  readonly shop: Shop;
  readonly service: Service;
  readonly slot: Interval;
  /** The slot with the service's buffers: the time that the ledger keeps. */
  readonly extent: Interval;
  /** The shop-local date on which the slot starts. */
  readonly date: PlainDate;
  /** The dates whose ledgers decide, travel time included. */
  readonly ledgerDates: readonly PlainDate[];
  /** Staff move a booking that has this start already: neither lead time nor horizon apply. */
  readonly keepsStart: boolean;
}

/** Returns the slot that a request means, or why the service cannot be booked like that. */
export function resolveSlot(
  shop: Shop,
  service: Service | undefined,
  request: RequestedSlot,
): Outcome<ResolvedSlot> {
  if (!service) return refuse("not_found", "There is no such service.");
  if (!service.active) return refuse("service_inactive");
  const duration = chooseDuration(shop, service, request.durationMinutes ?? undefined);
  if (!duration.ok) return duration;
  return done(locateSlot(shop, service, request.start, duration.value));
}

/** Returns the slot of that start and length, whether or not the service is still offered in that length. */
export function locateSlot(
  shop: Shop,
  service: Service,
  start: Minutes,
  durationMinutes: number,
): ResolvedSlot {
  const slot = { start, end: minutes(start + durationMinutes) };
  const extent = widened(slot, service.buffer_before_minutes, service.buffer_after_minutes);
  const travel = shop.policy.travel_minutes;
  return {
    shop,
    service,
    slot,
    extent,
    date: dateOf(shop.time_zone, slot.start),
    ledgerDates: datesOf(shop.time_zone, widened(extent, travel, travel)),
    keepsStart: false,
  };
}

/**
 * Returns the slot of a booking that keeps its start and its length and only changes its mechanic. The service need not
 * be offered in that length any more.
 */
export function keepSlot(
  shop: Shop,
  service: Service | undefined,
  { start, durationMinutes }: { readonly start: Minutes; readonly durationMinutes: number },
): Outcome<ResolvedSlot> {
  if (!service) return refuse("not_found", "There is no such service.");
  if (!service.active) return refuse("service_inactive");
  return done({ ...locateSlot(shop, service, start, durationMinutes), keepsStart: true });
}

/** Returns the rules that the slot must meet. */
export function rulesOf({ shop, service, slot, date, keepsStart }: ResolvedSlot, now: Millis): SlotRules {
  const rules = slotRules(shop, date, { service, durationMinutes: slot.end - slot.start }, now);
  return keepsStart ? { ...rules, leadTimeMinutes: 0, horizonEnd: null } : rules;
}

function widened({ start, end }: Interval, before: number, after: number): Interval {
  return { start: minutes(start - before), end: minutes(end + after) };
}
