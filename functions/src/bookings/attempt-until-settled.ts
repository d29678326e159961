import { actorOf } from "../audit/actor.ts";
import type { CatalogReader } from "../catalog/catalog-reader.ts";
import type { Shop } from "../catalog/schema.ts";
import type { HoldStore } from "../holds/hold-store.ts";
import type { ManageLinks } from "../notifications/manage-links.ts";
import type { KeyedHash } from "../platform/keyed-hash.ts";
import { isStaffOf, type Principal } from "../platform/auth/principal.ts";
import type { ErrorCode } from "../platform/errors.ts";
import { isAlreadyExists } from "../platform/firestore/retry.ts";
import { refuseGivenUp, runUntilSettled, type CommitUncertainty } from "../platform/firestore/settle.ts";
import { atPresent, type Scope } from "../platform/scope.ts";
import { proposeMechanic, type Proposal } from "../reservations/any-mechanic.ts";
import { mechanicDayKey } from "../reservations/mechanic-day-key.ts";
import { beginAttempt, type ReservationDependencies } from "../reservations/reservation-dependencies.ts";
import { attemptBooking, type BookingAttempt, type BookingOrder } from "./attempt-booking.ts";
import type { BookingRequest, PartialBookingRequest } from "./booking-request.ts";
import type { BookingStore, BookingTransaction } from "./booking-store.ts";
import type { ContactStore } from "./contact-store.ts";
import type { RefusalCounts } from "./refusal-counts.ts";

export interface BookCommand {
  readonly shopId: string;
  readonly request: PartialBookingRequest;
  readonly principal: Principal | undefined;
  readonly idempotencyKey: string | null;
}

export interface BookDependencies extends ReservationDependencies {
  readonly bookings: BookingStore;
  readonly holds: HoldStore;
  readonly catalog: CatalogReader;
  readonly keyedHash: KeyedHash;
  readonly manageLinks: ManageLinks;
  readonly contacts: ContactStore;
  readonly refusals: RefusalCounts;
  /** Whether the number of a guest's bookings is limited. */
  readonly config: { readonly rateLimits: boolean };
}

/** The ids of a request and of the booking that it makes. */
export interface RequestIdentity {
  readonly bookingId: string;
  readonly requestId: string;
  /** The id follows from what the client sends, so the request may be a repetition. */
  readonly mayBeRepeated: boolean;
  /** What its client does to learn an unknown outcome. */
  readonly howToRepeat: string;
}

/** Refusals of one mechanic after which a request for any mechanic tries another. */
export const WORTH_ANOTHER_MECHANIC: ReadonlySet<ErrorCode> = new Set([
  "slot_taken",
  "outside_hours",
  "day_full",
  "mechanic_inactive",
  "not_qualified",
]);

type Booked = Extract<BookingAttempt, { kind: "booked" }>;
type RefusedAttempt = Extract<BookingAttempt, { kind: "refused" }>;
/** The booking exists. The shop is unknown if its document, not its ledger entry, told so. */
interface Already {
  readonly kind: "already";
  readonly shop: Shop | undefined;
}

export type BookingAttemptResult =
  Booked | (RefusedAttempt & { readonly uncertainty: CommitUncertainty }) | Already;

/** A request with a service and a start, and the identity that it has in every attempt. */
interface CompleteCommand {
  readonly command: BookCommand;
  readonly request: BookingRequest;
  readonly identity: RequestIdentity;
}

/**
 * Attempts the booking until there is an answer; contention that outlasts the deadline, the wait in the queue included,
 * is refused. A request for any mechanic whose proposed mechanic refuses gets another proposal from the day as it is
 * by then.
 */
export async function attemptUntilSettled(
  dependencies: BookDependencies,
  { command, request, identity }: CompleteCommand,
  scope: Scope,
): Promise<BookingAttemptResult> {
  const giveUpAt = performance.now() + dependencies.bookingDeadlineMs;
  const { shopId } = command;
  const order = {
    bookingId: identity.bookingId,
    requestId: identity.requestId,
    request,
    customerUid: customerOf(command),
    isGuest: command.principal === undefined,
    actor: actorOf(command.principal),
  };
  const tried = new Map<string, ErrorCode>();
  let uncertainty: CommitUncertainty = "none";
  for (;;) {
    const present = atPresent(scope, dependencies.clock);
    const proposed = await nextCandidate(dependencies, { shopId, request, tried }, present);
    if (proposed.kind === "refused") return { ...proposed, uncertainty };
    const { mechanicId, date } = proposed;
    const { howToRepeat } = identity;
    const task = { shopId, howToRepeat, order: { ...order, mechanicId, dateHint: date }, giveUpAt };
    const attempted = await attemptOne(dependencies, task, scope);
    if (attempted.kind !== "refused") return attempted;
    uncertainty = moreUncertain(uncertainty, attempted.uncertainty);
    const worthAnother = request.mechanicId === null && WORTH_ANOTHER_MECHANIC.has(attempted.refusal.error);
    if (!worthAnother) return { ...attempted, uncertainty };
    // Safe even when uncertain: all attempts create the same document, so at most one of them can be committed.
    tried.set(mechanicId, attempted.refusal.error);
  }
}

function moreUncertain(a: CommitUncertainty, b: CommitUncertainty): CommitUncertainty {
  if (a === "open" || b === "open") return "open";
  return a === "look" ? a : b;
}

async function nextCandidate(
  dependencies: BookDependencies,
  asked: { shopId: string; request: BookingRequest; tried: ReadonlyMap<string, ErrorCode> },
  scope: Scope,
): Promise<Proposal> {
  const { shopId, request, tried } = asked;
  const { mechanicId, start } = request;
  if (mechanicId === null)
    return proposeMechanic(dependencies, { ...request, shopId, tried, keptMinutes: null }, scope);
  return { kind: "proposed", mechanicId, date: dependencies.zones.dateOf(shopId, start) };
}

interface AttemptTask {
  readonly shopId: string;
  readonly order: BookingOrder;
  readonly howToRepeat: string;
  /** On the clock of `performance.now()`. */
  readonly giveUpAt: number;
}

/** Attempts one mechanic, in the queue of the mechanic's day. */
async function attemptOne(
  dependencies: BookDependencies,
  { shopId, order, howToRepeat, giveUpAt }: AttemptTask,
  scope: Scope,
): Promise<BookingAttemptResult> {
  const { bookings, queue } = dependencies;
  const body = (tx: BookingTransaction) => attemptBooking(tx, order, beginAttempt(dependencies));
  const attempt = (beforeCommit: () => void) => bookings.transact(shopId, scope.cost, body, beforeCommit);
  try {
    const key = mechanicDayKey(shopId, order.mechanicId, order.dateHint);
    const settled = await queue.run(key, () => runUntilSettled(attempt, giveUpAt - performance.now()));
    if (settled.kind === "answered") {
      const { value, uncertainty } = settled;
      return value.kind === "refused" ? { ...value, uncertainty } : value;
    }
    const { uncertainty } = settled;
    const { refusal } = refuseGivenUp(uncertainty, howToRepeat);
    return { kind: "refused", refusal, resolved: null, uncertainty };
  } catch (error) {
    // The document exists: an earlier attempt, or another request with this key, made the booking.
    if (isAlreadyExists(error)) return { kind: "already", shop: undefined };
    throw error;
  }
}

/** The uid of a customer who books for themselves. A booking by staff is managed with its token, as a guest's is. */
function customerOf({ principal, shopId }: BookCommand): string | null {
  return principal && !isStaffOf(principal, shopId) ? principal.uid : null;
}
