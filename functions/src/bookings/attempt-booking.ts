import type { BufferReach } from "../catalog/buffer-reach.ts";
import type { Mechanic, Shop } from "../catalog/schema.ts";
import type { PlainDate } from "../engine/types.ts";
import { refuse } from "../platform/errors.ts";
import type { Actor } from "../audit/trail.ts";
import {
  readReservationContext,
  readAndDecideReservation,
  refused,
  type RefusedReservation,
} from "../reservations/reservation-context.ts";
import type { Booking } from "./booking.ts";
import { checkHold } from "./consume-hold.ts";
import {
  hasReservation,
  newBooking,
  type ResolvedSlot,
  type ReservationHolder,
  type AcceptedReservation,
} from "../reservations/decide-reservation.ts";
import type { BookingSecrets } from "./booking-record.ts";
import type { BookingRequest } from "./booking-request.ts";
import type { BookingTransaction } from "./booking-store.ts";

/** One booking to be made: everything that stays the same however often it is attempted. */
export interface BookingOrder {
  readonly bookingId: string;
  readonly request: BookingRequest;
  readonly customerUid: string | null;
  /** Nobody is signed in: not every shop takes such bookings. */
  readonly isGuest: boolean;
  readonly actor: Actor;
  readonly secrets: BookingSecrets;
  readonly mechanicId: string;
  /** The date the slot probably starts on; a wrong guess costs one more read. */
  readonly dateHint: PlainDate;
}

export type Attempt =
  | {
      readonly kind: "booked";
      readonly booking: Booking;
      readonly shop: Shop;
      readonly dates: readonly PlainDate[];
    }
  /** The slot is already taken by this very booking: an earlier attempt was committed and its answer lost. */
  | { readonly kind: "already"; readonly shop: Shop }
  | RefusedReservation;

interface AttemptContext {
  readonly now: number;
  readonly bufferReachOf: (shop: Shop) => BufferReach;
}

/** Read all, decide, write all: openness is derived from what is read here, never from a cache. */
export async function attemptBooking(
  tx: BookingTransaction,
  order: BookingOrder,
  { now, bufferReachOf }: AttemptContext,
): Promise<Attempt> {
  const { request, mechanicId, dateHint, isGuest } = order;
  const holdId = request.hold?.holdId ?? null;
  const context = await readReservationContext(tx, { ...request, mechanicId, dateHint, isGuest, holdId });
  if (context.kind === "refused") return context;
  const { resolved, mechanic, ledgers } = context.value;
  const { shop } = resolved;
  if (hasReservation(ledgers, order.bookingId)) return { kind: "already", shop };
  const { hold } = request;
  if (hold) {
    const usable = await checkHold(tx, resolved, ledgers, hold, now);
    if (!usable.ok) return refused(usable);
  }
  const holder: ReservationHolder = {
    kind: "booking",
    id: order.bookingId,
    expires_at: null,
    supersedes: hold ? [hold.holdId] : [],
  };
  const decision = await readAndDecideReservation(tx, context.value, holder, bufferReachOf(shop), now);
  return decision.ok
    ? commit(tx, order, resolved, mechanic, decision.value, now)
    : refused(refuse(decision.why), resolved);
}

function commit(
  tx: BookingTransaction,
  order: BookingOrder,
  resolved: ResolvedSlot,
  mechanic: Mechanic,
  accepted: AcceptedReservation,
  now: number,
): Attempt {
  const booking = newBooking(resolved, mechanic, accepted.entry, order.request, order.customerUid, now);
  const holdId = order.request.hold?.holdId ?? null;
  tx.writeNewBooking({ booking, secrets: order.secrets }, accepted, order.actor, holdId);
  return { kind: "booked", booking, shop: resolved.shop, dates: accepted.days.map(({ date }) => date) };
}
