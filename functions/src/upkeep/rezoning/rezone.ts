import * as logger from "firebase-functions/logger";
import type { Millis } from "../../engine/units.ts";
import type { DayLedger } from "../../ledger/ledger.ts";
import { groupBy } from "../../platform/group-by.ts";
import type { Clock } from "../../platform/scope.ts";
import type { Rezoning } from "./rezoning.ts";
import type { RezoningStore } from "./rezoning-store.ts";

const MECHANICS_AT_A_TIME = 10;

export interface RezoneDependencies {
  readonly rezonings: RezoningStore;
  readonly clock: Clock;
  readonly newId: () => string;
}

/** `settled`: the ledgers are filed under the shop's zone. `unfinished`: the deadline has passed; run it again. */
export type RezoneResult = "settled" | "unfinished";

/**
 * Files a shop's ledgers under its present time zone; does nothing if they are. It continues where an earlier run has
 * ended, and begins again if the zone is changed while it runs. Several runs at once do no harm.
 *
 * @param deadline the instant after which no further step is started
 */
export async function rezone(
  dependencies: RezoneDependencies,
  shopId: string,
  deadline: Millis,
): Promise<RezoneResult> {
  const { rezonings, clock, newId } = dependencies;
  for (;;) {
    const begun = await rezonings.begin(shopId, newId(), clock.now());
    if (!begun) return "settled";
    const { to, id } = begun;
    logger.info("rezoning", { shop: shopId, to, id, stage: begun.stage });
    let job: Rezoning | undefined = begun;
    while (job && job.stage !== "done") {
      if (clock.now() >= deadline) return "unfinished";
      job = job.stage === "ledgers" ? await refilePage(dependencies, job) : await rezonings.redatePage(job);
    }
    if (job && (await rezonings.finish(job, clock.now()))) logger.info("rezoned", { shop: shopId, to, id });
  }
}

const ZONE_FIELDS = ["time_zone", "ledger_time_zone"];

/** A write of the shop: the fields before and after it. */
export interface ShopWrite {
  readonly before: Fields | undefined;
  readonly after: Fields | undefined;
  readonly deadline: Millis;
}

interface Fields {
  get(field: string): unknown;
}

/**
 * Rezones a shop after a write that has changed a zone; the job's writes of its own state begin no other run. Throws if
 * it is unfinished, so that the trigger's event is delivered again.
 */
export async function rezoneAfterWrite(
  dependencies: RezoneDependencies,
  shopId: string,
  { before, after, deadline }: ShopWrite,
): Promise<void> {
  if (ZONE_FIELDS.every((field) => before?.get(field) === after?.get(field))) return;
  const result = await rezone(dependencies, shopId, deadline);
  if (result === "unfinished") throw new Error(`The rezoning of shop ${shopId} has to continue.`);
}

/** Takes one page of ledgers. Undefined: the job has been superseded. */
async function refilePage(
  { rezonings, clock }: RezoneDependencies,
  job: Rezoning,
): Promise<Rezoning | undefined> {
  const { misfiled, next } = await rezonings.ledgerPage(job, clock.now());
  const refileInTurn = async (ledgers: readonly DayLedger[]) => {
    for (const ledger of ledgers) if (!(await rezonings.refileLedger(job, ledger, clock.now()))) return false;
    return true;
  };
  // Ledgers of one mechanic exchange entries, so their transactions would compete.
  const mechanics = [...groupBy(misfiled, ({ mechanic_id }) => mechanic_id).values()];
  for (let from = 0; from < mechanics.length; from += MECHANICS_AT_A_TIME) {
    const refiled = await Promise.all(mechanics.slice(from, from + MECHANICS_AT_A_TIME).map(refileInTurn));
    if (refiled.includes(false)) return undefined;
  }
  return rezonings.advance(job, next);
}
