import { randomBytes } from "node:crypto";
import type { google } from "@google-cloud/firestore/build/protos/firestore_v1_proto_api.js";
import type { Database } from "../storage/database.ts";
import type { CommitVersion } from "../values/document.ts";
import { timestampToVersion } from "../values/wire.ts";

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
function versionOfToken(database: Database, token: Uint8Array): CommitVersion | undefined {
  const bytes = Buffer.from(token);
  if (bytes.length !== TOKEN_BYTES || !bytes.subarray(0, NONCE_BYTES).equals(nonceOf(database)))
    return undefined;
  return bytes.readBigInt64BE(NONCE_BYTES);
}

/** The version a target resumes from; undefined without one, "unknown" when it is no longer readable. */
export function resumeVersion(
  database: Database,
  target: google.firestore.v1.ITarget,
): CommitVersion | undefined | "unknown" {
  const token = target.resumeToken as Uint8Array | undefined;
  let version: CommitVersion | undefined;
  if (token && token.length > 0) version = versionOfToken(database, token);
  else if (target.readTime) version = timestampToVersion(target.readTime);
  else return undefined;
  if (version === undefined || version > database.readTime()) return "unknown";
  return version < database.oldestReadableVersion ? "unknown" : version;
}
