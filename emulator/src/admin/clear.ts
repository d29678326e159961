import type { OpenDatabase } from "../state/open-database.ts";
import type { DocumentPath } from "../values/document.ts";

/**
 * Deletes every document at or below a path ("" for all) in one commit, ignoring locks, rules and triggers. Listeners
 * are notified as of any other commit.
 */
export function clearDatabase({ database }: OpenDatabase, path: DocumentPath): void {
  const root = path.replace(/\/+$/, "");
  const changes = [...database.documents()]
    .filter((document) => root === "" || document.path === root || document.path.startsWith(`${root}/`))
    .map((document) => ({ path: document.path, before: document, after: undefined }));
  if (changes.length > 0) database.apply(database.nextVersion(), changes);
}

/** Deletes every document, ends every open transaction and forgets the history. */
export function resetDatabase(open: OpenDatabase): void {
  open.transactions.reset();
  clearDatabase(open, "");
  open.database.forgetHistory();
}
