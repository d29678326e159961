import { createHash } from "node:crypto";
import { derivedId } from "../platform/derived-id.ts";
import { isSameSecret, type KeyedHash } from "../platform/keyed-hash.ts";
import type { FormerHashes } from "./booking.ts";
import { hashRequest, type PartialBookingRequest } from "./booking-request.ts";

/**
 * The id of the booking that an Idempotency-Key makes: the same key finds the same booking, whatever became of the
 * first answer. Keys of different callers do not meet.
 */
export function bookingIdFromKey(shopId: string, uid: string | null, key: string): string {
  const caller = uid === null ? "guest" : `user:${uid}`;
  return derivedId(shopId, caller, key);
}

/** The id of the booking that consumes a hold: a hold makes one booking, however often the request is repeated. */
export function bookingIdFromHold(shopId: string, uid: string | null, holdId: string): string {
  return derivedId(shopId, uid, "hold", holdId);
}

/**
 * The id of the request that makes a booking, under which the audit has the booking's first line: an equal request
 * finds the line, another one with the same key or hold does not. It is keyed, so the line's readers cannot guess what
 * was sent, the session of the hold included.
 */
export function requestIdOf(hash: KeyedHash, bookingId: string, request: PartialBookingRequest): string {
  return hash.of("request", bookingId, hashRequest(request), request.hold?.sessionId ?? null);
}

/** Tells whether this is the token whose hash an older document has. */
export function isFormerToken(token: string, { manage_token_hash }: FormerHashes): boolean {
  const given = createHash("sha256").update(token).digest("base64url");
  return manage_token_hash !== null && isSameSecret(given, manage_token_hash);
}
