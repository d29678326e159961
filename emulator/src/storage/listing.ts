import { compareResourcePaths } from "../values/compare.ts";
import { CollectionTree } from "./collection-tree.ts";
import type { Database } from "./database.ts";
import type { DocumentPath } from "../values/document.ts";
import type { ReadView } from "./read-view.ts";

type Tree = Pick<CollectionTree, "documentIds" | "collectionIds">;

/** The paths of a collection's documents in name order; `includeMissing` adds missing ones with descendants. */
export function listDocumentPaths(
  database: Database,
  view: ReadView,
  collectionPath: string,
  { includeMissing }: { readonly includeMissing: boolean },
): DocumentPath[] {
  const paths: DocumentPath[] = [];
  for (const id of treeOf(database, view).documentIds(collectionPath)) {
    const path = `${collectionPath}/${id}`;
    if (includeMissing || view.get(path)) paths.push(path);
  }
  return paths.sort(compareResourcePaths);
}

/** The ids of the collections right under a document, or under the root for "", in order. */
export function listCollectionIds(database: Database, view: ReadView, parent: DocumentPath): string[] {
  return [...treeOf(database, view).collectionIds(parent)].sort(compareResourcePaths);
}

/** The parents and children of documents and collections in a view. */
function treeOf(database: Database, view: ReadView): Tree {
  if (view.at === undefined) return database.tree;
  // Only the latest state keeps a tree; for an older view it is built from the documents of that time.
  const changed = new Set(view.pathsChangedSince());
  const tree = new CollectionTree();
  for (const { path } of database.documents()) if (!changed.has(path)) tree.add(path);
  for (const path of changed) if (view.get(path)) tree.add(path);
  return tree;
}

/** The path of a collection right under a document, or under the root for "". */
export function collectionPath(parent: DocumentPath, collectionId: string): string {
  return parent === "" ? collectionId : `${parent}/${collectionId}`;
}
