import { isContention, isTransient, retryTransient } from "./retry.ts";

/**
 * What failed attempts may have done all the same. `none`: nothing; no commit was sent. `look`: a commit was answered
 * that it failed; whoever looks sees whether that is true. `open`: no answer came, the commit may even be on its way.
 */
export type CommitUncertainty = "none" | "look" | "open";

/** How a piece of work went that was attempted until it had an answer or time was up. */
export type Settled<T> =
  | { readonly kind: "answered"; readonly value: T; readonly uncertainty: CommitUncertainty }
  | { readonly kind: "gave_up"; readonly uncertainty: CommitUncertainty };

/**
 * An attempt at a transaction. It calls `beforeCommit` when everything is decided and about to be sent; that throws
 * when whoever asked has already been told that it took too long: then nothing may be committed any more.
 */
type Attempt<T> = (beforeCommit: () => void) => Promise<T>;

/** Does `attempt` until it has an answer or the deadline has passed. */
export async function runUntilSettled<T>(attempt: Attempt<T>, deadlineMs: number): Promise<Settled<T>> {
  let doubt: CommitUncertainty = "none";
  let committing = false;
  const oneAttempt = async (signal: AbortSignal) => {
    committing = false;
    try {
      return await attempt(() => {
        signal.throwIfAborted();
        committing = true;
      });
    } catch (error) {
      if (committing && doubt !== "open") doubt = isContention(error) ? "look" : "open";
      committing = false;
      throw error;
    }
  };
  try {
    return { kind: "answered", value: await retryTransient(oneAttempt, { deadlineMs }), uncertainty: doubt };
  } catch (error) {
    if (!isTransient(error)) throw error;
    // The deadline may have passed over an attempt that is committing at this moment.
    return { kind: "gave_up", uncertainty: committing ? "open" : doubt };
  }
}

/** What to answer when time is up and looking has found nothing done: `contention` promises that nothing was. */
export function refusalWhenGivenUp(doubt: CommitUncertainty): "contention" | "unavailable" {
  return doubt === "open" ? "unavailable" : "contention";
}
