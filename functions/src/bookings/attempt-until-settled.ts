import { isStaffOf, type Principal } from "../platform/auth/principal.ts";
import type { Actor } from "../audit/trail.ts";
import type { AvailabilityService } from "../availability/generation/availability-service.ts";
import type { Level1 } from "../availability/day/level1.ts";
import type { CatalogReader } from "../catalog/catalog-reader.ts";
import type { ServicesMemory } from "../catalog/services-memory.ts";
import type { ZoneHints } from "../catalog/zone-hints.ts";
import { refuse, type ErrorCode } from "../platform/errors.ts";
import { isAlreadyExists } from "../platform/firestore/retry.ts";
import { refusalWhenGivenUp, runUntilSettled, type CommitUncertainty } from "../platform/firestore/settle.ts";
import type { HoldStore } from "../holds/hold-store.ts";
import type { Scope } from "../platform/scope.ts";
import { proposeMechanic, type Proposal } from "../reservations/any-mechanic.ts";
import { hashManageToken, manageToken, newManageSalt } from "./identity.ts";
import { mechanicDayKey, type KeyedQueue } from "../reservations/keyed-queue.ts";
import type { PartialBookingRequest, BookingRequest } from "./booking-request.ts";
import type { BookingStore } from "./booking-store.ts";
import { attemptBooking, type Attempt, type BookingOrder } from "./attempt-booking.ts";

export interface BookCommand {
  readonly shopId: string;
  readonly request: PartialBookingRequest;
  readonly principal: Principal | undefined;
  readonly idempotencyKey: string | null;
}

export interface BookDependencies {
  readonly bookings: BookingStore;
  readonly holds: HoldStore;
  readonly catalog: CatalogReader;
  readonly availability: AvailabilityService;
  readonly services: ServicesMemory;
  readonly zones: ZoneHints;
  readonly level1: Level1;
  readonly queue: KeyedQueue;
  readonly newId: () => string;
  readonly bookingDeadlineMs: number;
}

/** A request on its way: the booking id it makes, and the half of the manage token that only its client knows. */
export interface RequestIdentity {
  readonly bookingId: string;
  readonly clientSecret: string;
  readonly requestHash: string;
  /** The id follows from what the client sends: a request may be a repetition. */
  readonly mayBeRepeated: boolean;
}

/** Refusals that concern the one mechanic: where any will do, another may be asked. */
const WORTH_ANOTHER_MECHANIC: ReadonlySet<ErrorCode> = new Set([
  "slot_taken",
  "outside_hours",
  "day_full",
  "mechanic_inactive",
  "not_qualified",
]);

export type BookingAttemptResult =
  | (Extract<Attempt, { kind: "booked" }> & { readonly manageToken: string })
  | (Extract<Attempt, { kind: "refused" }> & {
      readonly doubt: CommitUncertainty;
    })
  | { readonly kind: "already" };

/**
 * Attempts until there is an answer; contention that outlasts the deadline, the queue included, is refused. Where any
 * mechanic will do and the one proposed cannot after all, the day, as it is by then, proposes another.
 */
export async function attemptUntilSettled(
  dependencies: BookDependencies,
  command: BookCommand,
  request: BookingRequest,
  identity: RequestIdentity,
  scope: Scope,
): Promise<BookingAttemptResult> {
  const giveUpAt = performance.now() + dependencies.bookingDeadlineMs;
  const salt = newManageSalt();
  const token = manageToken(identity.bookingId, salt, identity.clientSecret);
  const secrets = {
    request_hash: identity.requestHash,
    manage_salt: salt,
    manage_token_hash: hashManageToken(token),
  };
  const order = {
    bookingId: identity.bookingId,
    request,
    customerUid: customerOf(command),
    isGuest: command.principal === undefined,
    actor: actorOf(command.principal),
    secrets,
  };
  const tried = new Map<string, ErrorCode>();
  let doubt: CommitUncertainty = "none";
  for (;;) {
    const proposed = await nextCandidate(dependencies, command.shopId, request, tried, scope);
    if (proposed.kind === "refused") return { ...proposed, doubt };
    const { mechanicId, date } = proposed;
    const here = { ...order, mechanicId, dateHint: date };
    const settled = await attemptOne(dependencies, command.shopId, here, token, giveUpAt, scope);
    if (settled.kind !== "refused") return settled;
    doubt = moreUncertain(doubt, settled.doubt);
    const another = request.mechanicId === null && WORTH_ANOTHER_MECHANIC.has(settled.refusal.error);
    if (!another) return { ...settled, doubt };
    // Safe even in doubt: both attempts create the same record, so at most one of them can be committed.
    tried.set(mechanicId, settled.refusal.error);
  }
}

function moreUncertain(a: CommitUncertainty, b: CommitUncertainty): CommitUncertainty {
  if (a === "open" || b === "open") return "open";
  return a === "look" ? a : b;
}

async function nextCandidate(
  dependencies: BookDependencies,
  shopId: string,
  request: BookingRequest,
  tried: ReadonlyMap<string, ErrorCode>,
  scope: Scope,
): Promise<Proposal> {
  const { mechanicId } = request;
  if (mechanicId === null) return proposeMechanic(dependencies, shopId, request, tried, scope);
  return { kind: "proposed", mechanicId, date: dependencies.zones.dateOf(shopId, request.start) };
}

async function attemptOne(
  dependencies: BookDependencies,
  shopId: string,
  order: BookingOrder,
  token: string,
  giveUpAt: number,
  scope: Scope,
): Promise<BookingAttemptResult> {
  try {
    const settled = await dependencies.queue.run(
      mechanicDayKey(shopId, order.mechanicId, order.dateHint),
      () => attemptUntil(giveUpAt, dependencies, shopId, order, scope),
    );
    if (settled.kind === "gave_up") {
      const { refusal } = refuse(refusalWhenGivenUp(settled.uncertainty));
      return { kind: "refused", refusal, resolved: null, doubt: settled.uncertainty };
    }
    const { value: attempt, uncertainty: doubt } = settled;
    if (attempt.kind === "refused") return { ...attempt, doubt };
    return attempt.kind === "booked" ? { ...attempt, manageToken: token } : attempt;
  } catch (error) {
    // The record is already there: an earlier attempt, or another request with this key, made it.
    if (isAlreadyExists(error)) return { kind: "already" };
    throw error;
  }
}

function attemptUntil(
  giveUpAt: number,
  { bookings, services }: BookDependencies,
  shopId: string,
  order: BookingOrder,
  scope: Scope,
) {
  const attemptContext = { now: scope.now, bufferReachOf: services.bufferReach.bind(services) };
  return runUntilSettled(
    (beforeCommit) =>
      bookings.transact(shopId, scope.cost, (tx) => attemptBooking(tx, order, attemptContext), beforeCommit),
    giveUpAt - performance.now(),
  );
}

/** Staff book for somebody else, who manages the booking as a guest does: with its token. */
function customerOf({ principal, shopId }: BookCommand): string | null {
  return principal && !isStaffOf(principal, shopId) ? principal.uid : null;
}

function actorOf(principal: Principal | undefined): Actor {
  return principal ? { kind: principal.role, uid: principal.uid } : { kind: "guest", uid: null };
}
