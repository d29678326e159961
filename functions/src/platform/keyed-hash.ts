import { createHmac, timingSafeEqual } from "node:crypto";

/** 132 bits in base64url: enough that no two clients meet. */
const SHORT_LENGTH = 22;

/**
 * Keyed hashes (HMAC-SHA-256). Without the secret, which the database does not have, no hash can be computed or
 * verified; a bare hash would not hide an address or a phone number, because all of them can be tried.
 */
export class KeyedHash {
  /**
   * @param parameter the name of the secret, for the error's message.
   * @param secret null or empty in functions that the secret is not bound to: these must make no hash.
   */
  constructor(
    private readonly parameter: string,
    private readonly secret: string | null,
  ) {}

  /** Returns the hash of the values, in base64url. Hashes of different purposes never meet. */
  of(purpose: string, ...values: readonly (string | number | null)[]): string {
    if (!this.secret) throw new Error(`${this.parameter} is not bound to this function.`);
    return createHmac("sha256", this.secret)
      .update(JSON.stringify([purpose, ...values]))
      .digest("base64url");
  }

  /** Returns the first 132 bits of the hash, as a key or as part of a document's id. */
  short(purpose: string, ...values: readonly (string | number | null)[]): string {
    return this.of(purpose, ...values).slice(0, SHORT_LENGTH);
  }
}

/** Compares in constant time, so that a forger learns nothing from how long a refusal takes. */
export function isSameSecret(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
