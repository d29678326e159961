import type { BufferReach } from "../catalog/buffer-reach.ts";
import { datesOf } from "../availability/day/day-changes.ts";
import { busyOf } from "../availability/day/day.ts";
import { mechanicOpenTime } from "../availability/generation/generate-days.ts";
import { chooseDuration } from "../availability/answers/selection.ts";
import { slotRules } from "../availability/answers/slot-rules.ts";
import type { Exception, Mechanic, Service, Shop } from "../catalog/schema.ts";
import { whyNotBookable } from "../engine/slots.ts";
import type { Interval, MechanicDay, OpenInterval, PlainDate, SlotRefusal } from "../engine/types.ts";
import { dateOf, dayBounds } from "../engine/zone.ts";
import { done, refuse, type Outcome } from "../platform/errors.ts";
import { bookedOn, hasEntry, isLive, type DayLedger, type LedgerEntry } from "../ledger/ledger.ts";
import type { Booking } from "../bookings/booking.ts";
import { addToLedgers, type LedgerChange } from "./ledger-change.ts";
import type { BookingRequest } from "../bookings/booking-request.ts";

/** Which service, from when and for how long. */
export interface RequestedSlot {
  /** Minutes since the epoch. */
  readonly start: number;
  /** Null: the service's first. */
  readonly durationMinutes: number | null;
}

/** What is wanted of one mechanic, worked out from shop and service: before any ledger is read. */
export interface ResolvedSlot {
  readonly shop: Shop;
  readonly service: Service;
  readonly slot: Interval;
  /** The slot with the service's buffers: what the ledger keeps. */
  readonly extent: Interval;
  /** The shop-local date on which the slot starts. */
  readonly date: PlainDate;
  /** The dates whose ledgers decide, travel time included. */
  readonly ledgerDates: readonly PlainDate[];
}

/** Checks what service and policy say of a request and works out where it would lie. */
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

/** Where a slot of that length would lie, whatever the service offers now. */
export function locateSlot(
  shop: Shop,
  service: Service,
  start: number,
  durationMinutes: number,
): ResolvedSlot {
  const slot = { start, end: start + durationMinutes };
  const extent = {
    start: slot.start - service.buffer_before_minutes,
    end: slot.end + service.buffer_after_minutes,
  };
  const travel = shop.policy.travel_minutes;
  return {
    shop,
    service,
    slot,
    extent,
    date: dateOf(shop.time_zone, slot.start),
    ledgerDates: datesOf(shop.time_zone, { start: extent.start - travel, end: extent.end + travel }),
  };
}

/** One mechanic as the transaction has read them. */
export interface CandidateMechanic {
  readonly mechanic: Mechanic;
  /** Of the resolved's `ledgerDates`. */
  readonly ledgers: readonly DayLedger[];
  readonly exceptions: readonly Exception[];
}

/** Whether the mechanic may be booked for the service at all. */
export function checkMechanic(mechanic: Mechanic | undefined, service: Service): Outcome<Mechanic> {
  if (!mechanic) return refuse("not_found", "There is no such mechanic.");
  if (!mechanic.active) return refuse("mechanic_inactive");
  if (!mechanic.specialties.includes(service.id)) return refuse("not_qualified");
  return done(mechanic);
}

/** What is to be entered: a booking or a hold, and what goes for it. */
export interface ReservationHolder extends Pick<
  LedgerEntry,
  "kind" | "id" | "expires_at" | "session_hash" | "service_id"
> {
  /** Ids of entries that stand in nobody's way: a consumed hold, the slot that a booking leaves. */
  readonly supersedes: readonly string[];
}

/** Where an accepted holder lies, and how the ledgers and days change by it. */
export interface AcceptedReservation extends LedgerChange {
  readonly entry: LedgerEntry;
}

/**
 * Decides whether the candidate can take the resolved. The candidate's ledgers and exceptions must also cover what the
 * holder supersedes.
 */
export function decideReservation(
  resolved: ResolvedSlot,
  candidate: CandidateMechanic,
  { supersedes, ...holder }: ReservationHolder,
  bufferReach: BufferReach,
  now: number,
): { ok: true; value: AcceptedReservation } | { ok: false; why: SlotRefusal } {
  const { shop, slot, extent, date } = resolved;
  const { mechanic, exceptions, ledgers } = candidate;
  const open = mechanicOpenTime(shop, mechanic, exceptions, date);
  const wanted = { service: resolved.service, durationMinutes: slot.end - slot.start };
  const rules = slotRules(shop, date, wanted, now);
  const gone = new Set([holder.id, ...supersedes]);
  const why = whyNotBookable(mechanicDayWithout(resolved, candidate, open, gone), slot, rules);
  if (why) return { ok: false, why };

  const entry: LedgerEntry = {
    ...holder,
    ...extent,
    slot_start: slot.start,
    slot_end: slot.end,
    location_id: locationOf(open, slot),
  };
  const context = { shop, mechanic, exceptions, bufferReach };
  return { ok: true, value: { entry, ...addToLedgers(context, ledgers, entry, gone, now) } };
}

/** Whether the ledgers alone already refuse the resolved: then the rest need not be read. */
export function isTaken(
  { extent }: ResolvedSlot,
  ledgers: readonly DayLedger[],
  { id: own, supersedes }: ReservationHolder,
  now: number,
): boolean {
  return ledgers.some(({ entries }) =>
    entries.some(
      (entry) =>
        entry.id !== own &&
        !supersedes.includes(entry.id) &&
        entry.start < extent.end &&
        extent.start < entry.end &&
        isLive(entry, now),
    ),
  );
}

function mechanicDayWithout(
  { shop, date }: ResolvedSlot,
  { mechanic, ledgers }: CandidateMechanic,
  open: readonly OpenInterval[],
  gone: ReadonlySet<string>,
): MechanicDay {
  const staying = ledgers.map((ledger) => ({
    ...ledger,
    entries: ledger.entries.filter(({ id }) => !gone.has(id)),
  }));
  const own = staying.find((ledger) => ledger.date === date);
  return {
    open,
    busy: staying.flatMap(({ entries }) => busyOf(entries)),
    booked: own ? bookedOn(own, dayBounds(shop.time_zone, date)) : 0,
    max_bookings_per_day: mechanic.max_bookings_per_day,
  };
}

function locationOf(open: readonly OpenInterval[], slot: Interval): string | null {
  return open.find(({ start, end }) => start <= slot.start && slot.end <= end)?.location_id ?? null;
}

export function hasReservation(ledgers: readonly DayLedger[], bookingId: string): boolean {
  return ledgers.some((ledger) => hasEntry(ledger, bookingId));
}

/** The record of an accepted booking. */
export function newBooking(
  resolved: ResolvedSlot,
  mechanic: Mechanic,
  entry: LedgerEntry,
  request: BookingRequest,
  customerUid: string | null,
  now: number,
): Booking {
  const { shop, service, slot } = resolved;
  return {
    id: entry.id,
    shop_id: shop.id,
    service_id: service.id,
    mechanic_id: mechanic.id,
    date: resolved.date,
    start: slot.start,
    end: slot.end,
    duration_minutes: slot.end - slot.start,
    buffer_before_minutes: service.buffer_before_minutes,
    buffer_after_minutes: service.buffer_after_minutes,
    location_id: entry.location_id,
    status: "confirmed",
    customer: request.customer,
    customer_uid: customerUid,
    notes: request.notes,
    language: request.language,
    sequence: 0,
    outside_hours: false,
    created_at: now,
    updated_at: now,
  };
}

/** The weightiest first: a taken slot may become free, closed hours will not. */
export const SLOT_REFUSALS: readonly SlotRefusal[] = [
  "too_soon",
  "beyond_horizon",
  "slot_taken",
  "day_full",
  "outside_hours",
];

/** Of several mechanics' reasons the one that says most. */
export function mostRelevantRefusal(reasons: readonly SlotRefusal[]): SlotRefusal {
  return SLOT_REFUSALS.find((reason) => reasons.includes(reason)) ?? "outside_hours";
}
