import { done, refuse, type Outcome } from "../platform/errors.ts";
import { isAlreadyExists } from "../platform/firestore/retry.ts";
import {
  lookUp,
  refuseGivenUp,
  runUntilSettled,
  type CommitUncertainty,
  type Settled,
} from "../platform/firestore/settle.ts";
import { atPresent, type Scope } from "../platform/scope.ts";
import { withAlternatives } from "../reservations/alternatives.ts";
import { beginAttempt } from "../reservations/reservation-dependencies.ts";
import type { BookDependencies } from "./attempt-until-settled.ts";
import type { Booking } from "./booking.ts";
import type { BookingTransaction } from "./booking-store.ts";
import { attemptChange, type ChangeAttempt, type ChangeOrder } from "./attempt-change.ts";

export interface ChangeCommand extends Omit<ChangeOrder, "requestId"> {
  readonly shopId: string;
}

/** A booking as it is now, and the zone to show it in. */
export interface BookingInZone {
  readonly booking: Booking;
  readonly zone: string;
}

export type ChangeDependencies = Pick<
  BookDependencies,
  | "bookings"
  | "catalog"
  | "manageLinks"
  | "availability"
  | "services"
  | "clock"
  | "level1"
  | "queue"
  | "newId"
  | "bookingDeadlineMs"
>;

const HOW_TO_REPEAT =
  "GET the booking to see whether it has changed, or repeat the request: a change is not made twice.";

/** Moves, cancels, completes or marks a booking; it is done once, however often it is attempted. */
export async function changeBooking(
  dependencies: ChangeDependencies,
  { shopId, ...command }: ChangeCommand,
  scope: Scope,
): Promise<Outcome<BookingInZone>> {
  const order: ChangeOrder = { ...command, requestId: dependencies.newId() };
  const attempt = await attemptUntilSettled(dependencies, shopId, order, scope);
  if (attempt.kind === "changed") {
    for (const date of attempt.dates) dependencies.level1.drop(shopId, date);
    return done({ booking: attempt.booking, zone: attempt.shop.time_zone });
  }
  if (attempt.uncertainty !== "none") {
    const { bookings } = dependencies;
    const look = async () =>
      (await bookings.wasCommitted(shopId, order.requestId, scope.cost))
        ? currentBooking(dependencies, shopId, order.bookingId, scope)
        : undefined;
    const found = await lookUp(look, HOW_TO_REPEAT);
    if (!found.ok) return found;
    if (found.value) return found.value;
  }
  const { change } = order;
  const mechanicId = change.action === "reschedule" ? change.mechanicId : null;
  return withAlternatives(
    dependencies.availability,
    attempt,
    mechanicId,
    atPresent(scope, dependencies.clock),
  );
}

type ChangeAttemptResult =
  | Extract<ChangeAttempt, { kind: "changed" }>
  | (Extract<ChangeAttempt, { kind: "refused" }> & { readonly uncertainty: CommitUncertainty });

async function attemptUntilSettled(
  dependencies: ChangeDependencies,
  shopId: string,
  order: ChangeOrder,
  scope: Scope,
): Promise<ChangeAttemptResult> {
  const { bookings, queue, manageLinks, bookingDeadlineMs } = dependencies;
  const giveUpAt = performance.now() + bookingDeadlineMs;
  const body = (tx: BookingTransaction) =>
    attemptChange(tx, order, { ...beginAttempt(dependencies), manageLinks });
  const attempt = (beforeCommit: () => void) => bookings.transact(shopId, scope.cost, body, beforeCommit);
  let settled: Settled<ChangeAttempt>;
  try {
    settled = await queue.run(`${shopId}/bookings/${order.bookingId}`, () =>
      runUntilSettled(attempt, giveUpAt - performance.now()),
    );
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    // The audit has the request's line: an attempt whose answer was lost was committed.
    const committed = await bookings.wasCommitted(shopId, order.requestId, scope.cost);
    if (!committed) throw error;
    settled = { kind: "gave_up", uncertainty: "look" };
  }
  if (settled.kind === "answered") {
    const { value, uncertainty } = settled;
    return value.kind === "changed" ? value : { ...value, uncertainty };
  }
  const { uncertainty } = settled;
  const { refusal } = refuseGivenUp(uncertainty, HOW_TO_REPEAT);
  return { kind: "refused", refusal, resolved: null, uncertainty };
}

async function currentBooking(
  { bookings, catalog, level1 }: ChangeDependencies,
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
