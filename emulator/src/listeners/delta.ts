import type { DocumentPath, StoredDocument } from "../values/document.ts";

/** How a target's documents changed between two versions. */
export interface Delta {
  /** Documents that are new in the target or have a new version. */
  readonly changed: readonly StoredDocument[];
  readonly removed: readonly Removal[];
}

export interface Removal {
  readonly path: DocumentPath;
  /** What is there now; undefined when the document is gone rather than no longer in the target. */
  readonly document: StoredDocument | undefined;
}

export const NO_CHANGE: Delta = { changed: [], removed: [] };

/** The difference between two results, by versions; `now` looks up what has become of a document that left. */
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

/** Documents by their paths, in the given order. */
export function byPath(documents: readonly StoredDocument[]): ReadonlyMap<DocumentPath, StoredDocument> {
  return new Map(documents.map((document) => [document.path, document]));
}
