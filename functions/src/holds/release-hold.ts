import type { BufferReach } from "../catalog/buffer-reach.ts";
import { datesOf } from "../availability/day/day-changes.ts";
import type { Level1 } from "../availability/day/level1.ts";
import { removeFromLedgers } from "../reservations/ledger-change.ts";
import { unknownMechanic } from "../catalog/schema.ts";
import type { ServicesMemory } from "../catalog/services-memory.ts";
import type { Shop } from "../catalog/schema.ts";
import type { PlainDate } from "../engine/types.ts";
import { done, refuse, type Outcome } from "../platform/errors.ts";
import { refusalWhenGivenUp, runUntilSettled } from "../platform/firestore/settle.ts";
import type { Scope } from "../platform/scope.ts";
import { hashSession } from "./session.ts";
import type { HoldStore, HoldTransaction } from "./hold-store.ts";

export interface ReleaseCommand {
  readonly shopId: string;
  readonly holdId: string;
  readonly sessionId: string;
}

interface Dependencies {
  readonly holds: HoldStore;
  readonly services: ServicesMemory;
  readonly level1: Level1;
  readonly bookingDeadlineMs: number;
}

/** Gives a held slot back. Only the session that holds it may. */
export async function releaseHold(
  { holds, services, level1, bookingDeadlineMs }: Dependencies,
  command: ReleaseCommand,
  scope: Scope,
): Promise<Outcome<null>> {
  const { shopId } = command;
  const bufferReachOf = services.bufferReach.bind(services);
  const settled = await runUntilSettled(
    (beforeCommit) =>
      holds.transact(
        shopId,
        scope.cost,
        (tx) => attemptRelease(tx, command, bufferReachOf, scope.now),
        beforeCommit,
      ),
    bookingDeadlineMs,
  );
  if (settled.kind === "answered" && settled.value.ok) {
    for (const date of settled.value.value) level1.drop(shopId, date);
    return done(null);
  }
  // An attempt that failed to commit got past the session's check: if the hold is gone now, it was released.
  const mayBeDone = settled.uncertainty !== "none";
  if (mayBeDone && !(await holds.hold(shopId, command.holdId, scope.cost))) return done(null);
  if (settled.kind === "gave_up") return refuse(refusalWhenGivenUp(settled.uncertainty));
  return settled.value.ok ? done(null) : settled.value;
}

/** The dates whose days have changed. */
async function attemptRelease(
  tx: HoldTransaction,
  { shopId, holdId, sessionId }: ReleaseCommand,
  bufferReachOf: (shop: Shop) => BufferReach,
  now: number,
): Promise<Outcome<readonly PlainDate[]>> {
  const [shop, hold] = [await tx.shop(), await tx.hold(holdId)];
  if (!shop || !hold) return refuse("not_found", "There is no such hold.");
  if (hold.session_hash !== hashSession(shopId, sessionId)) {
    return refuse("forbidden", "The hold is another session's.");
  }
  const dates = datesOf(shop.time_zone, { start: hold.extent_start, end: hold.extent_end });
  const { mechanic, ledgers } = await tx.mechanicAndLedgers(hold.mechanic_id, dates);
  const context = {
    shop,
    mechanic: mechanic ?? unknownMechanic(hold.mechanic_id),
    exceptions: await tx.exceptionsAround(hold.mechanic_id, hold.date),
    bufferReach: bufferReachOf(shop),
  };
  const change = removeFromLedgers(context, ledgers, new Set([holdId]), now);
  tx.deleteHold(hold, change);
  return done(change.days.map(({ date }) => date));
}
