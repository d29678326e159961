import { checkAnswers } from "./check-answers.ts";
import { checkDocuments } from "./check-documents.ts";
import { checkRefusals } from "./check-refusals.ts";
import { checkTrail } from "./check-trail.ts";
import type { Operation } from "./history.ts";
import type { Snapshot } from "./snapshot.ts";

/** What the checker has to know of the shop. */
export interface Calendar {
  /** Minutes that its wall clock is ahead of UTC, at all times. */
  readonly offsetMinutes: number;
  /** The longest buffer of its services: how far beyond open time a slot can get in somebody's way. */
  readonly reachMinutes: number;
  /** Its longest slot: how far beyond a date one can get that starts on it. */
  readonly longestMinutes: number;
  /** How many reservations of a mechanic may start on a date; a mechanic who is not named has no limit. */
  readonly dailyLimits: Readonly<Record<string, number>>;
}

/**
 * Everything in which a history of operations and the documents it left behind contradict each other or themselves;
 * nothing is what must come out. Shares no code with what it checks.
 */
export function check(history: readonly Operation[], snapshot: Snapshot, calendar: Calendar): string[] {
  return [
    ...checkDocuments(snapshot, calendar),
    ...checkAnswers(history, snapshot),
    ...checkTrail(history, snapshot),
    ...checkRefusals(history),
  ];
}
