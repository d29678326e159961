/**
 * The decision that a booking and a hold share: may this holder take this time of this mechanic?
 *
 * A reservation is time taken on ledgers. Its life cycle: a request is resolved to a slot (`resolve-slot.ts`); one
 * transaction reads shop, service, mechanic, ledgers and exceptions (`reservation-context.ts`); this module decides with
 * plain values; the same transaction writes the changed ledgers and, through them, the availability days
 * (`ledger-change.ts`, `reservation-transaction.ts`).
 *
 * What must hold: openness follows from what the transaction read, never from a cache; no two live entries of one
 * mechanic overlap, whatever staff set aside; an entry whose extent crosses midnight is in the ledgers of both dates.
 */
import { busyOf } from "../availability/day/day.ts";
import { mechanicOpenTime } from "../availability/generation/generate-days.ts";
import type { BufferReach } from "../catalog/buffer-reach.ts";
import type { Exception, Mechanic, Service } from "../catalog/schema.ts";
import { overlaps } from "../engine/intervals.ts";
import { locationAt, whyNotBookable } from "../engine/slots.ts";
import {
  SLOT_REFUSALS,
  type MechanicDay,
  type OpenInterval,
  type Override,
  type SlotRefusal,
} from "../engine/types.ts";
import type { Millis } from "../engine/units.ts";
import { dayBounds } from "../engine/zone.ts";
import { hasEntry, isLive, loadOn, type DayLedger, type LedgerEntry } from "../ledger/ledger.ts";
import { done, refuse, type Outcome } from "../platform/errors.ts";
import { addToLedgers, type LedgerChange } from "./ledger-change.ts";
import { rulesOf, type ResolvedSlot } from "./resolve-slot.ts";

/** A mechanic with the documents that decide about their time, as the transaction has read them. */
export interface CandidateMechanic {
  readonly mechanic: Mechanic;
  /** The ledgers of the slot's `ledgerDates`, and of every date that the holder gives up. */
  readonly ledgers: readonly DayLedger[];
  readonly exceptions: readonly Exception[];
}

/** The booking or hold that takes the time. */
export interface ReservationHolder extends Pick<
  LedgerEntry,
  "kind" | "id" | "expires_at" | "session_hash" | "service_id"
> {
  /** Ids of entries that do not count against it: a consumed hold, the slot that a booking leaves. */
  readonly supersedes: readonly string[];
}

/** The entry of an accepted reservation, with the ledgers and days that change by it. */
export interface AcceptedReservation extends LedgerChange {
  readonly entry: LedgerEntry;
  /** The refusal that staff have set aside for it; null when none applied. */
  readonly override: Override | null;
}

export type ReservationDecision =
  | { readonly ok: true; readonly value: AcceptedReservation }
  | { readonly ok: false; readonly why: SlotRefusal };

/** Everything that the decision follows from. */
export interface DecisionInputs {
  readonly resolved: ResolvedSlot;
  readonly candidate: CandidateMechanic;
  readonly holder: ReservationHolder;
  readonly bufferReach: BufferReach;
  readonly now: Millis;
  /** The refusal that staff set aside; the caller has checked that they may. */
  readonly override: Override | null;
}

/** Returns the mechanic if they may be booked for the service at all. */
export function checkMechanic(mechanic: Mechanic | undefined, service: Service): Outcome<Mechanic> {
  if (!mechanic) return refuse("not_found", "There is no such mechanic.");
  if (!mechanic.active) return refuse("mechanic_inactive");
  if (!mechanic.specialties.includes(service.id)) return refuse("not_qualified");
  return done(mechanic);
}

/** Decides whether the candidate can take the slot, and returns how ledgers and days change if so. */
export function decideReservation(inputs: DecisionInputs): ReservationDecision {
  const { resolved, candidate, bufferReach, now } = inputs;
  const { supersedes, ...holder } = inputs.holder;
  const { shop, slot, extent, date } = resolved;
  const { mechanic, exceptions, ledgers } = candidate;
  const open = mechanicOpenTime(shop, mechanic, exceptions, date);
  const rules = rulesOf(resolved, now);
  const removed = new Set([holder.id, ...supersedes]);
  const day = mechanicDayWithout(resolved, candidate, open, removed);
  const strictly = whyNotBookable(day, slot, rules);
  const override = strictly === inputs.override ? inputs.override : null;
  const why = override ? whyNotBookable(day, slot, rules, override) : strictly;
  if (why) return { ok: false, why };

  const entry: LedgerEntry = {
    ...holder,
    ...extent,
    slot_start: slot.start,
    slot_end: slot.end,
    location_id: locationAt(open, slot.start),
  };
  const context = { shop, mechanic, exceptions, bufferReach };
  return { ok: true, value: { entry, override, ...addToLedgers(context, ledgers, { entry, removed, now }) } };
}

/** Tells whether one of the ledgers that the slot takes time on cannot be read: that date counts as taken. */
export function isOnUnreadable({ shop, extent }: ResolvedSlot, ledgers: readonly DayLedger[]): boolean {
  return ledgers.some(
    ({ date, isUnreadable }) => isUnreadable && overlaps(dayBounds(shop.time_zone, date), extent),
  );
}

/** Tells whether the ledgers alone already refuse the slot: then the exceptions need not be read. */
export function isTaken(
  resolved: ResolvedSlot,
  ledgers: readonly DayLedger[],
  { id, supersedes }: ReservationHolder,
  now: Millis,
): boolean {
  const { extent } = resolved;
  if (isOnUnreadable(resolved, ledgers)) return true;
  return ledgers.some(({ entries }) =>
    entries.some(
      (entry) =>
        entry.id !== id && !supersedes.includes(entry.id) && overlaps(entry, extent) && isLive(entry, now),
    ),
  );
}

/** The mechanic's day as the engine sees it, without the `removed` entries. */
function mechanicDayWithout(
  { shop, date }: ResolvedSlot,
  { mechanic, ledgers }: CandidateMechanic,
  open: readonly OpenInterval[],
  removed: ReadonlySet<string>,
): MechanicDay {
  const remaining = ledgers.map((ledger) => ({
    ...ledger,
    entries: ledger.entries.filter(({ id }) => !removed.has(id)),
  }));
  const own = remaining.find((ledger) => ledger.date === date);
  return {
    open,
    busy: remaining.flatMap(({ entries }) => busyOf(entries)),
    ...loadOn(own, dayBounds(shop.time_zone, date)),
    max_bookings_per_day: mechanic.max_bookings_per_day,
  };
}

/** Tells whether the reservation of that id is in one of the ledgers. */
export function hasReservation(ledgers: readonly DayLedger[], id: string): boolean {
  return ledgers.some((ledger) => hasEntry(ledger, id));
}

/** Returns the reason to report out of several mechanics' reasons: that of the mechanic who passed the most checks. */
export function mostRelevantRefusal(reasons: readonly SlotRefusal[]): SlotRefusal {
  return SLOT_REFUSALS.findLast((reason) => reasons.includes(reason)) ?? "outside_hours";
}
