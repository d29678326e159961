import type { Actor } from "../audit/trail.ts";
import { isRezoning } from "../catalog/ledger-zone.ts";
import type { Shop } from "../catalog/schema.ts";
import type { PlainDate } from "../engine/types.ts";
import { millis, type Millis, minutes, toMillis } from "../engine/units.ts";
import type { BookingStatus } from "../ledger/booking-status.ts";
import type { ManageLinks } from "../notifications/manage-links.ts";
import type { BookingEvent } from "../notifications/outbox.ts";
import { refuse } from "../platform/errors.ts";
import { matches } from "../platform/http/etag.ts";
import { spellMinutes } from "../platform/spell-minutes.ts";
import type { RefusedSlot } from "../reservations/alternatives.ts";
import { readAndDecideRelease } from "../reservations/release-time.ts";
import { refused, type AttemptContext } from "../reservations/reservation-context.ts";
import { roleOf, type Caller } from "./access.ts";
import { extentOf, type Booking } from "./booking.ts";
import type { BookingRecord } from "./booking-record.ts";
import { auditedOverride, auditedPlace, type BookingTransaction } from "./booking-store.ts";
import type { Change } from "./change-request.ts";
import { etagOf } from "./etag.ts";
import { isAlreadyAt, readAndDecideMove, reservationOf, type Reschedule } from "./reschedule.ts";
import { decideTransition, type Action, type Role } from "./transitions.ts";

/** One change to be made: everything that stays the same in every attempt. */
export interface ChangeOrder {
  readonly bookingId: string;
  readonly requestId: string;
  readonly caller: Caller;
  readonly change: Change;
  readonly ifMatch: string | null;
  readonly reason: string | null;
}

export type ChangeAttempt =
  | {
      readonly kind: "changed";
      readonly booking: Booking;
      readonly shop: Shop;
      readonly dates: readonly PlainDate[];
    }
  | ({ readonly kind: "refused" } & RefusedSlot);

/** What has been read and decided about a change before it is carried out. */
interface ChangeContext {
  readonly tx: BookingTransaction;
  readonly order: ChangeOrder;
  readonly shop: Shop;
  readonly record: BookingRecord;
  readonly role: Role;
  readonly status: BookingStatus;
  readonly attempt: AttemptContext & { readonly manageLinks: ManageLinks };
}

const AUDIT_ACTION = {
  reschedule: "booking_rescheduled",
  cancel: "booking_cancelled",
  complete: "booking_completed",
  no_show: "booking_no_show",
} as const satisfies Record<Action, string>;

/** Reads all, decides, writes all. A booking that is already as requested is left alone, whatever If-Match says. */
export async function attemptChange(
  tx: BookingTransaction,
  order: ChangeOrder,
  attempt: ChangeContext["attempt"],
): Promise<ChangeAttempt> {
  const { change } = order;
  const { shop, record } = await tx.shopAndBooking(order.bookingId);
  const role = record && roleOf(order.caller, record, attempt.manageLinks);
  if (!shop || !role) return refused(refuse("not_found", "There is no such booking."));
  const { booking } = record;
  const transition = decideTransition(change.action, role, booking.status);
  if (transition.kind === "refused") return refused(transition);
  const isDone =
    transition.kind === "unchanged" || (change.action === "reschedule" && isAlreadyAt(booking, change));
  if (isDone) return { kind: "changed", booking, shop, dates: [] };
  if (change.action === "reschedule" && change.override && !mayMoveOutside(role, booking, change)) {
    return refused(refuse("forbidden", "Only the mechanic and admins of the shop may book outside hours."));
  }
  if (change.action === "reschedule" && !shop.active) return refused(refuse("shop_inactive"));
  const changesTime = change.action === "reschedule" || change.action === "cancel";
  if (changesTime && isRezoning(shop)) return refused(refuse("shop_rezoning"));
  if (!matches(order.ifMatch, etagOf(booking))) return refused(refuse("precondition_failed"));
  const refusal = timingRefusal(change.action, role, { booking, shop, now: attempt.now });
  if (refusal) return refused(refusal);
  const context = { tx, order, shop, record, role, status: transition.status, attempt };
  if (change.action === "reschedule") return reschedule(context, change);
  return change.action === "cancel" ? cancel(context) : mark(context);
}

/** Refuses what comes too late for a customer, or too early for staff to know. */
function timingRefusal(
  action: Action,
  role: Role,
  { booking, shop, now }: { booking: Booking; shop: Shop; now: Millis },
) {
  const start = toMillis(booking.start);
  if (action === "complete" || action === "no_show") return now < start ? refuse("not_begun") : null;
  const notice = shop.policy.cancellation_notice_minutes;
  if (isStaffRole(role) || now <= toMillis(minutes(booking.start - notice))) return null;
  const message =
    notice === 0
      ? "The appointment has begun."
      : `Changes end ${spellMinutes(notice)} before the appointment.`;
  return refuse("cancellation_window", message, { cancellation_notice_minutes: notice });
}

function isStaffRole(role: Role): boolean {
  return role === "mechanic" || role === "admin";
}

/** An admin may move a booking outside anyone's hours, a mechanic outside their own. */
function mayMoveOutside(role: Role, booking: Booking, { mechanicId }: Reschedule): boolean {
  return (
    role === "admin" || (role === "mechanic" && (mechanicId ?? booking.mechanic_id) === booking.mechanic_id)
  );
}

async function reschedule(context: ChangeContext, to: Reschedule): Promise<ChangeAttempt> {
  const { tx, shop, record, role, attempt } = context;
  const { booking: before } = record;
  const isStaff = isStaffRole(role);
  const move = await readAndDecideMove(tx, { shop, booking: before, to, isStaff }, attempt);
  if (!move.ok) {
    const { mechanic_id: mechanicId, date, start, end } = before;
    const moving = { mechanicId, date, slot: { start, end }, extent: extentOf(before) };
    return { kind: "refused", refusal: move.refusal, resolved: move.resolved, moving };
  }
  tx.writeLedgers(move.booking.mechanic_id, move.accepted);
  if (move.released) tx.writeLedgers(before.mechanic_id, move.released);
  const moved = { ...move.booking, sequence: before.sequence + 1 };
  const places = { from: auditedPlace(before), to: auditedPlace(moved) };
  const details = { ...places, ...auditedOverride(move.accepted) };
  const days = [...move.accepted.days, ...(move.released?.days ?? [])];
  return write(context, { changed: moved, details, notify: "booking_rescheduled", days });
}

async function cancel(context: ChangeContext): Promise<ChangeAttempt> {
  const { tx, shop, record, attempt } = context;
  const { booking } = record;
  const released = await readAndDecideRelease(tx, shop, reservationOf(booking), attempt);
  tx.writeLedgers(booking.mechanic_id, released);
  const changed = { ...booking, sequence: booking.sequence + 1 };
  const details = auditedPlace(booking);
  return write(context, { changed, details, notify: "booking_cancelled", days: released.days });
}

/** Completes a booking or marks it missed. It keeps its time: the appointment took it either way. */
function mark(context: ChangeContext): ChangeAttempt {
  const { booking } = context.record;
  return write(context, { changed: booking, details: auditedPlace(booking), notify: null, days: [] });
}

interface ChangeResult {
  readonly changed: Booking;
  readonly details: Readonly<Record<string, unknown>>;
  /** Null where the customer is not told. */
  readonly notify: BookingEvent["kind"] | null;
  readonly days: readonly { readonly date: PlainDate }[];
}

function write(context: ChangeContext, { changed, details, notify, days }: ChangeResult): ChangeAttempt {
  const { tx, order, shop, record, role, status, attempt } = context;
  const { booking: before } = record;
  // Strictly increasing, so that every change gives the booking another ETag.
  const updatedAt = millis(Math.max(attempt.now, before.updated_at + 1));
  const booking: Booking = { ...changed, status, updated_at: updatedAt };
  const actor: Actor = { kind: role, uid: order.caller.principal?.uid ?? null };
  const auditEntry = {
    action: AUDIT_ACTION[order.change.action],
    actor,
    at: updatedAt,
    booking_id: booking.id,
    reason: order.reason,
    details: { ...details, status: { from: before.status, to: status } },
  };
  const previousStart = booking.start === before.start ? null : before.start;
  const event = notify && { kind: notify, booking, previousStart };
  tx.writeChange({ booking, auditEntry, requestId: order.requestId, event });
  return { kind: "changed", booking, shop, dates: days.map(({ date }) => date) };
}
