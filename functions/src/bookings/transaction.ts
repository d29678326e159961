import type { Mechanic, Shop } from "../catalog/schema.ts";
import type { PlainDate } from "../engine/types.ts";
import { refuse, type Refusal } from "../errors.ts";
import type { Actor } from "../audit/trail.ts";
import type { Booking } from "./booking.ts";
import type { DayLedger } from "../ledger/ledger.ts";
import { checkHold } from "./consume-hold.ts";
import {
  aimAt,
  alreadyIn,
  checkMechanic,
  isTaken,
  newBooking,
  place,
  type Aim,
  type Claim,
  type Placement,
} from "./plan.ts";
import type { BookingSecrets } from "./record.ts";
import type { BookingRequest } from "./request.ts";
import type { BookingTransaction } from "./store.ts";

/** One booking to be made: everything that stays the same however often it is attempted. */
export interface BookingOrder {
  readonly bookingId: string;
  readonly request: BookingRequest;
  readonly customerUid: string | null;
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
  | { readonly kind: "refused"; readonly refusal: Refusal; readonly aim: Aim | null };

interface Circumstances {
  readonly now: number;
  readonly reachMinutes: (shop: Shop) => number;
}

/** Read all, decide, write all: openness is derived from what is read here, never from a cache. */
export async function attemptBooking(
  tx: BookingTransaction,
  order: BookingOrder,
  { now, reachMinutes }: Circumstances,
): Promise<Attempt> {
  const { request, mechanicId, dateHint } = order;
  const opening = await tx.open(request.serviceId, mechanicId, [dateHint]);
  const { shop } = opening;
  if (!shop) return refused(refuse("not_found", "There is no such shop."));
  if (order.customerUid === null && !shop.policy.allow_guest_booking) {
    return refused(refuse("unauthenticated", "This shop takes bookings of signed-in customers only."));
  }
  const aimed = aimAt(shop, opening.service, request);
  if (!aimed.ok) return refused(aimed);
  const aim = aimed.value;
  const qualified = checkMechanic(opening.mechanic, aim.service);
  if (!qualified.ok) return refused(qualified, aim);

  const missing = aim.ledgerDates.filter((date) => date !== dateHint);
  const known = opening.ledgers.filter(({ date }) => aim.ledgerDates.includes(date));
  const ledgers = [...known, ...(await tx.ledgers(mechanicId, missing))];
  const { hold } = request;
  if (hold && !alreadyIn(ledgers, order.bookingId)) {
    const usable = await checkHold(tx, aim, ledgers, hold, now);
    if (!usable.ok) return refused(usable);
  }
  const claim: Claim = {
    kind: "booking",
    id: order.bookingId,
    expires_at: null,
    supersedes: hold ? [hold.holdId] : [],
  };
  if (alreadyIn(ledgers, order.bookingId)) return { kind: "already", shop };
  const mechanic = qualified.value;
  const placed = await placeWith(tx, aim, mechanic, ledgers, claim, reachMinutes(shop), now);
  return placed.ok ? commit(tx, order, aim, mechanic, placed.value, now) : refused(refuse(placed.why), aim);
}

function refused({ refusal }: { refusal: Refusal }, aim: Aim | null = null): Attempt {
  return { kind: "refused", refusal, aim };
}

async function placeWith(
  tx: BookingTransaction,
  aim: Aim,
  mechanic: Mechanic,
  ledgers: readonly DayLedger[],
  claim: Claim,
  reachMinutes: number,
  now: number,
): Promise<ReturnType<typeof place>> {
  // A slot that is taken is refused without reading the exceptions: the loser of a race answers sooner.
  if (isTaken(aim, ledgers, claim, now)) return { ok: false, why: "slot_taken" };
  const exceptions = await tx.exceptionsAround(mechanic.id, aim.date);
  return place(aim, { mechanic, ledgers, exceptions }, claim, reachMinutes, now);
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
