import { roleOf, type Caller } from "../../bookings/access.ts";
import { WORTH_ANOTHER_MECHANIC, type BookDependencies } from "../../bookings/attempt-until-settled.ts";
import type { Booking } from "../../bookings/booking.ts";
import { settleChange, type BookingInZone } from "../../bookings/change-booking.ts";
import { etagOf } from "../../bookings/etag.ts";
import { done, refuse, type ErrorCode, type Outcome } from "../../platform/errors.ts";
import { atPresent, type Scope } from "../../platform/scope.ts";
import { proposeMechanic } from "../../reservations/any-mechanic.ts";

export interface ReassignCommand {
  readonly shopId: string;
  readonly bookingId: string;
  readonly caller: Caller;
  /** The mechanic whom the bookings of a range leave: one that has left is moved already. Null for named bookings. */
  readonly fromMechanicId: string | null;
  /** Null: any other qualified mechanic who is free. */
  readonly toMechanicId: string | null;
  readonly reason: string | null;
  /** The id of this booking's move where the request has an Idempotency-Key. */
  readonly requestId: string | null;
}

/**
 * Moves a booking to another mechanic at the same time and length, and notifies its customer. A booking that changes
 * between its read and its move is left as it is: its customer may have moved it.
 */
export async function reassignBooking(
  dependencies: BookDependencies,
  command: ReassignCommand,
  scope: Scope,
): Promise<Outcome<BookingInZone>> {
  const { bookings, manageLinks, catalog } = dependencies;
  const { shopId, bookingId, caller, fromMechanicId, toMechanicId, requestId } = command;
  const record = await bookings.booking(shopId, bookingId, scope.cost);
  if (!record) return refuse("not_found", "There is no such booking.");
  const { booking } = record;
  const isMoved =
    (fromMechanicId !== null && booking.mechanic_id !== fromMechanicId) ||
    (requestId !== null && (await bookings.wasCommitted(shopId, requestId, scope.cost)));
  if (isMoved) {
    const shop = await catalog.shop(shopId, scope.cost);
    return done({ booking, zone: shop?.time_zone ?? "UTC" });
  }
  if (!roleOf(caller, record, manageLinks)) return refuse("not_found", "There is no such booking.");
  // The table of transitions refuses a booking in another status, so no mechanic need be found for it.
  const isNamed = toMechanicId !== null || booking.status !== "confirmed";
  return isNamed
    ? moveTo(dependencies, { command, booking, mechanicId: toMechanicId }, scope)
    : moveToAny(dependencies, { command, booking }, scope);
}

interface MoveTask {
  readonly command: ReassignCommand;
  readonly booking: Booking;
}

function moveTo(
  dependencies: BookDependencies,
  { command, booking, mechanicId }: MoveTask & { readonly mechanicId: string | null },
  scope: Scope,
): Promise<Outcome<BookingInZone>> {
  const { shopId, bookingId, caller, reason, requestId } = command;
  const { start } = booking;
  const change = { action: "reschedule", start, mechanicId, durationMinutes: null, override: null } as const;
  const order = { shopId, bookingId, caller, reason, change, ifMatch: etagOf(booking) };
  return settleChange(dependencies, requestId === null ? order : { ...order, requestId }, scope);
}

/** Tries the mechanics by the fewest bookings that day, until one is free or none is left. */
async function moveToAny(
  dependencies: BookDependencies,
  task: MoveTask,
  scope: Scope,
): Promise<Outcome<BookingInZone>> {
  const { shopId } = task.command;
  const { start, service_id: serviceId, mechanic_id, duration_minutes } = task.booking;
  const tried = new Map<string, ErrorCode>([[mechanic_id, "mechanic_inactive"]]);
  for (;;) {
    const request = { shopId, serviceId, start, durationMinutes: null, keptMinutes: duration_minutes, tried };
    const proposed = await proposeMechanic(dependencies, request, atPresent(scope, dependencies.clock));
    if (proposed.kind === "refused") return explained(proposed.refusal.error, proposed.refusal.message);
    const { mechanicId } = proposed;
    const moved = await moveTo(dependencies, { ...task, mechanicId }, scope);
    if (moved.ok || !WORTH_ANOTHER_MECHANIC.has(moved.refusal.error)) return moved;
    tried.set(mechanicId, moved.refusal.error);
  }
}

function explained(error: ErrorCode, message: string): Outcome<never> {
  const isAboutMechanics = WORTH_ANOTHER_MECHANIC.has(error);
  return refuse(error, isAboutMechanics ? "No other qualified mechanic is free at that time." : message);
}
