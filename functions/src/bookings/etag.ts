import { createHash } from "node:crypto";
import { presentBooking, type Booking } from "./booking.ts";

/**
 * The validator of a booking: a hash of what the API shows of it. `updated_at`, which is part of that, never stands
 * still from one change to the next, so a booking that was moved away and back is not taken for unchanged.
 */
export function etagOf(booking: Booking): string {
  const shown = JSON.stringify(presentBooking(booking, "UTC"));
  return `"${createHash("sha256").update(shown).digest("base64url").slice(0, 27)}"`;
}

/** Whether an `If-None-Match` header names the validator, or any: then the client has what it asks for. */
export function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch?.trim() === "*") return true;
  return (ifNoneMatch ?? "").split(",").some((one) => one.trim().replace(/^W\//, "") === etag);
}

/** Whether an `If-Match` header allows a change of what has this validator. Weak validators never match. */
export function matches(ifMatch: string | null, etag: string): boolean {
  if (ifMatch === null || ifMatch.trim() === "*") return true;
  return ifMatch.split(",").some((one) => one.trim() === etag);
}
