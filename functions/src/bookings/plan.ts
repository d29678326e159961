import { datesOf, dayChanges } from "../availability/day-changes.ts";
import type { DayChange } from "../availability/day-store.ts";
import { busyOf } from "../availability/day.ts";
import { mechanicOpenTime } from "../availability/generate.ts";
import { chooseDuration } from "../availability/selection.ts";
import { slotRules } from "../availability/slot-rules.ts";
import type { Exception, Mechanic, Service, Shop } from "../catalog/schema.ts";
import { whyNotBookable } from "../engine/slots.ts";
import type { Interval, MechanicDay, OpenInterval, PlainDate, SlotRefusal } from "../engine/types.ts";
import { dateOf, dayBounds } from "../engine/zone.ts";
import { done, refuse, type Outcome } from "../errors.ts";
import { bookedOn, hasEntry, withEntry, type DayLedger, type LedgerEntry } from "../ledger/ledger.ts";
import type { Booking } from "./booking.ts";
import type { BookingRequest } from "./request.ts";

/** What is wanted of one mechanic, worked out from shop and service: before any ledger is read. */
export interface Aim {
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
export function aimAt(shop: Shop, service: Service | undefined, request: BookingRequest): Outcome<Aim> {
  if (!service) return refuse("not_found", "There is no such service.");
  if (!service.active) return refuse("service_inactive");
  const duration = chooseDuration(shop, service, request.durationMinutes ?? undefined);
  if (!duration.ok) return duration;
  const slot = { start: request.start, end: request.start + duration.value };
  const extent = {
    start: slot.start - service.buffer_before_minutes,
    end: slot.end + service.buffer_after_minutes,
  };
  const travel = shop.policy.travel_minutes;
  return done({
    shop,
    service,
    slot,
    extent,
    date: dateOf(shop.time_zone, slot.start),
    ledgerDates: datesOf(shop.time_zone, { start: extent.start - travel, end: extent.end + travel }),
  });
}

/** One mechanic as the transaction has read them. */
export interface Candidate {
  readonly mechanic: Mechanic;
  /** Of the aim's `ledgerDates`. */
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

/** Where an accepted booking lies, and how the ledgers and days change by it. */
export interface Placement {
  readonly entry: LedgerEntry;
  readonly ledgers: readonly DayLedger[];
  readonly days: readonly DayChange[];
}

/** Decides whether the candidate can take the aim; `entryId` is the booking's id, whose own entry never blocks it. */
export function place(
  aim: Aim,
  candidate: Candidate,
  entryId: string,
  reachMinutes: number,
  now: number,
): { ok: true; value: Placement } | { ok: false; why: SlotRefusal } {
  const { shop, slot, extent, date } = aim;
  const { mechanic, exceptions, ledgers } = candidate;
  const open = mechanicOpenTime(shop, mechanic, exceptions, date);
  const wanted = { service: aim.service, durationMinutes: slot.end - slot.start };
  const rules = slotRules(shop, date, wanted, now);
  const why = whyNotBookable(circumstances(aim, candidate, open, entryId), slot, rules);
  if (why) return { ok: false, why };

  const entry: LedgerEntry = {
    kind: "booking",
    id: entryId,
    ...extent,
    slot_start: slot.start,
    slot_end: slot.end,
    location_id: locationOf(open, slot),
    expires_at: null,
  };
  const touched = new Set(datesOf(shop.time_zone, extent));
  const changed = ledgers
    .filter(({ date }) => touched.has(date))
    .map((ledger) => withEntry(ledger, entry, now));
  const context = { shop, mechanic, exceptions, date, reachMinutes };
  return { ok: true, value: { entry, ledgers: changed, days: dayChanges(context, changed, extent) } };
}

/** Whether the ledgers alone already refuse the aim: then the rest need not be read. */
export function isTaken(
  { extent }: Aim,
  ledgers: readonly DayLedger[],
  entryId: string,
  now: number,
): boolean {
  return ledgers.some(({ entries }) =>
    entries.some(
      ({ id, start, end, expires_at }) =>
        id !== entryId &&
        start < extent.end &&
        extent.start < end &&
        (expires_at === null || expires_at > now),
    ),
  );
}

function circumstances(
  { shop, date }: Aim,
  { mechanic, ledgers }: Candidate,
  open: readonly OpenInterval[],
  entryId: string,
): MechanicDay {
  const own = ledgers.find((ledger) => ledger.date === date);
  return {
    open,
    busy: ledgers.flatMap(({ entries }) => busyOf(entries.filter((entry) => entry.id !== entryId))),
    booked: own ? bookedOn(own, dayBounds(shop.time_zone, date)) : 0,
    max_bookings_per_day: mechanic.max_bookings_per_day,
  };
}

function locationOf(open: readonly OpenInterval[], slot: Interval): string | null {
  return open.find(({ start, end }) => start <= slot.start && slot.end <= end)?.location_id ?? null;
}

export function alreadyIn(ledgers: readonly DayLedger[], bookingId: string): boolean {
  return ledgers.some((ledger) => hasEntry(ledger, bookingId));
}

/** The record of an accepted booking. */
export function newBooking(
  aim: Aim,
  mechanic: Mechanic,
  entry: LedgerEntry,
  request: BookingRequest,
  customerUid: string | null,
  now: number,
): Booking {
  const { shop, service, slot } = aim;
  return {
    id: entry.id,
    shop_id: shop.id,
    service_id: service.id,
    mechanic_id: mechanic.id,
    date: aim.date,
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
    outside_hours: false,
    created_at: now,
    updated_at: now,
  };
}

/** Of several mechanics' reasons the one that says most: a taken slot may become free, closed hours will not. */
export function weightiest(reasons: readonly SlotRefusal[]): SlotRefusal {
  const order: SlotRefusal[] = ["too_soon", "beyond_horizon", "slot_taken", "day_full", "outside_hours"];
  return order.find((reason) => reasons.includes(reason)) ?? "outside_hours";
}
