const ABORTED = 10;
const DEADLINE_EXCEEDED = 4;

/** gRPC status codes after which the same work may succeed when it is done again. */
const TRANSIENT_CODES = new Set([
  1, // CANCELLED
  2, // UNKNOWN
  DEADLINE_EXCEEDED,
  8, // RESOURCE_EXHAUSTED
  ABORTED,
  13, // INTERNAL
  14, // UNAVAILABLE
]);
const ALREADY_EXISTS = 6;
const INVALID_ARGUMENT = 3;
const FAILED_PRECONDITION = 9;
const NOT_FOUND = 5;

function grpcCode(error: unknown): number | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "number" ? code : undefined;
}

/** Whether Firestore failed in a way that says nothing about the request: contention, a lost connection. */
export function isTransient(error: unknown): boolean {
  const code = grpcCode(error);
  if (code === undefined) return false;
  if (TRANSIENT_CODES.has(code)) return true;
  // A transaction that was idle too long is reported as an invalid argument.
  return code === INVALID_ARGUMENT && /transaction has expired|no longer valid/i.test(String(error));
}

/** Whether the failure leaves no doubt that nothing was written: a transaction that lost against another. */
export function isContention(error: unknown): boolean {
  return grpcCode(error) === ABORTED || (isTransient(error) && grpcCode(error) === INVALID_ARGUMENT);
}

export function isAlreadyExists(error: unknown): boolean {
  return grpcCode(error) === ALREADY_EXISTS;
}

/** Whether a conditional write lost: the document is not what the writer had read. */
export function isLostPrecondition(error: unknown): boolean {
  const code = grpcCode(error);
  return code === ALREADY_EXISTS || code === FAILED_PRECONDITION || code === NOT_FOUND;
}

/** Whether a write was refused because a document of `collection` would have become larger than Firestore stores. */
export function isTooLarge(error: unknown, collection: string): boolean {
  if (grpcCode(error) !== INVALID_ARGUMENT) return false;
  const text = String(error);
  return /exceeds the maximum allowed size/i.test(text) && text.includes(`/${collection}/`);
}

export interface RetryPolicy {
  /** How long attempts may go on, in milliseconds. */
  readonly deadlineMs: number;
  readonly firstDelayMs?: number;
  readonly maxDelayMs?: number;
}

/** Not even an answer came in time; a write that was on its way may still happen. */
class DeadlinePassed extends Error {
  readonly code = DEADLINE_EXCEEDED;
}

/**
 * Does `attempt` until it succeeds or fails for good; waits with full jitter in between. When the deadline has
 * passed, the last transient error is thrown. An attempt that is still under way then is left to itself; its signal
 * says so, for it to begin nothing more.
 */
export async function retryTransient<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  policy: RetryPolicy,
): Promise<T> {
  const giveUpAt = performance.now() + policy.deadlineMs;
  const maxDelay = policy.maxDelayMs ?? 500;
  for (let ceiling = policy.firstDelayMs ?? 10; ; ceiling = Math.min(ceiling * 2, maxDelay)) {
    try {
      return await within(giveUpAt - performance.now(), attempt);
    } catch (error) {
      const delay = Math.random() * ceiling;
      if (!isTransient(error) || performance.now() + delay >= giveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }
}

async function within<T>(milliseconds: number, attempt: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      late.abort(new DeadlinePassed("The deadline has passed."));
      reject(late.signal.reason as DeadlinePassed);
    }, milliseconds);
  });
  try {
    return await Promise.race([attempt(late.signal), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
