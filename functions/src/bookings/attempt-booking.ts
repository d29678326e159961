import type { Reach } from "../catalog/buffer-reach.ts";
import type { Mechanic, Shop } from "../catalog/schema.ts";
import type { PlainDate } from "../engine/types.ts";
import { refuse } from "../platform/errors.ts";
import type { Actor } from "../audit/trail.ts";
import { approach, placeOn, refused, type Refused } from "../reservations/reservation-context.ts";
import type { Booking } from "./booking.ts";
import { checkHold } from "./consume-hold.ts";
import {
  alreadyIn,
  newBooking,
  type Aim,
  type Claim,
  type Placement,
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
  | Refused;

interface Circumstances {
  readonly now: number;
  readonly reachOf: (shop: Shop) => Reach;
}

/** Read all, decide, write all: openness is derived from what is read here, never from a cache. */
export async function attemptBooking(
  tx: BookingTransaction,
  order: BookingOrder,
  { now, reachOf }: Circumstances,
): Promise<Attempt> {
  const { request, mechanicId, dateHint, isGuest } = order;
  const holdId = request.hold?.holdId ?? null;
  const approached = await approach(tx, { ...request, mechanicId, dateHint, isGuest, holdId });
  if (approached.kind === "refused") return approached;
  const { aim, mechanic, ledgers } = approached.value;
  const { shop } = aim;
  if (alreadyIn(ledgers, order.bookingId)) return { kind: "already", shop };
  const { hold } = request;
  if (hold) {
    const usable = await checkHold(tx, aim, ledgers, hold, now);
    if (!usable.ok) return refused(usable);
  }
  const claim: Claim = {
    kind: "booking",
    id: order.bookingId,
    expires_at: null,
    supersedes: hold ? [hold.holdId] : [],
  };
  const placed = await placeOn(tx, approached.value, claim, reachOf(shop), now);
  return placed.ok ? commit(tx, order, aim, mechanic, placed.value, now) : refused(refuse(placed.why), aim);
}

function commit(
  tx: BookingTransaction,
  order: BookingOrder,
  aim: Aim,
  mechanic: Mechanic,
  placement: Placement,
  now: number,
): Attempt {
  const booking = newBooking(aim, mechanic, placement.entry, order.request, order.customerUid, now);
  const holdId = order.request.hold?.holdId ?? null;
  tx.writeNewBooking({ booking, secrets: order.secrets }, placement, order.actor, holdId);
  return { kind: "booked", booking, shop: aim.shop, dates: placement.days.map(({ date }) => date) };
}
