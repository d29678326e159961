import * as logger from "firebase-functions/logger";
import { tooManyRequests, type Outcome } from "../platform/errors.ts";
import { retryAfterSeconds } from "../platform/retry-after.ts";
import { UPCOMING_PER_CONTACT } from "../platform/rate-limits/limits.ts";
import type { Scope } from "../platform/scope.ts";
import type { BookCommand, BookDependencies } from "./attempt-until-settled.ts";

interface Steps<T> {
  readonly book: () => Promise<Outcome<T>>;
  /** The booking that an earlier, equal request has made. */
  readonly replay: () => Promise<Outcome<T> | undefined>;
}

const MESSAGE = `This e-mail address or phone number has ${UPCOMING_PER_CONTACT} upcoming bookings already.`;

/**
 * Books unless one of a guest's contacts has as many upcoming bookings as it may. Counted before the booking's
 * transaction, which so reads nothing more; requests of one contact wait for each other in the instance. A repetition of
 * the request that made one of those bookings gets that booking.
 */
export async function withinContactLimit<T>(
  dependencies: BookDependencies,
  { shopId, principal, request }: BookCommand,
  scope: Scope,
  { book, replay }: Steps<T>,
): Promise<Outcome<T>> {
  const { config, contacts, queue } = dependencies;
  if (!config.rateLimits || principal !== undefined) return book();
  const keys = contacts.keysOf(request.customer);
  const bookIfBelow = async () => {
    const wait = await waitOf(dependencies, { shopId, keys }, scope);
    if (wait === null) return book();
    return (await replay()) ?? tooManyRequests(wait, MESSAGE);
  };
  // Always in the order of the keys, so that two requests with the same two contacts do not wait for each other.
  return keys.reduceRight<() => Promise<Outcome<T>>>(
    (task, key) => () => {
      const line = `contact/${shopId}/${key}`;
      // More at once than may succeed: the wait in the queue would be for nothing.
      if (queue.length(line) >= UPCOMING_PER_CONTACT) return Promise.resolve(tooManyRequests(1));
      return queue.run(line, task);
    },
    bookIfBelow,
  )();
}

/** The seconds until a contact has fewer upcoming bookings; null when it may book now. */
async function waitOf(
  { contacts }: BookDependencies,
  { shopId, keys }: { readonly shopId: string; readonly keys: readonly string[] },
  { now, cost }: Scope,
): Promise<number | null> {
  try {
    const asked = keys.map((contactKey) => ({ shopId, contactKey, now }));
    const counts = await Promise.all(
      asked.map((one) => contacts.countUpcoming(one, UPCOMING_PER_CONTACT, cost)),
    );
    const full = asked[counts.findIndex((count) => count >= UPCOMING_PER_CONTACT)];
    if (!full) return null;
    const next = await contacts.nextStart(full, cost);
    return next === null ? null : retryAfterSeconds(next - now);
  } catch (error) {
    // Like every limit: what cannot be counted is let through, and the booking itself decides.
    logger.warn("the bookings of a contact were not counted", { cause: String(error) });
    return null;
  }
}
