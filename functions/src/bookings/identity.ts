import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/**
 * The id of the booking that an Idempotency-Key makes: the same key finds the same booking, whatever became of the
 * first answer. Keys of different callers do not meet.
 */
export function bookingIdFromKey(shopId: string, uid: string | null, key: string): string {
  const caller = uid === null ? "guest" : `user:${uid}`;
  return createHash("sha256")
    .update(JSON.stringify([shopId, caller, key]))
    .digest("hex")
    .slice(0, 32);
}

/** The id of the booking that consumes a hold: a hold makes one booking, however often the request is repeated. */
export function bookingIdFromHold(shopId: string, uid: string | null, holdId: string): string {
  return createHash("sha256")
    .update(JSON.stringify([shopId, uid, "hold", holdId]))
    .digest("hex")
    .slice(0, 32);
}

/** The secret half of a guest's manage token, stored with the booking. */
export function newManageSalt(): string {
  return randomBytes(24).toString("base64url");
}

/**
 * A guest's manage token. It follows from the stored salt and from what the client alone knows (its Idempotency-Key,
 * or a nonce of the request), so a retried request gets the same token and the database alone does not give it away.
 */
export function manageToken(bookingId: string, salt: string, clientSecret: string): string {
  return createHmac("sha256", salt)
    .update(JSON.stringify([bookingId, clientSecret]))
    .digest("base64url");
}

export function hashManageToken(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}

/** Compares in constant time, so that a forger learns nothing from how long a refusal takes. */
export function isManageToken(token: string, storedHash: string): boolean {
  const given = Buffer.from(hashManageToken(token));
  const stored = Buffer.from(storedHash);
  return given.length === stored.length && timingSafeEqual(given, stored);
}
