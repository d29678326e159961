import type { BufferReach } from "../catalog/buffer-reach.ts";
import type { Mechanic } from "../catalog/schema.ts";
import type { PlainDate } from "../engine/types.ts";
import { refuse, type Refusal } from "../platform/errors.ts";
import type { DayLedger } from "../ledger/ledger.ts";
import type { ReservationTransaction } from "./reservation-transaction.ts";
import {
  resolveSlot,
  checkMechanic,
  isTaken,
  decideReservation,
  type ResolvedSlot,
  type ReservationHolder,
  type RequestedSlot,
} from "./decide-reservation.ts";

/** A slot, whom it is wanted of and by whom. */
export interface ReservationRequest extends RequestedSlot {
  readonly serviceId: string;
  readonly mechanicId: string;
  /** The date the slot probably starts on; a wrong guess costs one more read. */
  readonly dateHint: PlainDate;
  readonly isGuest: boolean;
  /** A hold that has the slot: where the wish does not say how long, it does. */
  readonly holdId: string | null;
}

/** What a booking and a hold both begin with: shop, service and mechanic allow it, and these ledgers decide. */
export interface ReservationContext {
  readonly resolved: ResolvedSlot;
  readonly mechanic: Mechanic;
  readonly ledgers: readonly DayLedger[];
}

/** `resolved` is null where it does not even come to one. */
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

/** Reads shop, service, mechanic and ledgers, in one round trip unless the date was guessed wrong, and looks at them. */
export async function readReservationContext(
  tx: ReservationTransaction,
  wish: ReservationRequest,
): Promise<RefusedReservation | { readonly kind: "ready"; readonly value: ReservationContext }> {
  const { serviceId, mechanicId, dateHint } = wish;
  const { shop, service, ...opening } = await tx.shopServiceMechanicLedgers(serviceId, mechanicId, [
    dateHint,
  ]);
  if (!shop) return refused(refuse("not_found", "There is no such shop."));
  if (wish.isGuest && !shop.policy.allow_guest_booking) {
    return refused(refuse("unauthenticated", "This shop takes bookings of signed-in customers only."));
  }
  const resolution = resolveSlot(shop, service, wish);
  if (!resolution.ok) return refused(resolution);
  const mechanic = checkMechanic(opening.mechanic, resolution.value.service);
  if (!mechanic.ok) return refused(mechanic, resolution.value);
  const ledgers = await completed(tx, mechanicId, opening.ledgers, resolution.value);
  const heldMinutes = wish.durationMinutes === null ? heldFor(ledgers, wish.holdId) : null;
  if (heldMinutes === null) return context(resolution.value, mechanic.value, ledgers);
  const asHeld = resolveSlot(shop, service, { start: wish.start, durationMinutes: heldMinutes });
  if (!asHeld.ok) return refused(asHeld);
  return context(asHeld.value, mechanic.value, await completed(tx, mechanicId, ledgers, asHeld.value));
}

function context(resolved: ResolvedSlot, mechanic: Mechanic, ledgers: readonly DayLedger[]) {
  const deciding = ledgers.filter(({ date }) => resolved.ledgerDates.includes(date));
  return { kind: "ready" as const, value: { resolved, mechanic, ledgers: deciding } };
}

/** The known ledgers, and those of the resolved's that are missing. */
async function completed(
  tx: ReservationTransaction,
  mechanicId: string,
  known: readonly DayLedger[],
  { ledgerDates }: ResolvedSlot,
): Promise<readonly DayLedger[]> {
  const missing = ledgerDates.filter((date) => !known.some((ledger) => ledger.date === date));
  return missing.length === 0 ? known : [...known, ...(await tx.ledgers(mechanicId, missing))];
}

/** How long the slot is that a hold has, in minutes; null when it stands in none of the ledgers. */
function heldFor(ledgers: readonly DayLedger[], holdId: string | null): number | null {
  const entry = ledgers.flatMap(({ entries }) => entries).find(({ id }) => id === holdId);
  return entry ? entry.slot_end - entry.slot_start : null;
}

/** Whether the holder fits, and where. One that is taken is refused without reading the exceptions: it answers sooner. */
export async function readAndDecideReservation(
  tx: ReservationTransaction,
  { resolved, mechanic, ledgers }: ReservationContext,
  holder: ReservationHolder,
  bufferReach: BufferReach,
  now: number,
): Promise<ReturnType<typeof decideReservation>> {
  if (isTaken(resolved, ledgers, holder, now)) return { ok: false, why: "slot_taken" };
  const exceptions = await tx.exceptionsAround(mechanic.id, resolved.date);
  return decideReservation(resolved, { mechanic, ledgers, exceptions }, holder, bufferReach, now);
}
