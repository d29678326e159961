import type { DocumentPath, StoredDocument } from "../values/document.ts";

/** The changes of a target's documents between two versions. */
export interface Delta {
  /** Documents that are new in the target or have a new version. */
  readonly changed: readonly StoredDocument[];
  readonly removed: readonly Removal[];
}

export interface Removal {
  readonly path: DocumentPath;
  /** The latest version; undefined when the document was deleted rather than left the target. */
  readonly document: StoredDocument | undefined;
}

export const NO_CHANGE: Delta = { changed: [], removed: [] };

/** The difference between two results, by versions; `now` returns the latest version of a document. */
export function difference(
  before: ReadonlyMap<DocumentPath, StoredDocument>,
  after: ReadonlyMap<DocumentPath, StoredDocument>,
  now: (path: DocumentPath) => StoredDocument | undefined,
): Delta {
  const changed = [...after.values()].filter((document) => before.get(document.path) !== document);
  const removed = [...before.keys()]
    .filter((path) => !after.has(path))
    .map((path) => ({ path, document: now(path) }));
  return { changed, removed };
}

/** The documents by path, in the given order. */
export function byPath(documents: readonly StoredDocument[]): ReadonlyMap<DocumentPath, StoredDocument> {
  return new Map(documents.map((document) => [document.path, document]));
}
