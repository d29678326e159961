import type { Calendar } from "./calendar.ts";
import { checkAnswers } from "./check-answers.ts";
import { checkDocuments } from "./check-documents.ts";
import { checkRefusals } from "./check-refusals.ts";
import { checkTrail } from "./check-trail.ts";
import type { Operation } from "./history.ts";
import type { Snapshot } from "./snapshot.ts";

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
