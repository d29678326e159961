import { collectionIdOf } from "../storage/database.ts";
import type { DocumentPath } from "../values/document.ts";

/** The data a read is about to use, and so has to lock. */
export type LockScope =
  | { readonly documents: readonly DocumentPath[] }
  | { readonly collectionId: string }
  | { readonly everything: true };

/** A test for the paths whose writes would change the result of a read. */
export function pathTest(scope: LockScope): (path: DocumentPath) => boolean {
  if ("documents" in scope) {
    const paths = new Set(scope.documents);
    return (path) => paths.has(path);
  }
  if ("collectionId" in scope) return (path) => collectionIdOf(path) === scope.collectionId;
  return () => true;
}
