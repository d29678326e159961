import { createHmac, timingSafeEqual } from "node:crypto";

/** Keyed hashes (HMAC-SHA-256): without the secret no one can compute, verify or guess what one was made of. */
export class KeyedHash {
  /** @param secret null in functions that the secret is not bound to: these must make no hash. */
  constructor(private readonly secret: string | null) {}

  /** Returns the hash of the values, in base64url. Hashes of different purposes never meet. */
  of(purpose: string, ...values: readonly (string | number | null)[]): string {
    if (this.secret === null) throw new Error("MANAGE_TOKEN_SECRET is not bound to this function.");
    return createHmac("sha256", this.secret)
      .update(JSON.stringify([purpose, ...values]))
      .digest("base64url");
  }
}

/** Compares in constant time, so that a forger learns nothing from how long a refusal takes. */
export function isSameSecret(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
