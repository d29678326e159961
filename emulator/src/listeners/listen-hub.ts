import type { QueryEngine } from "../queries/engine.ts";
import { inScope } from "../queries/matcher.ts";
import { queryKey } from "../queries/query-key.ts";
import type { Query } from "../queries/query.ts";
import { collectionIdOf } from "../storage/database.ts";
import type { Database } from "../storage/database.ts";
import type { CommitVersion, DocumentPath } from "../values/document.ts";
import type { CommitRecord, DocumentChange } from "../storage/commit-record.ts";
import { SnapshotChanges } from "./snapshot-changes.ts";
import { WatchedQuery } from "./watched-query.ts";

/** A stream that receives snapshots. */
export interface SnapshotSink {
  /** Called shortly after a commit that changed the stream's targets, in commit order. */
  deliver(version: CommitVersion, changes: SnapshotChanges): void;
  /** Called when `deliver` has thrown; ends this stream only. */
  fail(error: unknown): void;
  /** Called at intervals, so that the client learns that its data is up to date. */
  heartbeat(): void;
}

/** One target of one stream. */
export interface Watcher {
  readonly sink: SnapshotSink;
  readonly targetId: number;
}

interface Delivery {
  readonly sink: SnapshotSink;
  readonly version: CommitVersion;
  readonly changes: SnapshotChanges;
}

interface Subscription {
  readonly watched: WatchedQuery;
  readonly watchers: Set<Watcher>;
}

const HEARTBEAT_MILLIS = 45_000;
const hubs = new WeakMap<Database, ListenHub>();

/** Delivers each commit of a database to the targets it affects. Equal queries are evaluated once for all streams. */
export class ListenHub {
  readonly #database: Database;
  readonly #engine: QueryEngine;
  readonly #documents = new Map<DocumentPath, Set<Watcher>>();
  /** Subscriptions by query, by collection id; undefined holds queries over all collections. */
  readonly #queries = new Map<string | undefined, Map<string, Subscription>>();
  readonly #sinks = new Set<SnapshotSink>();
  #heartbeat: NodeJS.Timeout | undefined;
  #pending: Delivery[] = [];

  /** The hub of a database, shared by all its streams. */
  static of(database: Database, engine: QueryEngine): ListenHub {
    let hub = hubs.get(database);
    if (!hub) hubs.set(database, (hub = new ListenHub(database, engine)));
    return hub;
  }

  private constructor(database: Database, engine: QueryEngine) {
    this.#database = database;
    this.#engine = engine;
    database.onCommit((record) => this.#onCommit(record));
  }

  /** The number of distinct watched queries. */
  get watchedQueries(): number {
    let count = 0;
    for (const group of this.#queries.values()) count += group.size;
    return count;
  }

  /** Registers a stream for heartbeats; returns a function that unregisters it. */
  join(sink: SnapshotSink): () => void {
    this.#sinks.add(sink);
    this.#heartbeat ??= setInterval(() => {
      this.flush();
      for (const each of this.#sinks) each.heartbeat();
    }, HEARTBEAT_MILLIS).unref();
    return () => {
      this.#sinks.delete(sink);
      if (this.#sinks.size > 0) return;
      clearInterval(this.#heartbeat);
      this.#heartbeat = undefined;
    };
  }

  /** Watches documents from now on; returns a function that stops it. */
  watchDocuments(paths: readonly DocumentPath[], watcher: Watcher): () => void {
    for (const path of paths) {
      const watchers = this.#documents.get(path);
      if (watchers) watchers.add(watcher);
      else this.#documents.set(path, new Set([watcher]));
    }
    return () => {
      for (const path of paths) {
        const watchers = this.#documents.get(path);
        watchers?.delete(watcher);
        if (watchers?.size === 0) this.#documents.delete(path);
      }
    };
  }

  /**
   * Watches a query from now on; returns it and a function that stops it.
   *
   * @throws StatusError FAILED_PRECONDITION when the query needs an index that is not defined
   */
  watchQuery(query: Query, watcher: Watcher): { watched: WatchedQuery; stop: () => void } {
    const key = queryKey(query);
    let group = this.#queries.get(query.collectionId);
    let subscription = group?.get(key);
    if (!subscription) {
      subscription = { watched: new WatchedQuery(this.#database, this.#engine, query), watchers: new Set() };
      if (!group) this.#queries.set(query.collectionId, (group = new Map<string, Subscription>()));
      group.set(key, subscription);
    }
    const { watched, watchers } = subscription;
    watchers.add(watcher);
    const stop = () => {
      watchers.delete(watcher);
      if (watchers.size > 0) return;
      group!.delete(key);
      if (group!.size === 0) this.#queries.delete(query.collectionId);
    };
    return { watched, stop };
  }

  /** Delivers all pending snapshots now. */
  flush(): void {
    const deliveries = this.#pending;
    this.#pending = [];
    for (const { sink, version, changes } of deliveries) {
      try {
        sink.deliver(version, changes);
      } catch (error) {
        sink.fail(error);
      }
    }
  }

  #onCommit(record: CommitRecord): void {
    if (this.#sinks.size === 0) return;
    const snapshots = new Map<SnapshotSink, SnapshotChanges>();
    const snapshotOf = (sink: SnapshotSink): SnapshotChanges => {
      let snapshot = snapshots.get(sink);
      if (!snapshot) snapshots.set(sink, (snapshot = new SnapshotChanges()));
      return snapshot;
    };
    for (const change of record.changes) {
      for (const { sink, targetId } of this.#documents.get(change.path) ?? []) {
        if (change.after) snapshotOf(sink).changed(targetId, change.after);
        else snapshotOf(sink).removed(targetId, change.path, undefined);
      }
    }
    for (const [{ watched, watchers }, changes] of this.#affected(record.changes)) {
      const delta = watched.apply(changes);
      if (delta.changed.length === 0 && delta.removed.length === 0) continue;
      for (const { sink, targetId } of watchers)
        snapshotOf(sink).add(targetId, delta, watched.query.projection);
    }
    for (const [sink, changes] of snapshots) this.#enqueue({ sink, version: record.version, changes });
  }

  /** Defers the delivery to the next turn, because sending to many streams would delay the response to the commit. */
  #enqueue(delivery: Delivery): void {
    if (this.#pending.length === 0) setImmediate(() => this.flush());
    this.#pending.push(delivery);
  }

  /** The watched queries the changes may affect, each with the changes in its collections. */
  #affected(changes: readonly DocumentChange[]): ReadonlyMap<Subscription, readonly DocumentChange[]> {
    const affected = new Map<Subscription, DocumentChange[]>();
    for (const change of changes) {
      for (const group of [this.#queries.get(collectionIdOf(change.path)), this.#queries.get(undefined)]) {
        for (const subscription of group?.values() ?? []) {
          if (!inScope(subscription.watched.query, change.path)) continue;
          const own = affected.get(subscription);
          if (own) own.push(change);
          else affected.set(subscription, [change]);
        }
      }
    }
    return affected;
  }
}
