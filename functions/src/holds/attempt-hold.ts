import type { Actor } from "../audit/trail.ts";
import type { Shop } from "../catalog/schema.ts";
import type { PlainDate } from "../engine/types.ts";
import { millis, MINUTE_MS, type Millis } from "../engine/units.ts";
import { refuse } from "../platform/errors.ts";
import type { AcceptedReservation, ReservationHolder } from "../reservations/decide-reservation.ts";
import {
  readAndDecideReservation,
  readReservationContext,
  refused,
  type AttemptContext,
  type RefusedReservation,
} from "../reservations/reservation-context.ts";
import type { ResolvedSlot } from "../reservations/resolve-slot.ts";
import type { Hold } from "./hold.ts";
import type { HoldRequest } from "./hold-request.ts";
import type { HoldTransaction } from "./hold-store.ts";

/** Live holds that one session may have at a time. */
export const MAX_HOLDS = 3;

/** One hold to be made: everything that stays the same in every attempt. */
export interface HoldOrder {
  readonly holdId: string;
  readonly requestId: string;
  readonly sessionHash: string;
  readonly request: HoldRequest;
  readonly actor: Actor;
  /** The date on which the slot probably starts; a wrong guess costs one more read. */
  readonly dateHint: PlainDate;
}

export type HoldAttempt =
  | {
      readonly kind: "held";
      readonly hold: Hold;
      readonly shop: Shop;
      /** The session had the slot already and has now extended its hold. */
      readonly again: boolean;
      readonly dates: readonly PlainDate[];
    }
  | RefusedReservation;

/** Reads all, decides by the rules of a booking, writes all. */
export async function attemptHold(
  tx: HoldTransaction,
  order: HoldOrder,
  attempt: AttemptContext,
): Promise<HoldAttempt> {
  const { request, dateHint, sessionHash, actor } = order;
  const isGuest = actor.kind === "guest";
  const read = await readReservationContext(tx, {
    ...request,
    dateHint,
    isGuest,
    holdId: null,
    override: null,
  });
  if (read.kind === "refused") return read;
  const { resolved } = read.context;
  const { shop } = resolved;
  const { now } = attempt;

  const held = await tx.liveHoldsOf(sessionHash, now);
  const own = held.find((hold) => isHoldOf(hold, resolved, request.mechanicId));
  if (own?.request_id === order.requestId) return { kind: "held", hold: own, shop, again: false, dates: [] };
  if (own?.extended) return refused(refuse("hold_extended"), resolved);
  if (!own && held.length >= MAX_HOLDS) return refused(refuse("hold_limit"), resolved);

  const holder: ReservationHolder = {
    kind: "hold",
    id: own?.id ?? order.holdId,
    expires_at: millis(now + shop.policy.hold_minutes * MINUTE_MS),
    session_hash: sessionHash,
    service_id: resolved.service.id,
    supersedes: [],
  };
  const decision = await readAndDecideReservation(tx, read.context, holder, attempt);
  if (!decision.ok) return refused(refuse(decision.why), resolved);
  const accepted = decision.value;
  const hold = {
    ...newHold(order, resolved, accepted, now),
    ...(own && { extended: true, created_at: own.created_at }),
  };
  tx.writeHold(hold, accepted, { actor, at: now });
  const dates = accepted.days.map(({ date }) => date);
  return { kind: "held", hold, shop, again: own !== undefined, dates };
}

function isHoldOf(hold: Hold, { slot, service }: ResolvedSlot, mechanicId: string): boolean {
  return (
    hold.mechanic_id === mechanicId &&
    hold.service_id === service.id &&
    hold.start === slot.start &&
    hold.end === slot.end
  );
}

function newHold(
  order: HoldOrder,
  { service, slot, date }: ResolvedSlot,
  { entry }: AcceptedReservation,
  now: Millis,
): Hold {
  return {
    id: entry.id,
    service_id: service.id,
    mechanic_id: order.request.mechanicId,
    date,
    start: slot.start,
    end: slot.end,
    extent_start: entry.start,
    extent_end: entry.end,
    location_id: entry.location_id,
    session_hash: order.sessionHash,
    extended: false,
    request_id: order.requestId,
    created_at: now,
    expires_at: entry.expires_at ?? now,
  };
}
