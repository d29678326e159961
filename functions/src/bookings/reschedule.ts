import { datesOf } from "../availability/day/day-changes.ts";
import type { Mechanic, Service, Shop } from "../catalog/schema.ts";
import type { PlainDate } from "../engine/types.ts";
import { requireReadable } from "../ledger/ledger-document.ts";
import { done, refuse, type Outcome, type Refusal } from "../platform/errors.ts";
import {
  checkMechanic,
  decideReservation,
  isTaken,
  type AcceptedReservation,
  type ReservationHolder,
} from "../reservations/decide-reservation.ts";
import type { LedgerChange } from "../reservations/ledger-change.ts";
import { readAndDecideRelease, type ExistingReservation } from "../reservations/release-time.ts";
import { withMissing, type AttemptContext } from "../reservations/reservation-context.ts";
import { locateSlot, resolveSlot, type ResolvedSlot } from "../reservations/resolve-slot.ts";
import { extentOf, type Booking } from "./booking.ts";
import type { BookingTransaction } from "./booking-store.ts";
import type { Change } from "./change-request.ts";
import { minutes } from "../engine/units.ts";

export type Reschedule = Extract<Change, { action: "reschedule" }>;

/** A booking at its new place, with the ledgers and days that change. */
export interface Move {
  readonly ok: true;
  readonly booking: Booking;
  readonly accepted: AcceptedReservation;
  /** The change of the previous mechanic's ledgers; null when the mechanic stays the same. */
  readonly released: LedgerChange | null;
}
interface RefusedMove {
  readonly ok: false;
  readonly refusal: Refusal;
  readonly resolved: ResolvedSlot | null;
}

/** Tells whether the booking already is where it is to be moved. */
export function isAlreadyAt(booking: Booking, to: Reschedule): boolean {
  return (
    booking.start === to.start &&
    (to.mechanicId ?? booking.mechanic_id) === booking.mechanic_id &&
    (to.durationMinutes ?? booking.duration_minutes) === booking.duration_minutes
  );
}

/** The time that a booking takes, as the reservation code names it. */
export function reservationOf(booking: Booking): ExistingReservation {
  const { id, mechanic_id: mechanicId, date } = booking;
  return { id, mechanicId, date, extent: extentOf(booking) };
}

interface MoveRequest {
  readonly shop: Shop;
  readonly booking: Booking;
  readonly to: Reschedule;
  /** Staff move it: lead time and horizon do not apply to a start that it keeps. */
  readonly isStaff: boolean;
}

/** Reads what the move concerns and decides it by the rules of a new booking. Writes nothing. */
export async function readAndDecideMove(
  tx: BookingTransaction,
  request: MoveRequest,
  attempt: AttemptContext,
): Promise<Move | RefusedMove> {
  const { shop, booking, to } = request;
  const mechanicId = to.mechanicId ?? booking.mechanic_id;
  const stays = mechanicId === booking.mechanic_id;
  const oldDates = stays ? datesOf(shop.time_zone, extentOf(booking)) : [];
  const ledgerDates = union(probableDates(request), oldDates);
  const read = await tx.read({ serviceId: booking.service_id, mechanicId, ledgerDates });
  const resolution = resolveMove(request, read.service);
  if (!resolution.ok) return { ...resolution, resolved: null };
  const resolved = resolution.value;
  const mechanic = checkMechanic(read.mechanic, resolved.service);
  if (!mechanic.ok) return { ...mechanic, resolved };

  const needed = union(resolved.ledgerDates, oldDates);
  const known = await withMissing(tx, mechanicId, read.ledgers, needed);
  const ledgers = known.filter(({ date }) => needed.includes(date));
  const holder: ReservationHolder = { kind: "booking", id: booking.id, expires_at: null, supersedes: [] };
  // Before the new place is looked at: the booking cannot leave, wherever it is to go.
  requireReadable(ledgers.filter(({ date }) => oldDates.includes(date)));
  if (isTaken(resolved, ledgers, holder, attempt.now)) return { ...refuse("slot_taken"), resolved };
  const around = stays ? union([resolved.date], [booking.date]) : [resolved.date];
  const exceptions = (await Promise.all(around.map((date) => tx.exceptionsAround(mechanicId, date)))).flat();
  const candidate = { mechanic: mechanic.value, ledgers, exceptions };
  const bufferReach = attempt.bufferReachOf(shop);
  const { override } = to;
  const decision = decideReservation({
    resolved,
    candidate,
    holder,
    bufferReach,
    now: attempt.now,
    override,
  });
  if (!decision.ok) return { ...refuse(decision.why), resolved };
  const released = stays ? null : await readAndDecideRelease(tx, shop, reservationOf(booking), attempt);
  const accepted = decision.value;
  return { ok: true, booking: movedTo(booking, resolved, mechanic.value, accepted), accepted, released };
}

/** A booking that is moved keeps its length, even if the service is no longer offered in it. */
function resolveMove(
  { shop, booking, to, isStaff }: MoveRequest,
  service: Service | undefined,
): Outcome<ResolvedSlot> {
  const keepsLength = to.durationMinutes === null && service?.active === true;
  const resolution = keepsLength
    ? done(locateSlot(shop, service, to.start, booking.duration_minutes))
    : resolveSlot(shop, service, to);
  const keepsStart = isStaff && to.start === booking.start;
  return resolution.ok && keepsStart ? done({ ...resolution.value, keepsStart }) : resolution;
}

/** The dates of the new place's ledgers, if the service's buffers have not changed since it was booked. */
function probableDates({ shop, booking, to }: MoveRequest): PlainDate[] {
  const travel = shop.policy.travel_minutes;
  const length = to.durationMinutes ?? booking.duration_minutes;
  return datesOf(shop.time_zone, {
    start: minutes(to.start - booking.buffer_before_minutes - travel),
    end: minutes(to.start + length + booking.buffer_after_minutes + travel),
  });
}

function movedTo(
  booking: Booking,
  { slot, service, date }: ResolvedSlot,
  mechanic: Mechanic,
  { entry }: AcceptedReservation,
): Booking {
  return {
    ...booking,
    mechanic_id: mechanic.id,
    date,
    start: slot.start,
    end: slot.end,
    duration_minutes: slot.end - slot.start,
    buffer_before_minutes: service.buffer_before_minutes,
    buffer_after_minutes: service.buffer_after_minutes,
    location_id: entry.location_id,
  };
}

function union(a: readonly PlainDate[], b: readonly PlainDate[]): PlainDate[] {
  return [...new Set([...a, ...b])];
}
