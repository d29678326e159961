import type { Fields } from "../values/value.ts";

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

/** What one commit did to one document; `before` and `after` are undefined where it did not exist. */
export interface DocumentChange {
  readonly path: DocumentPath;
  readonly before: StoredDocument | undefined;
  readonly after: StoredDocument | undefined;
}

/** One atomic commit, as listeners, triggers and indexes see it. No-op writes do not appear in `changes`. */
export interface CommitRecord {
  readonly version: CommitVersion;
  readonly changes: readonly DocumentChange[];
}

/** A consistent view of the database: the latest commit, or the state as of an older version. */
export interface ReadView {
  /** The version this view shows; undefined means "always the latest". */
  readonly at: CommitVersion | undefined;
  get(path: DocumentPath): StoredDocument | undefined;
  /** Every document whose collection id is `collectionId`, in no particular order, under any parent. */
  scanCollectionGroup(collectionId: string): Iterable<StoredDocument>;
  /** The changes newer than this view, newest version of each path once; empty for the latest view. */
  pathsChangedSince(): Iterable<DocumentPath>;
}
