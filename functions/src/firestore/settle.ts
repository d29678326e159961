import { isContention, isTransient, retryTransient } from "./retry.ts";

/** How a piece of work went that was attempted until it had an answer. */
export type Settled<T> =
  | { readonly kind: "answered"; readonly value: T; readonly doubtful: boolean }
  /** Time is up. `doubtful`: an attempt may have been committed although its answer was lost. */
  | { readonly kind: "gave_up"; readonly doubtful: boolean };

/**
 * Does `attempt`, a transaction, until it has an answer or the deadline has passed. A failure that may hide a commit
 * (a lost connection, an exceeded deadline) makes the outcome doubtful: whoever asked must look whether it happened.
 */
export async function settle<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  deadlineMs: number,
): Promise<Settled<T>> {
  let doubtful = false;
  try {
    const value = await retryTransient(
      async (signal) => {
        try {
          return await attempt(signal);
        } catch (error) {
          if (!isContention(error)) doubtful = true;
          throw error;
        }
      },
      { deadlineMs },
    );
    return { kind: "answered", value, doubtful };
  } catch (error) {
    if (!isTransient(error)) throw error;
    return { kind: "gave_up", doubtful };
  }
}
