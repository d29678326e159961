import type { AvailabilityService } from "../availability/generation/availability-service.ts";
import type { Level1 } from "../availability/day/level1.ts";
import type { CatalogReader } from "../catalog/catalog-reader.ts";
import type { ServicesMemory } from "../catalog/services-memory.ts";
import { done, refuse, type Outcome } from "../platform/errors.ts";
import { isAlreadyExists } from "../platform/firestore/retry.ts";
import {
  refusalWhenGivenUp,
  runUntilSettled,
  type CommitUncertainty,
  type Settled,
} from "../platform/firestore/settle.ts";
import type { Scope } from "../platform/scope.ts";
import { withAlternatives } from "../reservations/alternatives.ts";
import type { Booking } from "./booking.ts";
import { attemptChange, type ChangeAttempt, type ChangeOrder } from "./attempt-change.ts";
import type { KeyedQueue } from "../reservations/keyed-queue.ts";
import type { BookingStore } from "./booking-store.ts";

export interface ChangeCommand extends Omit<ChangeOrder, "requestId"> {
  readonly shopId: string;
}

/** A booking as it is now, and the zone to show it in. */
export interface BookingInZone {
  readonly booking: Booking;
  readonly zone: string;
}

interface Dependencies {
  readonly bookings: BookingStore;
  readonly catalog: CatalogReader;
  readonly availability: AvailabilityService;
  readonly services: ServicesMemory;
  readonly level1: Level1;
  readonly queue: KeyedQueue;
  readonly newId: () => string;
  readonly bookingDeadlineMs: number;
}

/** Moves, cancels, completes or marks a booking; done once, however often it has to be attempted. */
export async function changeBooking(
  dependencies: Dependencies,
  { shopId, ...command }: ChangeCommand,
  scope: Scope,
): Promise<Outcome<BookingInZone>> {
  const order: ChangeOrder = { ...command, requestId: dependencies.newId() };
  const attempt = await attemptUntilSettled(dependencies, shopId, order, scope);
  if (attempt.kind === "changed") {
    for (const date of attempt.dates) dependencies.level1.drop(shopId, date);
    return done({ booking: attempt.booking, zone: attempt.shop.time_zone });
  }
  if (
    attempt.doubt !== "none" &&
    (await dependencies.bookings.wasCommitted(shopId, order.requestId, scope.cost))
  ) {
    return currentBooking(dependencies, shopId, order.bookingId, scope);
  }
  const { change } = order;
  const mechanicId = change.action === "reschedule" ? change.mechanicId : null;
  return withAlternatives(dependencies.availability, attempt, mechanicId, scope);
}

type Attempted =
  | Extract<ChangeAttempt, { kind: "changed" }>
  | (Extract<ChangeAttempt, { kind: "refused" }> & { readonly doubt: CommitUncertainty });

async function attemptUntilSettled(
  { bookings, services, queue, bookingDeadlineMs }: Dependencies,
  shopId: string,
  order: ChangeOrder,
  scope: Scope,
): Promise<Attempted> {
  const giveUpAt = performance.now() + bookingDeadlineMs;
  const attemptContext = { now: scope.now, bufferReachOf: services.bufferReach.bind(services) };
  const attempt = (beforeCommit: () => void) =>
    bookings.transact(shopId, scope.cost, (tx) => attemptChange(tx, order, attemptContext), beforeCommit);
  let settled: Settled<ChangeAttempt>;
  try {
    settled = await queue.run(`${shopId}/bookings/${order.bookingId}`, () =>
      runUntilSettled(attempt, giveUpAt - performance.now()),
    );
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    // The request's line stands in the trail: an attempt whose answer was lost has done it.
    const done = await bookings.wasCommitted(shopId, order.requestId, scope.cost);
    if (!done) throw error;
    settled = { kind: "gave_up", uncertainty: "look" };
  }
  if (settled.kind === "answered") {
    const { value, uncertainty: doubt } = settled;
    return value.kind === "changed" ? value : { ...value, doubt };
  }
  const { refusal } = refuse(refusalWhenGivenUp(settled.uncertainty));
  return { kind: "refused", refusal, resolved: null, doubt: settled.uncertainty };
}

async function currentBooking(
  { bookings, catalog, level1 }: Dependencies,
  shopId: string,
  bookingId: string,
  scope: Scope,
): Promise<Outcome<BookingInZone>> {
  const [record, shop] = await Promise.all([
    bookings.booking(shopId, bookingId, scope.cost),
    catalog.shop(shopId, scope.cost),
  ]);
  if (!record || !shop) return refuse("not_found", "There is no such booking.");
  level1.drop(shopId, record.booking.date);
  return done({ booking: record.booking, zone: shop.time_zone });
}
