import type { Actor } from "../audit/trail.ts";
import type { Shop } from "../catalog/schema.ts";
import type { PlainDate } from "../engine/types.ts";
import { refuse } from "../platform/errors.ts";
import { hasReservation, type ReservationHolder } from "../reservations/decide-reservation.ts";
import {
  readAndDecideReservation,
  readReservationContext,
  refused,
  type AttemptContext,
  type RefusedReservation,
} from "../reservations/reservation-context.ts";
import type { Booking } from "./booking.ts";
import type { BookingRequest } from "./booking-request.ts";
import type { BookingTransaction } from "./booking-store.ts";
import { checkHold } from "./consume-hold.ts";
import { newBooking } from "./new-booking.ts";

/** One booking to be made: everything that stays the same in every attempt. */
export interface BookingOrder {
  readonly bookingId: string;
  readonly request: BookingRequest;
  readonly customerUid: string | null;
  readonly isGuest: boolean;
  readonly actor: Actor;
  readonly requestId: string;
  readonly mechanicId: string;
  /** The date on which the slot probably starts; a wrong guess costs one more read. */
  readonly dateHint: PlainDate;
}

export type BookingAttempt =
  | {
      readonly kind: "booked";
      readonly booking: Booking;
      readonly shop: Shop;
      readonly dates: readonly PlainDate[];
    }
  /** The ledger has this very booking: an earlier attempt was committed and its answer lost. */
  | { readonly kind: "already"; readonly shop: Shop }
  | RefusedReservation;

/** Reads all, decides, writes all. */
export async function attemptBooking(
  tx: BookingTransaction,
  order: BookingOrder,
  attempt: AttemptContext,
): Promise<BookingAttempt> {
  const { request, mechanicId, dateHint, isGuest, bookingId } = order;
  const { hold } = request;
  const holdId = hold?.holdId ?? null;
  const read = await readReservationContext(tx, { ...request, mechanicId, dateHint, isGuest, holdId });
  if (read.kind === "refused") return read;
  const { context } = read;
  const { resolved, ledgers, mechanic } = context;
  const { shop } = resolved;
  if (hasReservation(ledgers, bookingId)) return { kind: "already", shop };
  if (hold) {
    const usable = await checkHold(tx, context, hold, attempt.now);
    if (!usable.ok) return refused(usable);
  }
  const supersedes = holdId === null ? [] : [holdId];
  const holder: ReservationHolder = { kind: "booking", id: bookingId, expires_at: null, supersedes };
  const decision = await readAndDecideReservation(tx, context, holder, attempt);
  if (!decision.ok) return refused(refuse(decision.why), resolved);
  const accepted = decision.value;
  const { customerUid, requestId, actor } = order;
  const { entry } = accepted;
  const booking = newBooking({ resolved, mechanic, entry, request, customerUid, now: attempt.now });
  tx.writeNewBooking({ booking, requestId, accepted, actor, holdId });
  return { kind: "booked", booking, shop, dates: accepted.days.map(({ date }) => date) };
}
