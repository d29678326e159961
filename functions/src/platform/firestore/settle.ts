import { done, refuse, type Outcome } from "../errors.ts";
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

/**
 * Returns the refusal after giving up. `contention` promises that nothing was written. While a commit may still be on its
 * way the outcome is unknown, and the answer says so, with `next`: what the client does to learn it.
 */
export function refuseGivenUp(uncertainty: CommitUncertainty, next: string): ReturnType<typeof refuse> {
  return uncertainty === "open" ? refuseUnknown(next) : refuse("contention");
}

/** Returns the refusal of a request that may have been carried out. */
function refuseUnknown(next: string): ReturnType<typeof refuse> {
  const message = `The outcome is unknown: the request may have been carried out. ${next}`;
  return refuse("unavailable", message, { outcome: "unknown", next });
}

/**
 * Runs the look-up that tells whether an uncertain commit was made. If Firestore does not answer it either, the outcome
 * is unknown.
 */
export async function lookUp<T>(read: () => Promise<T>, next: string): Promise<Outcome<T>> {
  try {
    return done(await read());
  } catch (error) {
    if (!isTransient(error)) throw error;
    return refuseUnknown(next);
  }
}
