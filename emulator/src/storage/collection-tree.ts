import type { DocumentPath } from "../values/document.ts";

/**
 * The parents and children of documents and collections, with a count of the documents that keep each one listed.
 *
 * A document that does not exist but has descendants is "missing": ListDocuments can show it, and its collections
 * are listed. Both follow from the number of existing documents at or below each path.
 */
export class CollectionTree {
  /** The children of a document path ("" is the root) or collection path, with the number of documents at or below. */
  readonly #children = new Map<string, Map<string, number>>();

  add(path: DocumentPath): void {
    this.#count(path, 1);
  }

  remove(path: DocumentPath): void {
    this.#count(path, -1);
  }

  /** The ids of the documents of a collection, missing ones with descendants included, in no particular order. */
  documentIds(collectionPath: string): Iterable<string> {
    return this.#children.get(collectionPath)?.keys() ?? [];
  }

  /** The ids of the collections right under a document, or under the root for "", in no particular order. */
  collectionIds(documentPath: DocumentPath): Iterable<string> {
    return this.#children.get(documentPath)?.keys() ?? [];
  }

  #count(path: DocumentPath, by: number): void {
    const segments = path.split("/");
    let parent = "";
    for (const segment of segments) {
      this.#countChild(parent, segment, by);
      parent = parent === "" ? segment : `${parent}/${segment}`;
    }
  }

  #countChild(parent: string, child: string, by: number): void {
    let children = this.#children.get(parent);
    if (!children) this.#children.set(parent, (children = new Map<string, number>()));
    const count = (children.get(child) ?? 0) + by;
    if (count > 0) children.set(child, count);
    else children.delete(child);
    if (children.size === 0) this.#children.delete(parent);
  }
}
