import type { Actor } from "../audit/trail.ts";
import type { Shop } from "../catalog/schema.ts";
import { done, type Outcome } from "../platform/errors.ts";
import { lookUp, refuseGivenUp, runUntilSettled } from "../platform/firestore/settle.ts";
import { atPresent, type Scope } from "../platform/scope.ts";
import { withAlternatives } from "../reservations/alternatives.ts";
import { mechanicDayKey } from "../reservations/mechanic-day-key.ts";
import { beginAttempt, type ReservationDependencies } from "../reservations/reservation-dependencies.ts";
import { attemptHold, type HoldOrder } from "./attempt-hold.ts";
import type { Hold } from "./hold.ts";
import type { HoldRequest } from "./hold-request.ts";
import type { HoldStore, HoldTransaction } from "./hold-store.ts";
import { hashSession } from "./session.ts";

export interface HoldCommand {
  readonly shopId: string;
  readonly request: HoldRequest;
  readonly sessionId: string;
  readonly actor: Actor;
}

export interface Held {
  readonly hold: Hold;
  readonly shop: Shop;
  /** The session had the slot already and has now extended its hold. */
  readonly again: boolean;
}

export interface HoldDependencies extends ReservationDependencies {
  readonly holds: HoldStore;
}

const HOW_TO_REPEAT =
  "Repeat the request with the same session: if the slot is held, the answer is that hold, extended.";

/** Reserves a slot for a session, or extends its hold of it, or returns why it cannot. */
export async function placeHold(
  dependencies: HoldDependencies,
  command: HoldCommand,
  scope: Scope,
): Promise<Outcome<Held>> {
  const { availability, holds, level1, queue, newId, zones, clock } = dependencies;
  const { shopId, request } = command;
  const order: HoldOrder = {
    holdId: newId(),
    requestId: newId(),
    sessionHash: hashSession(shopId, command.sessionId),
    request,
    actor: command.actor,
    dateHint: zones.dateOf(shopId, request.start),
  };
  const giveUpAt = performance.now() + dependencies.bookingDeadlineMs;
  let latest: Held | undefined;
  const body = async (tx: HoldTransaction) => {
    const attempt = await attemptHold(tx, order, beginAttempt(dependencies));
    if (attempt.kind === "held") latest = attempt;
    return attempt;
  };
  // The same queue as for bookings of the mechanic's day.
  const settled = await queue.run(mechanicDayKey(shopId, request.mechanicId, order.dateHint), () =>
    runUntilSettled(
      (beforeCommit) => holds.transact(shopId, scope.cost, body, beforeCommit),
      giveUpAt - performance.now(),
    ),
  );
  if (settled.kind === "answered" && settled.value.kind === "held") {
    const { hold, shop, again, dates } = settled.value;
    zones.remember(shop);
    for (const date of dates) level1.drop(shopId, date);
    return done({ hold, shop, again });
  }
  if (settled.uncertainty !== "none" && latest) {
    const { id } = latest.hold;
    const found = await lookUp(() => holds.hold(shopId, id, scope.cost), HOW_TO_REPEAT);
    if (!found.ok) return found;
    const written = found.value;
    if (written?.request_id === order.requestId) return done({ ...latest, hold: written });
  }
  if (settled.kind === "gave_up") return refuseGivenUp(settled.uncertainty, HOW_TO_REPEAT);
  const attempt = settled.value;
  if (attempt.kind === "held") return done(attempt);
  return withAlternatives(availability, attempt, request.mechanicId, atPresent(scope, clock));
}
