import { done, refuse, type Outcome } from "../platform/errors.ts";
import { atPresent, type Scope } from "../platform/scope.ts";
import {
  attemptUntilSettled,
  type BookCommand,
  type BookDependencies,
  type BookingAttemptResult,
  type RequestIdentity,
} from "./attempt-until-settled.ts";
import type { Shop } from "../catalog/schema.ts";
import { mayOverride } from "./access.ts";
import type { Booking } from "./booking.ts";
import type { BookingRecord } from "./booking-record.ts";
import { resolveHold } from "./consume-hold.ts";
import { withinContactLimit } from "./contact-limit.ts";
import { bookingIdFromHold, bookingIdFromKey, requestIdOf } from "./identity.ts";
import { lookUp } from "../platform/firestore/settle.ts";
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
  const { shopId, principal, request } = command;
  if (request.override && !mayOverride(principal, { shopId, mechanicId: request.mechanicId })) {
    return refuse("forbidden", "Only the mechanic and admins of the shop may book outside hours.");
  }
  const identity = identifyRequest(dependencies, command);
  const booked = await withinContactLimit(dependencies, { command, bookingId: identity.bookingId }, scope, {
    book: () => bookIdentified(dependencies, { command, identity }, scope),
    replay: () => replay(dependencies, { command, identity, shop: undefined }, scope),
  });
  if (!booked.ok) dependencies.refusals.count(command.shopId, booked.refusal.error, scope.now);
  return booked;
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
    const { booking, shop } = attempt;
    const manageToken = tokenOf(dependencies, booking);
    return done({ booking, zone: shop.time_zone, manageToken, replayed: false });
  }
  const mayExist = attempt.kind === "already" || attempt.uncertainty !== "none" || identity.mayBeRepeated;
  const shop = attempt.kind === "already" ? attempt.shop : undefined;
  if (mayExist) {
    const repeated = { command, identity, shop };
    const found = await lookUp(() => replay(dependencies, repeated, scope), identity.howToRepeat);
    if (!found.ok) return found;
    if (found.value) return found.value;
  }
  // The booking exists but its document is corrupt (edited outside the API): another attempt would end here, too.
  if (attempt.kind === "already") {
    return refuse(command.idempotencyKey === null ? "slot_taken" : "idempotency_key_reused");
  }
  const present = atPresent(scope, dependencies.clock);
  return withAlternatives(dependencies.availability, attempt, command.request.mechanicId, present);
}

function identifyRequest({ newId, keyedHash }: BookDependencies, command: BookCommand): RequestIdentity {
  const { shopId, principal, idempotencyKey: key, request } = command;
  const uid = principal?.uid ?? null;
  const identity = (bookingId: string, mayBeRepeated: boolean): RequestIdentity => {
    const requestId = requestIdOf(keyedHash, bookingId, request);
    return { bookingId, requestId, mayBeRepeated, howToRepeat: howToRepeat(command) };
  };
  if (key !== null) return identity(bookingIdFromKey(shopId, uid, key), true);
  if (request.hold) return identity(bookingIdFromHold(shopId, uid, request.hold.holdId), true);
  return identity(newId(), false);
}

function howToRepeat({ request, idempotencyKey, principal }: BookCommand): string {
  if (idempotencyKey !== null)
    return "Repeat the request with the same Idempotency-Key: it makes one booking.";
  if (request.hold) return "Repeat the request with the same hold_id and session: a hold makes one booking.";
  const look = principal
    ? "List your bookings before you book again"
    : "Ask whether the slot is still free before you book again; if the booking was made, its mail arrives";
  return `${look}. With an Idempotency-Key the request could simply be repeated.`;
}

interface RepeatedRequest {
  readonly command: BookCommand;
  readonly identity: RequestIdentity;
  /** Undefined: not read yet. */
  readonly shop: Shop | undefined;
}

/** Returns the booking that an earlier, equal request has made; a different request with its key is refused. */
async function replay(
  dependencies: BookDependencies,
  { command, identity, shop }: RepeatedRequest,
  scope: Scope,
): Promise<Outcome<Booked> | undefined> {
  const { bookings, catalog } = dependencies;
  const { shopId, idempotencyKey } = command;
  const record = await bookings.booking(shopId, identity.bookingId, scope.cost);
  if (!record) return undefined;
  const { booking } = record;
  const isEqual =
    record.former.request_hash === null
      ? await bookings.wasCommitted(shopId, identity.requestId, scope.cost)
      : isFormerRequest(command, record);
  // A caller who knows a hold's id but not its session learns nothing about the booking that it made.
  if (!isEqual) return idempotencyKey === null ? undefined : refuse("idempotency_key_reused");
  const zone = (shop ?? (await catalog.shop(shopId, scope.cost)))?.time_zone ?? "UTC";
  const manageToken = tokenOf(dependencies, booking);
  return done({ booking, zone, manageToken, replayed: identity.mayBeRepeated });
}

/** Tells whether the request has made this booking of an older form. Its hash does not cover the session of a hold. */
function isFormerRequest(
  { request, idempotencyKey }: BookCommand,
  { booking, former }: BookingRecord,
): boolean {
  const isTheirs = idempotencyKey !== null || booking.customer_uid !== null;
  return isTheirs && former.request_hash === hashRequest(request);
}

function tokenOf({ manageLinks }: BookDependencies, booking: Booking): string | null {
  return booking.customer_uid === null ? manageLinks.token(booking) : null;
}
