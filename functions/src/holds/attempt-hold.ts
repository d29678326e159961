import type { BufferReach } from "../catalog/buffer-reach.ts";
import type { Shop } from "../catalog/schema.ts";
import type { PlainDate } from "../engine/types.ts";
import { refuse } from "../platform/errors.ts";
import {
  readReservationContext,
  readAndDecideReservation,
  refused,
  type RefusedReservation,
} from "../reservations/reservation-context.ts";
import type {
  ResolvedSlot,
  ReservationHolder,
  AcceptedReservation,
} from "../reservations/decide-reservation.ts";
import type { Hold } from "./hold.ts";
import type { HoldRequest } from "./hold-request.ts";
import type { HoldTransaction } from "./hold-store.ts";

/** Live holds that one session may have at a time. */
export const MOST_HOLDS = 3;

/** One hold to be made: everything that stays the same however often it is attempted. */
export interface HoldOrder {
  readonly holdId: string;
  readonly requestId: string;
  readonly sessionHash: string;
  readonly request: HoldRequest;
  readonly isGuest: boolean;
  /** The date the slot probably starts on; a wrong guess costs one more read. */
  readonly dateHint: PlainDate;
}

export type HoldAttempt =
  | {
      readonly kind: "held";
      readonly hold: Hold;
      readonly shop: Shop;
      /** The session had the slot already: now it has it for longer. */
      readonly again: boolean;
      readonly dates: readonly PlainDate[];
    }
  | RefusedReservation;

interface AttemptContext {
  readonly now: number;
  readonly bufferReachOf: (shop: Shop) => BufferReach;
}

/** Read all, decide, write all: a hold is decision by the same rules as a booking. */
export async function attemptHold(
  tx: HoldTransaction,
  order: HoldOrder,
  { now, bufferReachOf }: AttemptContext,
): Promise<HoldAttempt> {
  const { request, dateHint, sessionHash, isGuest } = order;
  const context = await readReservationContext(tx, { ...request, dateHint, isGuest, holdId: null });
  if (context.kind === "refused") return context;
  const { resolved } = context.value;
  const { shop } = resolved;

  const held = await tx.liveHoldsOf(sessionHash, now);
  const own = held.find((hold) => isOf(hold, resolved, request.mechanicId));
  if (own?.request_id === order.requestId) return { kind: "held", hold: own, shop, again: false, dates: [] };
  if (own?.extended) return refused(refuse("hold_extended"), resolved);
  if (!own && held.length >= MOST_HOLDS) return refused(refuse("hold_limit"), resolved);

  const holder: ReservationHolder = {
    kind: "hold",
    id: own?.id ?? order.holdId,
    expires_at: now + shop.policy.hold_minutes * 60_000,
    session_hash: sessionHash,
    service_id: resolved.service.id,
    supersedes: [],
  };
  const decision = await readAndDecideReservation(tx, context.value, holder, bufferReachOf(shop), now);
  if (!decision.ok) return refused(refuse(decision.why), resolved);
  const hold = {
    ...newHold(order, resolved, decision.value, now),
    ...(own && { extended: true, created_at: own.created_at }),
  };
  tx.writeHold(hold, decision.value);
  const dates = decision.value.days.map(({ date }) => date);
  return { kind: "held", hold, shop, again: own !== undefined, dates };
}

function isOf(hold: Hold, { slot, service }: ResolvedSlot, mechanicId: string): boolean {
  return (
    hold.mechanic_id === mechanicId &&
    hold.service_id === service.id &&
    hold.start === slot.start &&
    hold.end === slot.end
  );
}

function newHold(
  order: HoldOrder,
  resolved: ResolvedSlot,
  { entry }: AcceptedReservation,
  now: number,
): Hold {
  return {
    id: entry.id,
    service_id: resolved.service.id,
    mechanic_id: order.request.mechanicId,
    date: resolved.date,
    start: resolved.slot.start,
    end: resolved.slot.end,
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
