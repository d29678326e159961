const ABORTED = 10;
const DEADLINE_EXCEEDED = 4;

/** gRPC status codes after which a repetition may succeed. */
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

/** Whether the failure is not the request's fault: contention, a lost connection. */
export function isTransient(error: unknown): boolean {
  const code = grpcCode(error);
  if (code === undefined) return false;
  if (TRANSIENT_CODES.has(code)) return true;
  // Firestore reports a transaction that was idle too long as an invalid argument.
  return code === INVALID_ARGUMENT && /transaction has expired|no longer valid/i.test(String(error));
}

/** Whether the failure means that nothing was written: a transaction that lost against another. */
export function isContention(error: unknown): boolean {
  return grpcCode(error) === ABORTED || (isTransient(error) && grpcCode(error) === INVALID_ARGUMENT);
}

export function isAlreadyExists(error: unknown): boolean {
  return grpcCode(error) === ALREADY_EXISTS;
}

/** Whether a document that had to exist for the write does not. */
export function isNotFound(error: unknown): boolean {
  return grpcCode(error) === NOT_FOUND;
}

/** Whether a conditional write was refused because the document has changed since it was read. */
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
  /** How long to keep trying, in milliseconds. */
  readonly deadlineMs: number;
  readonly firstDelayMs?: number;
  readonly maxDelayMs?: number;
}

/** No answer arrived in time; a write that was sent may still be committed. */
class DeadlinePassed extends Error {
  readonly code = DEADLINE_EXCEEDED;
}

/**
 * Repeats `attempt` until it succeeds or fails permanently, and waits with full jitter in between. After the deadline
 * the last transient error is thrown. An attempt that is still running then is not awaited; its signal is aborted, so
 * that it starts nothing more.
 */
export async function retryTransient<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  policy: RetryPolicy,
): Promise<T> {
  const giveUpAt = performance.now() + policy.deadlineMs;
  const maxDelay = policy.maxDelayMs ?? 500;
  for (let ceiling = policy.firstDelayMs ?? 10; ; ceiling = Math.min(ceiling * 2, maxDelay)) {
    try {
      return await withTimeout(giveUpAt - performance.now(), attempt);
    } catch (error) {
      const delay = Math.random() * ceiling;
      if (!isTransient(error) || performance.now() + delay >= giveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }
}

async function withTimeout<T>(
  milliseconds: number,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      controller.abort(new DeadlinePassed("The deadline has passed."));
      reject(controller.signal.reason as DeadlinePassed);
    }, milliseconds);
  });
  try {
    return await Promise.race([attempt(controller.signal), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
