import type { Actor } from "../audit/trail.ts";
import { isRezoning } from "../catalog/ledger-zone.ts";
import type { PlainDate } from "../engine/types.ts";
import { done, refuse, type Outcome } from "../platform/errors.ts";
import { lookUp, refuseGivenUp, runUntilSettled } from "../platform/firestore/settle.ts";
import type { Scope } from "../platform/scope.ts";
import { readAndDecideRelease } from "../reservations/release-time.ts";
import type { AttemptContext } from "../reservations/reservation-context.ts";
import { beginAttempt } from "../reservations/reservation-dependencies.ts";
import { extentOfHold } from "./hold.ts";
import type { HoldTransaction } from "./hold-store.ts";
import type { HoldDependencies } from "./place-hold.ts";
import { hashSession } from "./session.ts";

export interface ReleaseCommand {
  readonly shopId: string;
  readonly holdId: string;
  readonly sessionId: string;
}

type Dependencies = Pick<HoldDependencies, "holds" | "services" | "clock" | "level1" | "bookingDeadlineMs">;

const HOW_TO_REPEAT = "Repeat the request: 404 not_found then means that the hold is released.";

/** Releases a held slot. Only the session that holds it may. */
export async function releaseHold(
  dependencies: Dependencies,
  command: ReleaseCommand,
  scope: Scope,
): Promise<Outcome<null>> {
  const { shopId } = command;
  const { holds, level1, bookingDeadlineMs } = dependencies;
  const body = (tx: HoldTransaction) => attemptRelease(tx, command, beginAttempt(dependencies));
  const settled = await runUntilSettled(
    (beforeCommit) => holds.transact(shopId, scope.cost, body, beforeCommit),
    bookingDeadlineMs,
  );
  if (settled.kind === "answered" && settled.value.ok) {
    for (const date of settled.value.value) level1.drop(shopId, date);
    return done(null);
  }
  // An attempt that failed at its commit had passed the session's check: if the hold is gone, it was released.
  if (settled.uncertainty !== "none") {
    const found = await lookUp(() => holds.hold(shopId, command.holdId, scope.cost), HOW_TO_REPEAT);
    if (!found.ok) return found;
    if (!found.value) return done(null);
  }
  if (settled.kind === "gave_up") return refuseGivenUp(settled.uncertainty, HOW_TO_REPEAT);
  return settled.value.ok ? done(null) : settled.value;
}

/** A session, not an account, releases a hold. */
const GUEST: Actor = { kind: "guest", uid: null };

/** Returns the dates whose days have changed. */
async function attemptRelease(
  tx: HoldTransaction,
  { shopId, holdId, sessionId }: ReleaseCommand,
  attempt: AttemptContext,
): Promise<Outcome<readonly PlainDate[]>> {
  const { shop, hold } = await tx.shopAndHold(holdId);
  if (!shop || !hold) return refuse("not_found", "There is no such hold.");
  if (hold.session_hash !== hashSession(shopId, sessionId)) {
    return refuse("forbidden", "The hold is another session's.");
  }
  if (isRezoning(shop)) return refuse("shop_rezoning");
  const { mechanic_id: mechanicId, date } = hold;
  const reservation = { id: holdId, mechanicId, date, extent: extentOfHold(hold) };
  const change = await readAndDecideRelease(tx, shop, reservation, attempt);
  tx.deleteHold(hold, change, { actor: GUEST, at: attempt.now });
  return done(change.days.map((day) => day.date));
}
