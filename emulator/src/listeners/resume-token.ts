import { randomBytes } from "node:crypto";
import type { Database } from "../storage/database.ts";
import type { CommitVersion } from "../values/document.ts";

const NONCE_BYTES = 4;
const TOKEN_BYTES = NONCE_BYTES + 8;

/** Distinguishes the databases of this process from those of another one, whose versions are unrelated. */
const nonces = new WeakMap<Database, Buffer>();

function nonceOf(database: Database): Buffer {
  let nonce = nonces.get(database);
  if (!nonce) nonces.set(database, (nonce = randomBytes(NONCE_BYTES)));
  return nonce;
}

/** The token with which a client asks for the changes after `version`. */
export function resumeToken(database: Database, version: CommitVersion): Buffer {
  const token = Buffer.alloc(TOKEN_BYTES);
  nonceOf(database).copy(token);
  token.writeBigInt64BE(version, NONCE_BYTES);
  return token;
}

/** The version in a token, or undefined when this database did not issue it. */
export function versionOfToken(database: Database, token: Uint8Array): CommitVersion | undefined {
  const bytes = Buffer.from(token);
  if (bytes.length !== TOKEN_BYTES || !bytes.subarray(0, NONCE_BYTES).equals(nonceOf(database)))
    return undefined;
  return bytes.readBigInt64BE(NONCE_BYTES);
}
