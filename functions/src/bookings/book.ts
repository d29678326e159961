import { done, refuse, type Outcome } from "../platform/errors.ts";
import type { Scope } from "../platform/scope.ts";
import {
  attemptUntilSettled,
  type BookCommand,
  type BookDependencies,
  type BookingAttemptResult,
  type RequestIdentity,
} from "./attempt-until-settled.ts";
import type { Booking } from "./booking.ts";
import { resolveHold } from "./consume-hold.ts";
import { withinContactLimit } from "./contact-limit.ts";
import { bookingIdFromHold, bookingIdFromKey, isManageToken, manageToken } from "./identity.ts";
import { withAlternatives } from "../reservations/alternatives.ts";
import { hashRequest } from "./booking-request.ts";

export interface Booked {
  readonly booking: Booking;
  /** The shop's time zone, to show the booking in. */
  readonly zone: string;
  /** Only for guests: what lets them manage the booking later. */
  readonly manageToken: string | null;
  /** The Idempotency-Key, or the hold, was seen before: this is the booking it made then. */
  readonly replayed: boolean;
}

/**
 * Books a slot, or returns why it cannot. One request with one Idempotency-Key makes one booking, also under
 * contention, after a lost answer, and when a retry races its original.
 */
export async function book(
  dependencies: BookDependencies,
  command: BookCommand,
  scope: Scope,
): Promise<Outcome<Booked>> {
  const identity = identifyRequest(dependencies, command);
  return withinContactLimit(dependencies, command, scope, {
    book: () => bookIdentified(dependencies, { command, identity }, scope),
    replay: () => replay(dependencies, command, identity, scope),
  });
}

async function bookIdentified(
  dependencies: BookDependencies,
  { command, identity }: { readonly command: BookCommand; readonly identity: RequestIdentity },
  scope: Scope,
): Promise<Outcome<Booked>> {
  const request = await resolveHold(dependencies.holds, command.shopId, command.request, scope);
  const attempt: BookingAttemptResult = request.ok
    ? await attemptUntilSettled(dependencies, { command, request: request.value, identity }, scope)
    : { kind: "refused", refusal: request.refusal, resolved: null, uncertainty: "none" };
  if (attempt.kind === "booked") {
    dependencies.zones.remember(attempt.shop);
    for (const date of attempt.dates) dependencies.level1.drop(command.shopId, date);
    const token = attempt.booking.customer_uid === null ? attempt.manageToken : null;
    const zone = attempt.shop.time_zone;
    return done({ booking: attempt.booking, zone, manageToken: token, replayed: false });
  }
  const mayExist = attempt.kind === "already" || attempt.uncertainty !== "none" || identity.mayBeRepeated;
  const earlier = mayExist ? await replay(dependencies, command, identity, scope) : undefined;
  if (earlier) return earlier;
  // The booking exists but its document is corrupt (edited outside the API): another attempt would end here, too.
  if (attempt.kind === "already") {
    return refuse(command.idempotencyKey === null ? "slot_taken" : "idempotency_key_reused");
  }
  return withAlternatives(dependencies.availability, attempt, command.request.mechanicId, scope);
}

function identifyRequest({ newId }: BookDependencies, command: BookCommand): RequestIdentity {
  const { shopId, principal, idempotencyKey: key, request } = command;
  const uid = principal?.uid ?? null;
  const requestHash = hashRequest(request);
  if (key !== null)
    return {
      bookingId: bookingIdFromKey(shopId, uid, key),
      clientSecret: key,
      requestHash,
      mayBeRepeated: true,
    };
  const { hold } = request;
  if (!hold) return { bookingId: newId(), clientSecret: newId(), requestHash, mayBeRepeated: false };
  const bookingId = bookingIdFromHold(shopId, uid, hold.holdId);
  return { bookingId, clientSecret: hold.sessionId, requestHash, mayBeRepeated: true };
}

/** Returns the booking that an earlier, equal request has made; a different request with its key is refused. */
async function replay(
  { bookings, catalog }: BookDependencies,
  { shopId, idempotencyKey }: BookCommand,
  identity: RequestIdentity,
  scope: Scope,
): Promise<Outcome<Booked> | undefined> {
  const record = await bookings.booking(shopId, identity.bookingId, scope.cost);
  if (!record) return undefined;
  const { booking, secrets } = record;
  const token =
    booking.customer_uid === null && secrets.manage_salt !== null
      ? manageToken(booking.id, secrets.manage_salt, identity.clientSecret)
      : null;
  // A caller who knows a hold's id but not its session learns nothing about the booking that it made.
  const theirs = token === null || isManageToken(token, secrets.manage_token_hash ?? "");
  if (!theirs) return undefined;
  if (secrets.request_hash !== identity.requestHash) {
    return idempotencyKey === null ? undefined : refuse("idempotency_key_reused");
  }
  const zone = (await catalog.shop(shopId, scope.cost))?.time_zone ?? "UTC";
  return done({ booking, zone, manageToken: token, replayed: identity.mayBeRepeated });
}
