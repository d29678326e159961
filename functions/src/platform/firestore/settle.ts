import { isContention, isTransient, retryTransient } from "./retry.ts";

/**
 * What the failed attempts may have written. `none`: nothing, no commit was sent. `look`: Firestore answered that a
 * commit failed; reading the documents tells whether that is true. `open`: a commit was not answered and may still be
 * on its way.
 */
export type CommitUncertainty = "none" | "look" | "open";

/** The result of work that was repeated until it was answered or the deadline passed. */
export type Settled<T> =
  | { readonly kind: "answered"; readonly value: T; readonly uncertainty: CommitUncertainty }
  | { readonly kind: "gave_up"; readonly uncertainty: CommitUncertainty };

/**
 * An attempt at a transaction. It calls `beforeCommit` when everything is decided and the commit is sent next. That
 * throws if the deadline has passed: the caller has been told so, and nothing may be committed after that.
 */
type Attempt<T> = (beforeCommit: () => void) => Promise<T>;

/** Repeats `attempt` until it is answered or the deadline has passed. */
export async function runUntilSettled<T>(attempt: Attempt<T>, deadlineMs: number): Promise<Settled<T>> {
  let uncertainty: CommitUncertainty = "none";
  let committing = false;
  const oneAttempt = async (signal: AbortSignal) => {
    committing = false;
    try {
      return await attempt(() => {
        signal.throwIfAborted();
        committing = true;
      });
    } catch (error) {
      if (committing && uncertainty !== "open") uncertainty = isContention(error) ? "look" : "open";
      committing = false;
      throw error;
    }
  };
  try {
    const value = await retryTransient(oneAttempt, { deadlineMs });
    return { kind: "answered", value, uncertainty };
  } catch (error) {
    if (!isTransient(error)) throw error;
    // The deadline may have passed while an attempt was committing.
    return { kind: "gave_up", uncertainty: committing ? "open" : uncertainty };
  }
}

/** The refusal after giving up, when no trace of a commit was found: `contention` promises that nothing was written. */
export function refusalWhenGivenUp(uncertainty: CommitUncertainty): "contention" | "unavailable" {
  return uncertainty === "open" ? "unavailable" : "contention";
}
