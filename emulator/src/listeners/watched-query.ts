import type { QueryEngine } from "../queries/engine.ts";
import { matches } from "../queries/matcher.ts";
import type { Query } from "../queries/query.ts";
import type { Database } from "../storage/database.ts";
import type { DocumentPath, StoredDocument } from "../values/document.ts";
import type { ReadView } from "../storage/read-view.ts";
import type { DocumentChange } from "../storage/commit-record.ts";
import type { Delta } from "./delta.ts";
import { byPath, difference, NO_CHANGE } from "./delta.ts";

/**
 * A query with at least one listener.
 *
 * Without a limit, the document alone decides whether it is in the query, so no result is stored. A query with a limit
 * or offset stores its result, because a document that leaves makes room for another one.
 */
export class WatchedQuery {
  readonly query: Query;
  readonly #database: Database;
  readonly #engine: QueryEngine;
  #result: ReadonlyMap<DocumentPath, StoredDocument> | undefined;

  /** @throws StatusError FAILED_PRECONDITION when the query needs an index that is not defined */
  constructor(database: Database, engine: QueryEngine, query: Query) {
    this.query = query;
    this.#database = database;
    this.#engine = engine;
    engine.checkIndexes(query);
    if (query.limit !== undefined || query.offset > 0) this.#result = byPath(this.#run(database.latest()));
  }

  /** The current documents of the query, in its order. */
  documents(): readonly StoredDocument[] {
    return this.#result ? [...this.#result.values()] : this.#run(this.#database.latest());
  }

  /** The changes since an older view. */
  since(view: ReadView): Delta {
    const latest = this.#database.latest();
    if (this.#result) return difference(byPath(this.#run(view)), this.#result, (path) => latest.get(path));
    const changes = [...view.pathsChangedSince()].map((path) => ({
      path,
      before: view.get(path),
      after: latest.get(path),
    }));
    return this.#filtered(changes);
  }

  /** The changes of a commit. Called for every commit, in order. */
  apply(changes: readonly DocumentChange[]): Delta {
    if (!this.#result) return this.#filtered(changes);
    const before = this.#result;
    const isAffected = changes.some(
      ({ path, after }) => before.has(path) || (after && matches(this.query, after)),
    );
    // With an offset, documents before the result shift it too.
    if (!isAffected && this.query.offset === 0) return NO_CHANGE;
    const latest = this.#database.latest();
    this.#result = byPath(this.#run(latest));
    return difference(before, this.#result, (path) => latest.get(path));
  }

  #filtered(changes: readonly DocumentChange[]): Delta {
    const changed: StoredDocument[] = [];
    const removed: Delta["removed"][number][] = [];
    for (const { path, before, after } of changes) {
      if (before === after) continue;
      if (after && matches(this.query, after)) changed.push(after);
      else if (before && matches(this.query, before)) removed.push({ path, document: after });
    }
    return { changed, removed };
  }

  #run(view: ReadView): readonly StoredDocument[] {
    return this.#engine.run(view, this.query).documents;
  }
}
