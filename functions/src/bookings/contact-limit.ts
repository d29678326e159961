import * as logger from "firebase-functions/logger";
import { tooManyRequests, type Outcome } from "../platform/errors.ts";
import { isContention } from "../platform/firestore/retry.ts";
import { retryAfterSeconds } from "../platform/retry-after.ts";
import { UPCOMING_PER_CONTACT } from "../platform/rate-limits/limits.ts";
import { atPresent, type Scope } from "../platform/scope.ts";
import type { BookCommand, BookDependencies } from "./attempt-until-settled.ts";
import type { ContactedBooking } from "./contact-store.ts";

interface Steps<T> {
  readonly book: () => Promise<Outcome<T>>;
  /** The booking that an earlier, equal request has made. */
  readonly replay: () => Promise<Outcome<T> | undefined>;
}

const MESSAGE = `This e-mail address or phone number has ${UPCOMING_PER_CONTACT} upcoming bookings already.`;

/**
 * Books unless one of a guest's contacts has as many upcoming bookings as it may. A transaction of its own claims a
 * place for the booking, so the booking's transaction reads and writes nothing more. A repetition of the request that
 * made one of those bookings gets that booking.
 */
export async function withinContactLimit<T>(
  dependencies: BookDependencies,
  { command, bookingId }: { readonly command: BookCommand; readonly bookingId: string },
  scope: Scope,
  { book, replay }: Steps<T>,
): Promise<Outcome<T>> {
  const { config, contacts } = dependencies;
  const { shopId, principal, request } = command;
  if (!config.rateLimits || principal !== undefined) return book();
  const keys = contacts.keysOf(request.customer);
  if (keys.length === 0) return book();
  const wait = await waitOf(dependencies, { shopId, keys, bookingId }, scope);
  if (wait !== null) return (await replay()) ?? tooManyRequests(wait, MESSAGE);
  const outcome = await book();
  // After an unknown outcome the booking may still appear.
  if (!outcome.ok && outcome.refusal.error !== "unavailable") contacts.release(bookingId);
  return outcome;
}

/** Claims a place for the booking; returns null, or the seconds until its contacts have one. */
async function waitOf(
  { contacts, queue, clock }: BookDependencies,
  booking: ContactedBooking,
  scope: Scope,
): Promise<number | null> {
  const claim = async () => {
    const { now, cost } = atPresent(scope, clock);
    const freeAt = await contacts.claim(booking, now, cost);
    return freeAt === null ? null : retryAfterSeconds(freeAt - now);
  };
  try {
    // Requests with one contact do not contend within an instance.
    return await queue.run(`contact/${booking.shopId}/${booking.keys.join("/")}`, claim);
  } catch (error) {
    // Too many requests with the contact at once: more than may succeed.
    if (isContention(error)) return 1;
    // Like every limit: what cannot be counted is let through, and the booking itself decides.
    logger.warn("the bookings of a contact were not counted", { cause: String(error) });
    return null;
  }
}
