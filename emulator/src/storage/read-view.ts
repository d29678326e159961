import type { CommitVersion, DocumentPath, StoredDocument } from "../values/document.ts";

/** A consistent view of the database: the latest commit, or the state as of an older version. */
export interface ReadView {
  /** The version this view shows; undefined means "always the latest". */
  readonly at: CommitVersion | undefined;
  get(path: DocumentPath): StoredDocument | undefined;
  /** Every document whose collection id is `collectionId`, in no particular order, under any parent. */
  scanCollectionGroup(collectionId: string): Iterable<StoredDocument>;
  /** The paths changed by commits newer than this view, each once; empty for the latest view. */
  pathsChangedSince(): Iterable<DocumentPath>;
}
