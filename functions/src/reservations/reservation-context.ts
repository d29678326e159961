import type { BufferReach } from "../catalog/buffer-reach.ts";
import type { Mechanic, Shop } from "../catalog/schema.ts";
import { shopRefusal } from "../catalog/shop-refusal.ts";
import type { Override, PlainDate } from "../engine/types.ts";
import type { Millis } from "../engine/units.ts";
import type { DayLedger } from "../ledger/ledger.ts";
import { refuse, type Refusal } from "../platform/errors.ts";
import {
  checkMechanic,
  decideReservation,
  isOnUnreadable,
  isTaken,
  type ReservationDecision,
  type ReservationHolder,
} from "./decide-reservation.ts";
import type { ReservationTransaction } from "./reservation-transaction.ts";
import { resolveSlot, type RequestedSlot, type ResolvedSlot } from "./resolve-slot.ts";

/** A request for one mechanic's time. */
export interface ReservationRequest extends RequestedSlot {
  readonly serviceId: string;
  readonly mechanicId: string;
  /** The date on which the slot probably starts; a wrong guess costs one more read. */
  readonly dateHint: PlainDate;
  readonly isGuest: boolean;
  /** The hold to consume: where the request states no duration, the hold's counts. */
  readonly holdId: string | null;
  /** The refusal that staff set aside. */
  readonly override: Override | null;
}

/** The slot with the mechanic and the ledgers that decide about it. */
export interface ReservationContext {
  readonly resolved: ResolvedSlot;
  readonly mechanic: Mechanic;
  readonly ledgers: readonly DayLedger[];
  /** The refusal that staff set aside. */
  readonly override: Override | null;
}

/** What an attempt at a reservation decides with beside the documents. */
export interface AttemptContext {
  /** The time of the attempt, not of the request's arrival. */
  readonly now: Millis;
  readonly bufferReachOf: (shop: Shop) => BufferReach;
}

/** A refusal; `resolved` is null when the request was refused before its slot was known. */
export interface RefusedReservation {
  readonly kind: "refused";
  readonly refusal: Refusal;
  readonly resolved: ResolvedSlot | null;
}

export function refused(
  { refusal }: { readonly refusal: Refusal },
  resolved: ResolvedSlot | null = null,
): RefusedReservation {
  return { kind: "refused", refusal, resolved };
}

/** Reads shop, service, mechanic and ledgers, in one round trip unless the date was guessed wrong, and checks them. */
export async function readReservationContext(
  tx: ReservationTransaction,
  request: ReservationRequest,
): Promise<RefusedReservation | { readonly kind: "ready"; readonly context: ReservationContext }> {
  const { serviceId, mechanicId, dateHint, start } = request;
  const found = await tx.read({ shop: true, serviceId, mechanicId, ledgerDates: [dateHint] });
  const { shop, service } = found;
  if (!shop) return refused(refuse("not_found", "There is no such shop."));
  const closed = shopRefusal(shop);
  if (closed) return refused(closed);
  if (request.isGuest && !shop.policy.allow_guest_booking) {
    return refused(refuse("unauthenticated", "This shop takes bookings of signed-in customers only."));
  }
  const asRequested = resolveSlot(shop, service, request);
  if (!asRequested.ok) return refused(asRequested);
  const mechanic = checkMechanic(found.mechanic, asRequested.value.service);
  if (!mechanic.ok) return refused(mechanic, asRequested.value);
  const ledgers = await withMissing(tx, mechanicId, found.ledgers, asRequested.value.ledgerDates);
  const heldMinutes = request.durationMinutes === null ? heldDuration(ledgers, request.holdId) : null;
  const context = { mechanic: mechanic.value, override: request.override };
  if (heldMinutes === null) return ready({ ...context, resolved: asRequested.value, ledgers });
  const asHeld = resolveSlot(shop, service, { start, durationMinutes: heldMinutes });
  if (!asHeld.ok) return refused(asHeld);
  const all = await withMissing(tx, mechanicId, ledgers, asHeld.value.ledgerDates);
  return ready({ ...context, resolved: asHeld.value, ledgers: all });
}

function ready(context: ReservationContext) {
  const { resolved } = context;
  const ledgers = context.ledgers.filter(({ date }) => resolved.ledgerDates.includes(date));
  // Refused here, before a hold is looked for in the ledger.
  if (isOnUnreadable(resolved, ledgers)) return refused(refuse("slot_taken"), resolved);
  return { kind: "ready" as const, context: { ...context, ledgers } };
}

/** Returns the known ledgers with those of the needed dates that are missing, which are read. */
export async function withMissing(
  tx: ReservationTransaction,
  mechanicId: string,
  known: readonly DayLedger[],
  needed: readonly PlainDate[],
): Promise<readonly DayLedger[]> {
  const missing = needed.filter((date) => !known.some((ledger) => ledger.date === date));
  return missing.length === 0 ? known : [...known, ...(await tx.ledgers(mechanicId, missing))];
}

/** The length of the slot that a hold has, in minutes; null when no ledger has the hold. */
function heldDuration(ledgers: readonly DayLedger[], holdId: string | null): number | null {
  const entry = ledgers.flatMap(({ entries }) => entries).find(({ id }) => id === holdId);
  return entry ? entry.slot_end - entry.slot_start : null;
}

/** Decides the reservation. A slot that the ledgers refuse is refused without reading the exceptions. */
export async function readAndDecideReservation(
  tx: ReservationTransaction,
  { resolved, mechanic, ledgers, override }: ReservationContext,
  holder: ReservationHolder,
  { now, bufferReachOf }: AttemptContext,
): Promise<ReservationDecision> {
  if (isTaken(resolved, ledgers, holder, now)) return { ok: false, why: "slot_taken" };
  const exceptions = await tx.exceptionsAround(mechanic.id, resolved.date);
  const candidate = { mechanic, ledgers, exceptions };
  const bufferReach = bufferReachOf(resolved.shop);
  return decideReservation({ resolved, candidate, holder, bufferReach, now, override });
}
