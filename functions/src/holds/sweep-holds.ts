import * as logger from "firebase-functions/logger";
import { runUntilSettled } from "../platform/firestore/settle.ts";
import { Cost } from "../platform/scope.ts";
import type { HoldAddress, HoldStore } from "./hold-store.ts";
import { millis } from "../engine/units.ts";

const PAGE = 200;
const AT_A_TIME = 10;
const DEADLINE_MS = 5_000;
/** The most that one run deletes; the next run continues. */
const MOST_A_RUN = 10_000;

/**
 * Clears expired holds away. Nothing depends on it: a hold counts for nothing from the moment it expires. What cannot
 * be cleared now is left for the next run.
 */
export async function sweepHolds(holds: HoldStore, now: number): Promise<number> {
  let swept = 0;
  for (let seen = 0; seen < MOST_A_RUN; seen += PAGE) {
    const page = await holds.expired(millis(now), PAGE);
    const before = swept;
    for (let from = 0; from < page.length; from += AT_A_TIME) {
      const batch = page.slice(from, from + AT_A_TIME);
      const done = await Promise.all(batch.map((address) => sweepOne(holds, address, now)));
      swept += done.filter(Boolean).length;
    }
    // A page of which nothing could be cleared would come again for ever.
    if (page.length < PAGE || swept === before) break;
  }
  logger.info("holds swept", { swept });
  return swept;
}

async function sweepOne(holds: HoldStore, { shopId, holdId }: HoldAddress, now: number): Promise<boolean> {
  try {
    const settled = await runUntilSettled(
      (beforeCommit) =>
        holds.transact(shopId, new Cost(), (tx) => tx.sweep(holdId, millis(now)), beforeCommit),
      DEADLINE_MS,
    );
    return settled.kind === "answered" && settled.value;
  } catch (error) {
    logger.error("hold not swept", { shopId, holdId, error });
    return false;
  }
}
