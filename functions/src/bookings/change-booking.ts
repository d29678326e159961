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
import { withAlternatives, type RefusedSlot } from "../reservations/alternatives.ts";
import { beginAttempt } from "../reservations/reservation-dependencies.ts";
import type { BookDependencies } from "./attempt-until-settled.ts";
import type { Booking } from "./booking.ts";
import type { BookingTransaction } from "./booking-store.ts";
import { attemptChange, type ChangeAttempt, type ChangeOrder } from "./attempt-change.ts";

export interface ChangeCommand extends Omit<ChangeOrder, "requestId"> {
  readonly shopId: string;
  /** Given where a repetition of the request must be recognised. */
  readonly requestId?: string;
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

/** A change that was made, or its refusal with the slot that was refused. */
type SettledChange =
  { readonly ok: true; readonly value: BookingInZone } | ({ readonly ok: false } & RefusedSlot);

/** Moves, cancels, completes or marks a booking; a refused move comes with the free slots nearby. */
export async function changeBooking(
  dependencies: ChangeDependencies,
  command: ChangeCommand,
  scope: Scope,
): Promise<Outcome<BookingInZone>> {
  const settled = await settleChange(dependencies, command, scope);
  if (settled.ok) return settled;
  const { change } = command;
  const mechanicId = change.action === "reschedule" ? change.mechanicId : null;
  const present = atPresent(scope, dependencies.clock);
  return withAlternatives(dependencies.availability, settled, mechanicId, present);
}

/** Makes the change once, however often it is attempted. */
export async function settleChange(
  dependencies: ChangeDependencies,
  { shopId, ...command }: ChangeCommand,
  scope: Scope,
): Promise<SettledChange> {
  const order: ChangeOrder = { ...command, requestId: command.requestId ?? dependencies.newId() };
  const attempt = await attemptUntilSettled(dependencies, shopId, order, scope);
  if (attempt.kind === "changed") {
    for (const date of attempt.dates) dependencies.level1.drop(shopId, date);
    return { ok: true, value: { booking: attempt.booking, zone: attempt.shop.time_zone } };
  }
  if (attempt.uncertainty !== "none") {
    const { bookings } = dependencies;
    const look = async () =>
      (await bookings.wasCommitted(shopId, order.requestId, scope.cost))
        ? currentBooking(dependencies, shopId, order.bookingId, scope)
        : undefined;
    const found = await lookUp(look, HOW_TO_REPEAT);
    if (!found.ok) return { ...found, resolved: null };
    if (found.value) return found.value.ok ? found.value : { ...found.value, resolved: null };
  }
  return { ...attempt, ok: false };
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
