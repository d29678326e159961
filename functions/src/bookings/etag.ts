import { createHash } from "node:crypto";
import { presentBooking, type Booking } from "./booking.ts";

/**
 * Returns the ETag of a booking: a hash of what the API shows. It includes `updated_at`, which increases with every
 * change, so a booking that was moved away and back has a new ETag.
 */
export function etagOf(booking: Booking): string {
  const shown = JSON.stringify(presentBooking(booking, "UTC"));
  return `"${createHash("sha256").update(shown).digest("base64url").slice(0, 27)}"`;
}

/** Tells whether an `If-None-Match` header names the ETag, or `*`: then the client has the current booking. */
export function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch?.trim() === "*") return true;
  return (ifNoneMatch ?? "").split(",").some((one) => one.trim().replace(/^W\//, "") === etag);
}

/** Tells whether an `If-Match` header allows a change of the resource with this ETag. Weak ETags never match. */
export function matches(ifMatch: string | null, etag: string): boolean {
  if (ifMatch === null || ifMatch.trim() === "*") return true;
  return ifMatch.split(",").some((one) => one.trim() === etag);
}
