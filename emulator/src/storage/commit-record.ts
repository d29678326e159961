import type { CommitVersion, DocumentPath, StoredDocument } from "../values/document.ts";

/** The change one commit made to one document; `before` and `after` are undefined where it did not exist. */
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
