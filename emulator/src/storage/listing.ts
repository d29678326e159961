import { compareResourcePaths } from "../values/compare.ts";
import { CollectionTree } from "./collection-tree.ts";
import type { Database } from "./database.ts";
import type { DocumentPath } from "../values/document.ts";
import type { ReadView } from "./read-view.ts";

type Tree = Pick<CollectionTree, "documentIds" | "collectionIds">;

/** Paths of a collection's documents in name order, missing ones with descendants included where asked. */
export function listDocumentPaths(
  database: Database,
  view: ReadView,
  parent: DocumentPath,
  collectionId: string,
  includeMissing: boolean,
): DocumentPath[] {
  const collection = join(parent, collectionId);
  const paths: DocumentPath[] = [];
  for (const id of treeOf(database, view).documentIds(collection)) {
    const path = `${collection}/${id}`;
    if (includeMissing || view.get(path)) paths.push(path);
  }
  return paths.sort(compareResourcePaths);
}

/** Ids of the collections right under a document, or under the root for "", in order. */
export function listCollectionIds(database: Database, view: ReadView, parent: DocumentPath): string[] {
  return [...treeOf(database, view).collectionIds(parent)].sort(compareResourcePaths);
}

/** Who lies under whom, as the view shows it. */
function treeOf(database: Database, view: ReadView): Tree {
  if (view.at === undefined) return database.tree;
  // The past keeps no tree: it is grown again from what existed then.
  const changed = new Set(view.pathsChangedSince());
  const tree = new CollectionTree();
  for (const { path } of database.documents()) if (!changed.has(path)) tree.add(path);
  for (const path of changed) if (view.get(path)) tree.add(path);
  return tree;
}

function join(parent: DocumentPath, id: string): string {
  return parent === "" ? id : `${parent}/${id}`;
}
