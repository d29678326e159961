import type { Fields } from "./value.ts";

/** Microseconds since the Unix epoch; strictly increasing from commit to commit within a database. */
export type CommitVersion = bigint;

/** A path relative to the database's `documents` root, e.g. `shops/default/services/oil_change`. */
export type DocumentPath = string;

/** One version of one document. Never mutated: a write makes a new one. */
export interface StoredDocument {
  readonly path: DocumentPath;
  readonly fields: Fields;
  readonly createTime: CommitVersion;
  readonly updateTime: CommitVersion;
}
