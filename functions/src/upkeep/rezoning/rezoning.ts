/**
 * A rezoning files a shop's ledgers, and dates its bookings and holds, under another time zone.
 *
 * Life cycle: somebody changes the shop's `time_zone`; it now differs from `ledger_time_zone`, and nothing can be
 * reserved (`shop_rezoning`). The job states its id and zone in the shop (`rezoning`), takes its stages page by page,
 * and ends with one transaction that makes `ledger_time_zone` equal and removes `rezoning`. It keeps its place in
 * `jobs/rezoning`, so any later run continues.
 *
 * What must hold: every step reads the shop in its transaction and does nothing if the zone has been changed again;
 * from the job's first transaction on, every other writer (the reconciler) files under the job's zone. So a ledger that
 * the job has passed stays correctly filed, and nothing remains when it has passed them all.
 */
import type { Minutes } from "../../engine/units.ts";
import type { DayLedger } from "../../ledger/ledger.ts";

export const STAGES = ["ledgers", "bookings", "holds", "done"] as const;
export type Stage = (typeof STAGES)[number];

/** The last document that a stage has done. */
export interface Position {
  /** The field that the stage is ordered by, as Firestore stores it. */
  readonly value: unknown;
  readonly id: string;
}

export interface Place {
  readonly stage: Stage;
  readonly after: Position | null;
}

/** A job and how far it has come. */
export interface Rezoning extends Place {
  readonly shopId: string;
  /** Another one after every change of the zone: a job cannot end another one's work. */
  readonly id: string;
  /** The zone to file under. */
  readonly to: string;
  /** Slots that had ended by then keep their place. */
  readonly since: Minutes;
}

export interface LedgerPage {
  readonly misfiled: readonly DayLedger[];
  readonly next: Position | null;
}

/** Returns the beginning of the stage after `stage`. */
export function nextStage(stage: Stage): Place {
  return { stage: STAGES[STAGES.indexOf(stage) + 1] ?? "done", after: null };
}
