import { done, invalidRequest, refuse, type Outcome } from "../platform/errors.ts";
import type { Hold } from "../holds/hold.ts";
import { hashSession } from "../holds/session.ts";
import type { HoldStore } from "../holds/hold-store.ts";
import type { Scope } from "../platform/scope.ts";
import { millis, type Millis } from "../engine/units.ts";
import type { ReservationContext } from "../reservations/reservation-context.ts";
import type { PartialBookingRequest, BookingRequest, HoldReference } from "./booking-request.ts";
import type { BookingTransaction } from "./booking-store.ts";

const NO_SUCH_HOLD = "There is no such hold.";
const NOT_YOURS = "The hold is another session's.";
const ANOTHER_SLOT = { path: "hold_id", message: "It holds another slot." };

/**
 * Returns the request completed by its hold. A request that names slot and mechanic costs no read here: the transaction
 * finds the hold in the ledger. Errors: those of the hold, and `invalid_request` where request and hold disagree.
 */
export async function resolveHold(
  holds: HoldStore,
  shopId: string,
  asked: PartialBookingRequest,
  scope: Scope,
): Promise<Outcome<BookingRequest>> {
  const { serviceId, start, hold: reference } = asked;
  const isComplete = serviceId !== null && start !== null && (asked.mechanicId !== null || !reference);
  if (isComplete) return done({ ...asked, serviceId, start });
  const hold = reference ? await holds.hold(shopId, reference.holdId, scope.cost) : undefined;
  if (!reference || !hold) return refuse("not_found", NO_SUCH_HOLD);
  const usable = checkUsable(hold, hashSession(shopId, reference.sessionId), scope.now);
  if (!usable.ok) return usable;
  const agrees =
    (serviceId ?? hold.service_id) === hold.service_id &&
    (start ?? hold.start) === hold.start &&
    (asked.durationMinutes ?? hold.end - hold.start) === hold.end - hold.start &&
    (asked.mechanicId ?? hold.mechanic_id) === hold.mechanic_id;
  if (!agrees) return invalidRequest(ANOTHER_SLOT);
  return done({
    ...asked,
    serviceId: hold.service_id,
    start: hold.start,
    durationMinutes: hold.end - hold.start,
    mechanicId: hold.mechanic_id,
  });
}

/** Checks that the hold, as the ledgers have it now, is the caller's, alive and for this slot. */
export async function checkHold(
  tx: BookingTransaction,
  { resolved, ledgers }: ReservationContext,
  { holdId, sessionId }: HoldReference,
  now: Millis,
): Promise<Outcome<null>> {
  const { shop, service, slot } = resolved;
  const sessionHash = hashSession(shop.id, sessionId);
  const entry = ledgers.flatMap(({ entries }) => entries).find(({ id }) => id === holdId);
  if (entry?.kind !== "hold") {
    const hold = await tx.hold(holdId);
    if (!hold) return refuse("not_found", NO_SUCH_HOLD);
    const usable = checkUsable(hold, sessionHash, now);
    return usable.ok ? invalidRequest(ANOTHER_SLOT) : usable;
  }
  const { session_hash = "", expires_at } = entry;
  const usable = checkUsable({ session_hash, expires_at: expires_at ?? millis(0) }, sessionHash, now);
  if (!usable.ok) return usable;
  const sameService = (entry.service_id ?? service.id) === service.id;
  const sameSlot = sameService && entry.slot_start === slot.start && entry.slot_end === slot.end;
  return sameSlot ? done(null) : invalidRequest(ANOTHER_SLOT);
}

function checkUsable(
  { session_hash, expires_at }: Pick<Hold, "session_hash" | "expires_at">,
  sessionHash: string,
  now: Millis,
): Outcome<null> {
  if (session_hash !== sessionHash) return refuse("forbidden", NOT_YOURS);
  return expires_at > now ? done(null) : refuse("hold_expired");
}
