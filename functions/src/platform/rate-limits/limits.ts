import { retryAfterSeconds } from "../retry-after.ts";
import type { Millis } from "../../engine/units.ts";

/** At most so many requests in a fixed window, which starts at a multiple of its length. */
export interface LimitWindow {
  readonly requests: number;
  readonly seconds: number;
}

/** All limits. A client is an address (`client-key.ts`), a user a signed-in uid. */
export const LIMITS = {
  /** Everything that is not below, in the memory of each instance. */
  reads: { windows: [{ requests: 100, seconds: 60 }] },
  /** The others are counted in Firestore, for all instances together. */
  holds: { windows: [{ requests: 10, seconds: 60 }] },
  bookings: {
    windows: [
      { requests: 10, seconds: 60 },
      { requests: 30, seconds: 86_400 },
    ],
  },
  /** For each user, instead of the client's limits. */
  staff_writes: { windows: [{ requests: 120, seconds: 60 }] },
} as const satisfies Record<string, { windows: readonly LimitWindow[] }>;

export type LimitName = keyof typeof LIMITS;

/** How many confirmed bookings that have not begun a guest's e-mail address, or phone number, may have in a shop. */
export const UPCOMING_PER_CONTACT = 5;

const UNLIMITED_METHODS = new Set(["OPTIONS"]);
const SAFE_METHODS = new Set(["GET", "HEAD"]);
const UNLIMITED_PATH = /^\/(?:healthz|v1\/health)\/?$/i;
const SHOP_PATH = /^\/v1\/shops\/([^/]+)(?:\/|$)/i;

/** The limits of writes by path. Express ignores case and a slash at the end, and so do these. */
const WRITES: readonly (readonly [RegExp, LimitName])[] = [
  [/^\/v1\/shops\/[^/]+\/holds(?:\/|$)/i, "holds"],
  [/^\/(?:v1\/shops\/[^/]+\/)?bookings(?:\/|$)/i, "bookings"],
];

/** The limit that a request of a customer counts towards; null where there is none. */
export function limitOf(method: string, path: string): LimitName | null {
  if (UNLIMITED_METHODS.has(method) || UNLIMITED_PATH.test(path)) return null;
  if (SAFE_METHODS.has(method)) return "reads";
  return WRITES.find(([pattern]) => pattern.test(path))?.[1] ?? "reads";
}

/** Whether the request may change something. */
export function isWrite(method: string): boolean {
  return !SAFE_METHODS.has(method) && !UNLIMITED_METHODS.has(method);
}

/** The shop that the path names, if any. */
export function shopInPath(path: string): string | undefined {
  return SHOP_PATH.exec(path)?.[1];
}

/** The requests counted in a window. */
export interface WindowCount {
  readonly endsAt: number;
  readonly requests: number;
}

export type LimitDecision =
  | { readonly allowed: true; readonly counts: readonly WindowCount[] }
  | { readonly allowed: false; readonly counts: readonly WindowCount[]; readonly retryAfterSeconds: number };

/**
 * Counts one request in every window, or refuses it and counts nothing if one of them is full. `counts` are those of
 * the request before, in the order of the windows; a count of a later window, by a clock that is ahead, is kept.
 */
export function countRequest(
  windows: readonly LimitWindow[],
  counts: readonly WindowCount[],
  now: Millis,
): LimitDecision {
  const current = windows.map(({ requests, seconds }, index) => {
    const lengthMs = seconds * 1000;
    const endsAt = (Math.floor(now / lengthMs) + 1) * lengthMs;
    const known = counts[index];
    return { limit: requests, count: known && known.endsAt >= endsAt ? known : { endsAt, requests: 0 } };
  });
  const kept = current.map(({ count }) => count);
  const full = current.filter(({ limit, count }) => count.requests >= limit);
  if (full.length > 0) {
    const freeAt = Math.max(...full.map(({ count }) => count.endsAt));
    return { allowed: false, counts: kept, retryAfterSeconds: retryAfterSeconds(freeAt - now) };
  }
  return { allowed: true, counts: kept.map((count) => ({ ...count, requests: count.requests + 1 })) };
}

/** The higher of two counts for each window. */
export function higherCounts(a: readonly WindowCount[], b: readonly WindowCount[]): readonly WindowCount[] {
  return a.map((count, index) => {
    const other = b[index];
    if (!other) return count;
    if (other.endsAt !== count.endsAt) return other.endsAt > count.endsAt ? other : count;
    return other.requests > count.requests ? other : count;
  });
}
