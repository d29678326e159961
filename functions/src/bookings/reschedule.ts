import type { BufferReach } from "../catalog/buffer-reach.ts";
import { datesOf } from "../availability/day/day-changes.ts";
import type { Mechanic, Shop } from "../catalog/schema.ts";
import { unknownMechanic } from "../catalog/schema.ts";
import type { PlainDate } from "../engine/types.ts";
import { done, refuse, type Refusal } from "../platform/errors.ts";
import type { DayLedger } from "../ledger/ledger.ts";
import { extentOf, type Booking } from "./booking.ts";
import type { Change } from "./change-request.ts";
import { removeFromLedgers, type LedgerChange } from "../reservations/ledger-change.ts";
import {
  resolveSlot,
  locateSlot,
  checkMechanic,
  isTaken,
  decideReservation,
  type ResolvedSlot,
  type ReservationHolder,
  type AcceptedReservation,
} from "../reservations/decide-reservation.ts";
import type { BookingTransaction } from "./booking-store.ts";

export type Reschedule = Extract<Change, { action: "reschedule" }>;

/** A booking at its new place, and everything that follows for ledgers and days. */
export interface Move {
  readonly ok: true;
  readonly booking: Booking;
  readonly accepted: AcceptedReservation;
  /** Where it was, if that was another mechanic's time. */
  readonly left: LedgerChange | null;
}
interface NoMove {
  readonly ok: false;
  readonly refusal: Refusal;
  readonly resolved: ResolvedSlot | null;
}

/** Whether the booking already is where it is to be moved. */
export function isAlreadyAt(booking: Booking, to: Reschedule): boolean {
  return (
    booking.start === to.start &&
    (to.mechanicId ?? booking.mechanic_id) === booking.mechanic_id &&
    (to.durationMinutes ?? booking.duration_minutes) === booking.duration_minutes
  );
}

/** Reads what the move concerns and decides it by the rules of a new booking. Writes nothing. */
export async function readAndDecideMove(
  tx: BookingTransaction,
  shop: Shop,
  booking: Booking,
  to: Reschedule,
  bufferReach: BufferReach,
  now: number,
): Promise<Move | NoMove> {
  const mechanicId = to.mechanicId ?? booking.mechanic_id;
  const stays = mechanicId === booking.mechanic_id;
  const oldDates = datesOf(shop.time_zone, extentOf(booking));
  const guessed = union(probableDates(shop, booking, to), stays ? oldDates : []);
  const read = await tx.serviceMechanicLedgers(booking.service_id, mechanicId, guessed);
  // The length it has stays its own, even if the service is not offered in it any more.
  const keepsLength = to.durationMinutes === null && read.service?.active === true;
  const resolution =
    keepsLength && read.service
      ? done(locateSlot(shop, read.service, to.start, booking.duration_minutes))
      : resolveSlot(shop, read.service, to);
  if (!resolution.ok) return { ...resolution, resolved: null };
  const resolved = resolution.value;
  const mechanic = checkMechanic(read.mechanic, resolved.service);
  if (!mechanic.ok) return { ...mechanic, resolved };

  const needed = union(resolved.ledgerDates, stays ? oldDates : []);
  const ledgers = await complete(tx, mechanicId, read.ledgers, needed);
  const holder: ReservationHolder = { kind: "booking", id: booking.id, expires_at: null, supersedes: [] };
  if (isTaken(resolved, ledgers, holder, now)) return { ...refuse("slot_taken"), resolved };
  const around = stays ? union([resolved.date], [booking.date]) : [resolved.date];
  const exceptions = (await Promise.all(around.map((date) => tx.exceptionsAround(mechanicId, date)))).flat();
  const candidate = { mechanic: mechanic.value, ledgers, exceptions };
  const decision = decideReservation(resolved, candidate, holder, bufferReach, now);
  if (!decision.ok) return { ...refuse(decision.why), resolved };
  const left = stays ? null : await readAndDecideLeaving(tx, shop, booking, bufferReach, now);
  return {
    ok: true,
    booking: movedTo(booking, resolved, mechanic.value, decision.value),
    accepted: decision.value,
    left,
  };
}

/** How ledgers and days change when a booking gives up its time. */
export async function readAndDecideLeaving(
  tx: BookingTransaction,
  shop: Shop,
  booking: Booking,
  bufferReach: BufferReach,
  now: number,
): Promise<LedgerChange> {
  const dates = datesOf(shop.time_zone, extentOf(booking));
  const { mechanic, ledgers } = await tx.mechanicAndLedgers(booking.mechanic_id, dates);
  const context = {
    shop,
    mechanic: mechanic ?? unknownMechanic(booking.mechanic_id),
    exceptions: await tx.exceptionsAround(booking.mechanic_id, booking.date),
    bufferReach,
  };
  return removeFromLedgers(context, ledgers, new Set([booking.id]), now);
}

/** The dates of the new place's ledgers, if the service's buffers are still what they were. */
function probableDates(shop: Shop, booking: Booking, to: Reschedule): PlainDate[] {
  const travel = shop.policy.travel_minutes;
  const length = to.durationMinutes ?? booking.duration_minutes;
  return datesOf(shop.time_zone, {
    start: to.start - booking.buffer_before_minutes - travel,
    end: to.start + length + booking.buffer_after_minutes + travel,
  });
}

async function complete(
  tx: BookingTransaction,
  mechanicId: string,
  known: readonly DayLedger[],
  needed: readonly PlainDate[],
): Promise<DayLedger[]> {
  const missing = needed.filter((date) => !known.some((ledger) => ledger.date === date));
  const rest = await tx.ledgers(mechanicId, missing);
  return [...known, ...rest].filter(({ date }) => needed.includes(date));
}

function movedTo(
  booking: Booking,
  resolved: ResolvedSlot,
  mechanic: Mechanic,
  { entry }: AcceptedReservation,
): Booking {
  const { slot, service, date } = resolved;
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
    outside_hours: false,
  };
}

function union(a: readonly PlainDate[], b: readonly PlainDate[]): PlainDate[] {
  return [...new Set([...a, ...b])];
}
