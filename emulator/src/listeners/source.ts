import type { QueryEngine } from "../queries/engine.ts";
import type { Database } from "../storage/database.ts";
import type { DocumentPath } from "../values/document.ts";
import type { ReadView } from "../storage/read-view.ts";
import type { FieldPath } from "../values/field-path.ts";
import type { Delta } from "./delta.ts";
import type { ListenHub, Watcher } from "./listen-hub.ts";
import type { ListenTarget } from "./target.ts";

/** The documents of a target and their changes, for either kind of target. */
export interface Source {
  readonly projection: readonly FieldPath[] | undefined;
  /** All documents, and the requested paths that do not exist. */
  all(): Delta;
  /** The changes since an older view. */
  since(view: ReadView): Delta;
  /** The number of documents in the latest state. */
  count(): number;
  /** The number of documents in an older view. */
  countAt(view: ReadView): number;
  stop(): void;
}

/** The database of a stream, and the hub through which the stream watches it. */
export interface SourceContext {
  readonly database: Database;
  readonly queryEngine: QueryEngine;
  readonly hub: ListenHub;
}

/**
 * Begins to watch a target.
 *
 * @throws StatusError FAILED_PRECONDITION when its query needs an index that is not defined
 */
export function openSource(
  { database, queryEngine, hub }: SourceContext,
  target: ListenTarget,
  watcher: Watcher,
): Source {
  if (target.kind === "documents") {
    return documentsSource(database, target.paths, hub.watchDocuments(target.paths, watcher));
  }
  const { watched, stop } = hub.watchQuery(target.query, watcher);
  return {
    projection: target.query.projection,
    all: () => ({ changed: watched.documents(), removed: [] }),
    since: (view) => watched.since(view),
    count: () => watched.documents().length,
    countAt: (view) => queryEngine.run(view, target.query).documents.length,
    stop,
  };
}

function documentsSource(database: Database, paths: readonly DocumentPath[], stop: () => void): Source {
  const latest = database.latest();
  const stateOf = (wanted: readonly DocumentPath[]): Delta => ({
    changed: wanted.map((path) => latest.get(path)).filter((document) => document !== undefined),
    removed: wanted.filter((path) => !latest.get(path)).map((path) => ({ path, document: undefined })),
  });
  const countAt = (view: ReadView) => paths.filter((path) => view.get(path)).length;
  return {
    projection: undefined,
    all: () => stateOf(paths),
    since(view) {
      const changed = new Set(view.pathsChangedSince());
      return stateOf(paths.filter((path) => changed.has(path)));
    },
    count: () => countAt(latest),
    countAt,
    stop,
  };
}
