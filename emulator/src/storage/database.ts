import { CollectionTree } from "./collection-tree.ts";
import type { CommitVersion, DocumentPath, StoredDocument } from "../values/document.ts";
import type { ReadView } from "./read-view.ts";
import type { CommitRecord, DocumentChange } from "./commit-record.ts";
import { History } from "./history.ts";
import type { HistoryLimits } from "./history.ts";
import { VersionClock } from "./version-clock.ts";

/** Production keeps one hour readable; the other limits bound memory under a load that rewrites the same documents. */
const DEFAULT_LIMITS: HistoryLimits = {
  retentionMicros: 3_600_000_000n,
  maxEntries: 50_000,
  maxBytes: 64 * 1024 * 1024,
};

export interface DatabaseOptions {
  readonly nowMillis?: () => number;
  readonly history?: HistoryLimits;
}

/** The id of the collection that contains a document: `services` for `shops/default/services/oil_change`. */
export function collectionIdOf(path: DocumentPath): string {
  const end = path.lastIndexOf("/");
  return path.slice(path.lastIndexOf("/", end - 1) + 1, end);
}

/**
 * One database: the latest version of every document and, within retention, the earlier ones.
 *
 * It has no locks, preconditions or rules: callers decide which changes to apply. Every method is synchronous, so no
 * reader sees half a commit.
 */
export class Database {
  /** `projects/P/databases/D` */
  readonly name: string;
  readonly #documents = new Map<DocumentPath, StoredDocument>();
  readonly #groups = new Map<string, Map<DocumentPath, StoredDocument>>();
  readonly #tree = new CollectionTree();
  readonly #clock: VersionClock;
  readonly #history: History;
  readonly #pins = new Map<CommitVersion, number>();
  readonly #listeners = new Set<(record: CommitRecord) => void>();
  readonly #latest: ReadView;
  #currentVersion: CommitVersion;

  constructor(name: string, options: DatabaseOptions = {}) {
    this.name = name;
    this.#clock = new VersionClock(options.nowMillis);
    this.#currentVersion = this.#clock.readTime();
    const limits = options.history ?? DEFAULT_LIMITS;
    this.#history = new History(limits, this.#currentVersion - limits.retentionMicros);
    this.#latest = {
      at: undefined,
      get: (path) => this.#documents.get(path),
      scanCollectionGroup: (collectionId) => this.#groups.get(collectionId)?.values() ?? [],
      pathsChangedSince: () => [],
    };
  }

  /** The version of the last commit; before the first one, the time the database was created. */
  get currentVersion(): CommitVersion {
    return this.#currentVersion;
  }

  /** The oldest version `viewAt` can still show. */
  get oldestReadableVersion(): CommitVersion {
    this.#prune();
    return this.#history.oldestReadable;
  }

  /** The number of existing documents. */
  get size(): number {
    return this.#documents.size;
  }

  /** The time to report for a read of the latest state: not before any commit so far, and before every later one. */
  readTime(): CommitVersion {
    return this.#clock.readTime();
  }

  /** A view that always shows the latest state; the same object every time. */
  latest(): ReadView {
    return this.#latest;
  }

  /**
   * A view of the state as of `version`. The caller has checked the version against `oldestReadableVersion` and has
   * pinned it if the view outlives this turn of the event loop.
   */
  viewAt(version: CommitVersion): ReadView {
    const get = (path: DocumentPath) => this.#history.documentAt(path, version, this.#documents.get(path));
    const pathsChangedSince = () => this.#history.pathsChangedSince(version);
    const latest = this.#latest;
    return {
      at: version,
      get,
      pathsChangedSince,
      *scanCollectionGroup(collectionId) {
        const changed = pathsChangedSince();
        for (const document of latest.scanCollectionGroup(collectionId)) {
          if (!changed.has(document.path)) yield document;
        }
        for (const path of changed) {
          const document = collectionIdOf(path) === collectionId ? get(path) : undefined;
          if (document) yield document;
        }
      },
    };
  }

  /** Keeps everything from `version` on readable until the returned function is called. */
  pin(version: CommitVersion): () => void {
    this.#pins.set(version, (this.#pins.get(version) ?? 0) + 1);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const count = this.#pins.get(version)! - 1;
      if (count > 0) this.#pins.set(version, count);
      else this.#pins.delete(version);
    };
  }

  /** The version for the next commit; it becomes the update time of the documents the commit writes. */
  nextVersion(): CommitVersion {
    return this.#clock.nextVersion();
  }

  /**
   * Makes the changes visible and notifies the commit listeners.
   * @param version from `nextVersion()`
   * @param changes at most one per path, without no-ops; `before` is the version in the latest view
   */
  apply(version: CommitVersion, changes: readonly DocumentChange[]): CommitRecord {
    const record: CommitRecord = { version, changes };
    this.#currentVersion = version;
    if (changes.length === 0) return record;
    for (const change of changes) this.#store(change);
    this.#history.record(version, changes);
    this.#prune();
    for (const listener of this.#listeners) listener(record);
    return record;
  }

  /** Forgets every version older than the last commit. */
  forgetHistory(): void {
    this.#history.clear(this.#currentVersion);
  }

  /** Calls `listener` right after each commit that changed something, in commit order. Returns a function that unsubscribes. */
  onCommit(listener: (record: CommitRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Every document of the latest state, in no particular order. */
  documents(): Iterable<StoredDocument> {
    return this.#documents.values();
  }

  /** The parents and children of documents and collections in the latest state. */
  get tree(): Pick<CollectionTree, "documentIds" | "collectionIds"> {
    return this.#tree;
  }

  #store(change: DocumentChange): void {
    const { path, before, after } = change;
    const collectionId = collectionIdOf(path);
    if (after) {
      this.#documents.set(path, after);
      let group = this.#groups.get(collectionId);
      if (!group) this.#groups.set(collectionId, (group = new Map<DocumentPath, StoredDocument>()));
      group.set(path, after);
      if (!before) this.#tree.add(path);
      return;
    }
    this.#documents.delete(path);
    const group = this.#groups.get(collectionId);
    group?.delete(path);
    if (group?.size === 0) this.#groups.delete(collectionId);
    if (before) this.#tree.remove(path);
  }

  #prune(): void {
    let pinned: CommitVersion | undefined;
    for (const version of this.#pins.keys()) if (pinned === undefined || version < pinned) pinned = version;
    this.#history.prune(this.#clock.readTime(), pinned);
  }
}
