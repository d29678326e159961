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

/** A stream that takes snapshots. */
export interface SnapshotSink {
  /** A commit changed something in the stream's targets. Called soon after the commit, in commit order. */
  deliver(version: CommitVersion, changes: SnapshotChanges): void;
  /** Delivering went wrong: this stream is lost, the others are not. */
  fail(error: unknown): void;
  /** Nothing changed for a while; says so, so that the client knows its data is fresh. */
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

/** Takes each commit of a database to the targets it concerns; equal queries of all streams are evaluated once. */
export class ListenHub {
  readonly #database: Database;
  readonly #engine: QueryEngine;
  readonly #documents = new Map<DocumentPath, Set<Watcher>>();
  /** Subscriptions by query, by collection id; undefined holds queries over all collections. */
  readonly #queries = new Map<string | undefined, Map<string, Subscription>>();
  readonly #sinks = new Set<SnapshotSink>();
  #heartbeat: NodeJS.Timeout | undefined;
  #undelivered: Delivery[] = [];

  /** The hub of a database; the same for all its streams. */
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

  /** How many distinct queries are being watched. */
  get watchedQueries(): number {
    let count = 0;
    for (const group of this.#queries.values()) count += group.size;
    return count;
  }

  /** Registers a stream for heartbeats; returns how to leave. */
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

  /** Watches documents from now on; returns how to stop. */
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
   * Watches a query from now on; returns it and how to stop.
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

  /** Delivers now what is waiting to be delivered. */
  flush(): void {
    const deliveries = this.#undelivered;
    this.#undelivered = [];
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
    for (const [{ watched, watchers }, changes] of this.#concerned(record.changes)) {
      const delta = watched.apply(changes);
      if (delta.changed.length === 0 && delta.removed.length === 0) continue;
      for (const { sink, targetId } of watchers)
        snapshotOf(sink).add(targetId, delta, watched.query.projection);
    }
    for (const [sink, changes] of snapshots) this.#enqueue({ sink, version: record.version, changes });
  }

  /** Sending to many streams takes longer than committing, so the commit is answered first. */
  #enqueue(delivery: Delivery): void {
    if (this.#undelivered.length === 0) setImmediate(() => this.flush());
    this.#undelivered.push(delivery);
  }

  /** The watched queries with those of the changes that lie in their collections. */
  #concerned(changes: readonly DocumentChange[]): ReadonlyMap<Subscription, readonly DocumentChange[]> {
    const concerned = new Map<Subscription, DocumentChange[]>();
    for (const change of changes) {
      for (const group of [this.#queries.get(collectionIdOf(change.path)), this.#queries.get(undefined)]) {
        for (const subscription of group?.values() ?? []) {
          if (!inScope(subscription.watched.query, change.path)) continue;
          const own = concerned.get(subscription);
          if (own) own.push(change);
          else concerned.set(subscription, [change]);
        }
      }
    }
    return concerned;
  }
}
