import type { OpenDatabase } from "../state/open-database.ts";
import type { DocumentPath } from "../values/document.ts";

/**
 * Deletes every document at or below a path ("" for all) in one commit, past locks, rules and triggers. Listeners
 * see it like any other commit.
 */
export function clearDatabase({ database }: OpenDatabase, path: DocumentPath): void {
  const within = path.replace(/\/+$/, "");
  const changes = [...database.documents()]
    .filter((document) => within === "" || document.path === within || document.path.startsWith(`${within}/`))
    .map((document) => ({ path: document.path, before: document, after: undefined }));
  if (changes.length > 0) database.apply(database.nextVersion(), changes);
}

/** Deletes everything and forgets every open transaction and the past. */
export function resetDatabase(open: OpenDatabase): void {
  open.transactions.reset();
  clearDatabase(open, "");
  open.database.forgetHistory();
}
