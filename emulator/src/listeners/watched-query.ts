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
 * A query that somebody listens to, however many do.
 *
 * Whether a document is in a query without limit follows from the document alone, so such a query keeps nothing. One
 * with a limit keeps its result, since a document that leaves lets another one in.
 */
export class WatchedQuery {
  readonly query: Query;
  readonly #database: Database;
  readonly #engine: QueryEngine;
  #window: ReadonlyMap<DocumentPath, StoredDocument> | undefined;

  /** @throws StatusError FAILED_PRECONDITION when the query needs an index that is not defined */
  constructor(database: Database, engine: QueryEngine, query: Query) {
    this.query = query;
    this.#database = database;
    this.#engine = engine;
    engine.checkIndexes(query);
    if (query.limit !== undefined || query.offset > 0) this.#window = byPath(this.#run(database.latest()));
  }

  /** The query's documents now, in its order. */
  documents(): readonly StoredDocument[] {
    return this.#window ? [...this.#window.values()] : this.#run(this.#database.latest());
  }

  /** What changed from an older view to now. */
  since(view: ReadView): Delta {
    const latest = this.#database.latest();
    if (this.#window) return difference(byPath(this.#run(view)), this.#window, (path) => latest.get(path));
    const changes = [...view.pathsChangedSince()].map((path) => ({
      path,
      before: view.get(path),
      after: latest.get(path),
    }));
    return this.#filtered(changes);
  }

  /** What a commit changed. Called for every commit, in order. */
  apply(changes: readonly DocumentChange[]): Delta {
    if (!this.#window) return this.#filtered(changes);
    const window = this.#window;
    const concerned = changes.some(
      ({ path, after }) => window.has(path) || (after && matches(this.query, after)),
    );
    // With an offset, documents before the window move it too.
    if (!concerned && this.query.offset === 0) return NO_CHANGE;
    const latest = this.#database.latest();
    this.#window = byPath(this.#run(latest));
    return difference(window, this.#window, (path) => latest.get(path));
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
