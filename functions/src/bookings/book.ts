import type { Principal } from "../auth/principal.ts";
import type { Actor } from "../audit/trail.ts";
import type { AvailabilityService } from "../availability/service.ts";
import type { Level1 } from "../availability/level1.ts";
import type { CatalogReader } from "../catalog/store.ts";
import type { ServicesMemory } from "../catalog/services-memory.ts";
import type { ZoneHints } from "../catalog/zone-hints.ts";
import { done, refuse, type ErrorCode, type Outcome } from "../errors.ts";
import { isAlreadyExists } from "../firestore/retry.ts";
import { settle } from "../firestore/settle.ts";
import type { Scope } from "../scope.ts";
import type { HoldStore } from "../holds/store.ts";
import { alternativesTo } from "./alternatives.ts";
import type { Booking } from "./booking.ts";
import { candidatesFor } from "./candidates.ts";
import { resolveHold } from "./consume-hold.ts";
import {
  bookingIdFromHold,
  bookingIdFromKey,
  hashManageToken,
  isManageToken,
  manageToken,
  newManageSalt,
} from "./identity.ts";
import type { KeyedQueue } from "./keyed-queue.ts";
import { hashRequest, type AskedBooking, type BookingRequest } from "./request.ts";
import type { BookingStore } from "./store.ts";
import { attemptBooking, type Attempt, type BookingOrder } from "./transaction.ts";

export interface BookCommand {
  readonly shopId: string;
  readonly request: AskedBooking;
  readonly principal: Principal | undefined;
  readonly idempotencyKey: string | null;
}

export interface Booked {
  readonly booking: Booking;
  /** The shop's time zone, to show the booking in. */
  readonly zone: string;
  /** Only for guests: what lets them manage the booking later. */
  readonly manageToken: string | null;
  /** The Idempotency-Key, or the hold, was seen before: this is the booking it made then. */
  readonly replayed: boolean;
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

/** Refusals that another time or mechanic would mend. */
const MENDED_BY_ALTERNATIVES: ReadonlySet<ErrorCode> = new Set(["slot_taken", "outside_hours", "day_full"]);

/** A request on its way: the booking id it makes, and the half of the manage token that only its client knows. */
interface Ticket {
  readonly bookingId: string;
  readonly clientSecret: string;
  readonly requestHash: string;
  /** The id follows from what the client sends: a request may be a repetition. */
  readonly again: boolean;
}

/**
 * Books a slot, or says why not. Whatever happens on the way (contention, a lost answer, a retry that races its
 * original), one request with one Idempotency-Key makes one booking.
 */
export async function book(
  dependencies: BookDependencies,
  command: BookCommand,
  scope: Scope,
): Promise<Outcome<Booked>> {
  const ticket = ticketFor(dependencies, command);
  const request = await resolveHold(dependencies.holds, command.shopId, command.request, scope);
  const attempt: Settled = request.ok
    ? await attemptAll(dependencies, command, request.value, ticket, scope)
    : { kind: "refused", refusal: request.refusal, aim: null, doubtful: false };
  if (attempt.kind === "booked") {
    dependencies.zones.note(attempt.shop);
    for (const date of attempt.dates) dependencies.level1.drop(command.shopId, date);
    const token = attempt.booking.customer_uid === null ? attempt.manageToken : null;
    const zone = attempt.shop.time_zone;
    return done({ booking: attempt.booking, zone, manageToken: token, replayed: false });
  }
  const mayExist = attempt.kind === "already" || attempt.doubtful;
  const earlier = await replay(dependencies, command, ticket, mayExist, scope);
  if (earlier) return earlier;
  if (attempt.kind === "already") return refuse("contention");
  const { refusal, aim } = attempt;
  if (!aim || !MENDED_BY_ALTERNATIVES.has(refusal.error)) return { ok: false, refusal };
  const alternatives = await alternativesTo(
    dependencies.availability,
    aim,
    command.request.mechanicId,
    scope,
  );
  return refuse(refusal.error, refusal.message, { alternatives });
}

function ticketFor({ newId }: BookDependencies, command: BookCommand): Ticket {
  const { shopId, principal, idempotencyKey: key, request } = command;
  const uid = principal?.uid ?? null;
  const requestHash = hashRequest(request);
  if (key !== null)
    return { bookingId: bookingIdFromKey(shopId, uid, key), clientSecret: key, requestHash, again: true };
  const { hold } = request;
  if (!hold) return { bookingId: newId(), clientSecret: newId(), requestHash, again: false };
  const bookingId = bookingIdFromHold(shopId, uid, hold.holdId);
  return { bookingId, clientSecret: hold.sessionId, requestHash, again: true };
}

type Settled =
  | (Extract<Attempt, { kind: "booked" }> & { readonly manageToken: string })
  | (Extract<Attempt, { kind: "refused" }> & {
      /** An attempt may have been committed before: its answer was lost. */
      readonly doubtful: boolean;
    })
  | { readonly kind: "already" };

/** Attempts until there is an answer; contention that outlasts the deadline, the queue included, is refused. */
async function attemptAll(
  dependencies: BookDependencies,
  command: BookCommand,
  request: BookingRequest,
  ticket: Ticket,
  scope: Scope,
): Promise<Settled> {
  const { shopId } = command;
  const candidates = await whoMight(dependencies, shopId, request, scope);
  if (candidates.kind === "refused") return { ...candidates, doubtful: false };
  const salt = newManageSalt();
  const token = manageToken(ticket.bookingId, salt, ticket.clientSecret);
  const order: BookingOrder = {
    bookingId: ticket.bookingId,
    request,
    customerUid: command.principal?.uid ?? null,
    actor: actorOf(command.principal),
    secrets: {
      request_hash: ticket.requestHash,
      manage_salt: salt,
      manage_token_hash: hashManageToken(token),
    },
    mechanicIds: candidates.mechanicIds,
    dateHint: candidates.date,
  };
  const giveUpAt = performance.now() + dependencies.bookingDeadlineMs;
  try {
    const settled = await dependencies.queue.run(`${shopId}/${order.mechanicIds[0]}/${order.dateHint}`, () =>
      attemptUntil(giveUpAt, dependencies, shopId, order, scope),
    );
    if (settled.kind === "gave_up") {
      const { refusal } = refuse(settled.doubtful ? "unavailable" : "contention");
      return { kind: "refused", refusal, aim: null, doubtful: settled.doubtful };
    }
    const { value: attempt, doubtful } = settled;
    if (attempt.kind === "refused") return { ...attempt, doubtful };
    return attempt.kind === "booked" ? { ...attempt, manageToken: token } : attempt;
  } catch (error) {
    // The record is already there: an earlier attempt, or another request with this key, made it.
    if (isAlreadyExists(error)) return { kind: "already" };
    throw error;
  }
}

async function whoMight(
  dependencies: BookDependencies,
  shopId: string,
  request: BookingRequest,
  scope: Scope,
) {
  if (request.mechanicId === null) return candidatesFor(dependencies, shopId, request, scope);
  const mechanicIds: [string] = [request.mechanicId];
  return { kind: "found" as const, mechanicIds, date: dependencies.zones.dateOf(shopId, request.start) };
}

function attemptUntil(
  giveUpAt: number,
  { bookings, services }: BookDependencies,
  shopId: string,
  order: BookingOrder,
  scope: Scope,
) {
  const circumstances = { now: scope.now, reachMinutes: services.reachMinutes.bind(services) };
  return settle(
    (signal) =>
      bookings.transact(shopId, scope.cost, async (tx) => {
        const attempt = await attemptBooking(tx, order, circumstances);
        // Whoever asked has been told that it took too long: then nothing may be committed any more.
        signal.throwIfAborted();
        return attempt;
      }),
    giveUpAt - performance.now(),
  );
}

function actorOf(principal: Principal | undefined): Actor {
  return principal ? { kind: principal.role, uid: principal.uid } : { kind: "guest", uid: null };
}

/** The booking that this request, or an earlier one like it, has already made; another request is refused. */
async function replay(
  { bookings, catalog }: BookDependencies,
  { shopId, idempotencyKey }: BookCommand,
  ticket: Ticket,
  mayExist: boolean,
  scope: Scope,
): Promise<Outcome<Booked> | undefined> {
  if (!mayExist && !ticket.again) return undefined;
  const record = await bookings.booking(shopId, ticket.bookingId, scope.cost);
  if (!record) return undefined;
  const { booking, secrets } = record;
  const token =
    booking.customer_uid === null && secrets.manage_salt !== null
      ? manageToken(booking.id, secrets.manage_salt, ticket.clientSecret)
      : null;
  // Whoever knows a hold's id, but not its session, is told nothing of the booking it made.
  const theirs = token === null || isManageToken(token, secrets.manage_token_hash ?? "");
  if (!theirs) return undefined;
  if (secrets.request_hash !== ticket.requestHash) {
    return idempotencyKey === null ? undefined : refuse("idempotency_key_reused");
  }
  const zone = (await catalog.shop(shopId, scope.cost))?.time_zone ?? "UTC";
  return done({ booking, zone, manageToken: token, replayed: ticket.again });
}
