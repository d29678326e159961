import type { ChangeOutcome } from "../../functions/src/platform/errors.ts";

/** Returns the value of a change that nothing but Firestore's failure can refuse; throws what refused it. */
export function succeeded<T>(outcome: ChangeOutcome<T>, what: string): T {
  if (outcome.ok) return outcome.value;
  const why = "refusal" in outcome ? outcome.refusal.error : outcome.warning.warning;
  throw new Error(`${what} could not be written (${why}). What was written stays: repeat the command.`);
}
