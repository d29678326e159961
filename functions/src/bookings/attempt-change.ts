import type { BufferReach } from "../catalog/buffer-reach.ts";
import type { Actor } from "../audit/trail.ts";
import type { Shop } from "../catalog/schema.ts";
import type { PlainDate } from "../engine/types.ts";
import { refuse, type Refusal } from "../platform/errors.ts";
import type { BookingEvent } from "../notifications/outbox.ts";
import { roleOf, type Caller } from "./access.ts";
import type { RefusedSlot } from "../reservations/alternatives.ts";
import type { BookingStatus } from "../ledger/booking-status.ts";
import type { Booking } from "./booking.ts";
import type { Change } from "./change-request.ts";
import { etagOf, matches } from "./etag.ts";
import type { BookingRecord } from "./booking-record.ts";
import { isAlreadyAt, readAndDecideLeaving, readAndDecideMove, type Reschedule } from "./reschedule.ts";
import { auditedPlace, type BookingTransaction } from "./booking-store.ts";
import { decideTransition, type Action, type Role } from "./transitions.ts";
import { spellMinutes } from "../platform/spell-minutes.ts";

/** One change to be made: everything that stays the same however often it is attempted. */
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

interface AttemptContext {
  readonly now: number;
  readonly bufferReachOf: (shop: Shop) => BufferReach;
}

/** What has been found out about a change before it is carried out. */
interface ChangeContext {
  readonly tx: BookingTransaction;
  readonly order: ChangeOrder;
  readonly shop: Shop;
  readonly record: BookingRecord;
  readonly role: Role;
  readonly status: BookingStatus;
  readonly bufferReach: BufferReach;
  readonly now: number;
}

const AUDIT_ACTION = {
  reschedule: "booking_rescheduled",
  cancel: "booking_cancelled",
  complete: "booking_completed",
  no_show: "booking_no_show",
} as const satisfies Record<Action, string>;

/** Read all, decide, write all. What is already as asked for is left alone, whatever the condition says. */
export async function attemptChange(
  tx: BookingTransaction,
  order: ChangeOrder,
  { now, bufferReachOf }: AttemptContext,
): Promise<ChangeAttempt> {
  const { change } = order;
  const { shop, record } = await tx.shopAndBooking(order.bookingId);
  const role = record && roleOf(order.caller, record);
  if (!shop || !role) return refused(refuse("not_found", "There is no such booking."));
  const { booking } = record;
  const verdict = decideTransition(change.action, role, booking.status);
  if (verdict.kind === "refused") return refused(verdict);
  const asAsked =
    change.action === "reschedule" ? isAlreadyAt(booking, change) : verdict.kind === "unchanged";
  if (asAsked || verdict.kind === "unchanged") return { kind: "changed", booking, shop, dates: [] };
  if (!matches(order.ifMatch, etagOf(booking))) return refused(refuse("precondition_failed"));
  const untimely = timingRefusal(change.action, role, booking, shop, now);
  if (untimely) return refused(untimely);
  const bufferReach = bufferReachOf(shop);
  const situation = { tx, order, shop, record, role, status: verdict.status, bufferReach, now };
  if (change.action === "reschedule") return reschedule(situation, change);
  return change.action === "cancel" ? cancel(situation) : mark(situation);
}

function refused({ refusal }: { refusal: Refusal }): ChangeAttempt {
  return { kind: "refused", refusal, resolved: null };
}

/** The notice that customers must give, and what staff cannot know before the appointment. */
function timingRefusal(action: Action, role: Role, booking: Booking, shop: Shop, now: number) {
  const start = booking.start * 60_000;
  if (action === "complete" || action === "no_show") return now < start ? refuse("not_begun") : null;
  const notice = shop.policy.cancellation_notice_minutes;
  const isStaff = role === "mechanic" || role === "admin";
  if (isStaff || now <= start - notice * 60_000) return null;
  const message =
    notice === 0
      ? "The appointment has begun."
      : `Changes end ${spellMinutes(notice)} before the appointment.`;
  return refuse("cancellation_window", message, { cancellation_notice_minutes: notice });
}

async function reschedule(situation: ChangeContext, to: Reschedule): Promise<ChangeAttempt> {
  const { tx, shop, record, bufferReach, now } = situation;
  const { booking: before } = record;
  const move = await readAndDecideMove(tx, shop, before, to, bufferReach, now);
  if (!move.ok) return { kind: "refused", refusal: move.refusal, resolved: move.resolved, moving: before };
  tx.writeLedgers(move.booking.mechanic_id, move.accepted);
  if (move.left) tx.writeLedgers(before.mechanic_id, move.left);
  const moved = { ...move.booking, sequence: before.sequence + 1 };
  const details = { from: auditedPlace(before), to: auditedPlace(moved) };
  const days = [...move.accepted.days, ...(move.left?.days ?? [])];
  return write(situation, moved, details, "booking_rescheduled", days);
}

async function cancel(situation: ChangeContext): Promise<ChangeAttempt> {
  const { tx, shop, record, bufferReach, now } = situation;
  const { booking } = record;
  const left = await readAndDecideLeaving(tx, shop, booking, bufferReach, now);
  tx.writeLedgers(booking.mechanic_id, left);
  const cancelled = { ...booking, sequence: booking.sequence + 1 };
  return write(situation, cancelled, auditedPlace(booking), "booking_cancelled", left.days);
}

/** A booking that is over keeps its time: what was kept, or missed, still took it. */
function mark(situation: ChangeContext): ChangeAttempt {
  const { booking } = situation.record;
  return write(situation, booking, auditedPlace(booking), null, []);
}

function write(
  { tx, order, shop, record, role, status, now }: ChangeContext,
  changed: Booking,
  details: Readonly<Record<string, unknown>>,
  told: BookingEvent["kind"] | null,
  days: readonly { readonly date: PlainDate }[],
): ChangeAttempt {
  const { booking: before, secrets } = record;
  // Never the same twice, so that every change gives the booking another validator.
  const updatedAt = Math.max(now, before.updated_at + 1);
  const booking: Booking = { ...changed, status, updated_at: updatedAt };
  const actor: Actor = { kind: role, uid: order.caller.principal?.uid ?? null };
  const line = {
    action: AUDIT_ACTION[order.change.action],
    actor,
    at: updatedAt,
    booking_id: booking.id,
    reason: order.reason,
    details: { ...details, status: { from: before.status, to: status } },
  };
  const previousStart = booking.start === before.start ? null : before.start;
  const occasion = told && { kind: told, booking, previousStart };
  tx.writeChange({ record: { booking, secrets }, line, requestId: order.requestId, occasion });
  return { kind: "changed", booking, shop, dates: days.map(({ date }) => date) };
}
