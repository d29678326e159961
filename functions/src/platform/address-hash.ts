import { createHmac } from "node:crypto";

/** Hashes a text under a key that the database does not have. */
export type AddressHash = (text: string) => string;

const LENGTH = 22;

/**
 * Returns an HMAC-SHA256 of 132 bits under the secret. A bare hash would not hide an address: all of them can be tried.
 */
export function addressHash(secret: string): AddressHash {
  return (text) => {
    if (secret === "") throw new Error("ADDRESS_HMAC_SECRET is not set");
    return createHmac("sha256", secret).update(text).digest("base64url").slice(0, LENGTH);
  };
}
