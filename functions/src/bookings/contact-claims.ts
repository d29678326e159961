import { millis, type Millis } from "../engine/units.ts";
import { UPCOMING_PER_CONTACT } from "../platform/rate-limits/limits.ts";

/** A place among a contact's upcoming bookings, taken for a booking before it is made. */
export interface ContactClaim {
  readonly bookingId: string;
  readonly claimedAt: Millis;
}

/** When each booking that exists begins, by its id; null for one that is not confirmed, or will not be made. */
export type ClaimedBookings = ReadonlyMap<string, Millis | null>;

/** How long a claim counts whose booking does not exist: as long as the function lets a request run. */
const IN_FLIGHT_MS = 60_000;

/** Tells whether the bookings of the claims must be read before another is added: some may be over. */
export function mayBeFull(claims: readonly ContactClaim[]): boolean {
  return claims.length >= UPCOMING_PER_CONTACT;
}

export type ClaimDecision =
  | { readonly allowed: true; readonly claims: readonly ContactClaim[] }
  | { readonly allowed: false; readonly freeAt: Millis };

/**
 * Adds a claim to those of other bookings, or refuses it. Where the others may be full, claims whose bookings have
 * begun, were cancelled or were never made are dropped; fewer are kept as they are, and `bookings` is not used.
 */
export function decideClaim(
  claim: ContactClaim,
  others: readonly ContactClaim[],
  bookings: ClaimedBookings,
): ClaimDecision {
  const now = claim.claimedAt;
  if (!mayBeFull(others)) return { allowed: true, claims: [...others, claim] };
  const live = others.flatMap((one) => {
    const start = bookings.get(one.bookingId);
    const freeAt = start === undefined ? millis(one.claimedAt + IN_FLIGHT_MS) : start;
    return freeAt !== null && freeAt > now ? [{ claim: one, freeAt }] : [];
  });
  if (live.length >= UPCOMING_PER_CONTACT) {
    return { allowed: false, freeAt: millis(Math.min(...live.map(({ freeAt }) => freeAt))) };
  }
  return { allowed: true, claims: [...live.map((one) => one.claim), claim] };
}
