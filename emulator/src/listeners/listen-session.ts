/**
 * One ListenSession serves one Listen stream; the ListenHub of the database feeds the sessions.
 *
 * - Target: a list of documents or a query, with an id the client chooses.
 * - Snapshot: the messages of one commit for a stream, completed by a NO_CHANGE with a version and no target ids.
 * - Resume token: the database and the version of a snapshot, from which a later target can resume.
 *
 * Life cycle of a target: the client adds it (ADD). It gets its documents, or the changes since its resume token, and
 * is then up to date (CURRENT). Every later commit that affects it is one snapshot. REMOVE ends it: on request, after
 * the first snapshot of a `once` target, or with a cause when it is invalid or no longer readable.
 *
 * A token of another database, or of a version that is no longer readable, is answered with RESET and all documents.
 * A client that had a wrong number of documents at its token gets an existence filter, and asks for all of them.
 *
 * What must hold:
 * - After each snapshot the client's documents equal a fresh run of its queries at that version.
 * - Snapshots are sent in commit order, and never between the messages of another one.
 * - A commit before a request is delivered before the response to the request.
 * - An error in one target or stream does not affect the others.
 */
import type { google } from "@google-cloud/firestore/build/protos/firestore_v1_proto_api.js";
import type { QueryEngine } from "../queries/engine.ts";
import type { Database } from "../storage/database.ts";
import type { CommitVersion, DocumentPath } from "../values/document.ts";
import type { ReadView } from "../storage/read-view.ts";
import { timestampToVersion } from "../values/wire.ts";
import { StatusError, invalidArgument } from "../status.ts";
import { ListenHub } from "./listen-hub.ts";
import type { SnapshotSink } from "./listen-hub.ts";
import {
  consistentSnapshot,
  documentEvent,
  existenceFilter,
  targetAdded,
  targetCurrent,
  targetRemoved,
  targetReset,
} from "./responses.ts";
import { versionOfToken } from "./resume-token.ts";
import { SnapshotChanges } from "./snapshot-changes.ts";
import { openSource } from "./source.ts";
import type { Source } from "./source.ts";
import type { ListenTarget } from "./target.ts";
import { parseTarget } from "./target.ts";

type ITarget = google.firestore.v1.ITarget;

export interface ListenDependencies {
  readonly database: Database;
  readonly queryEngine: QueryEngine;
  /** Throws a StatusError for a target the client may not read; absent when it may read everything. */
  readonly authorize?: ((target: ListenTarget) => void) | undefined;
  readonly meter: { read(count: number): void };
}

interface ActiveTarget {
  readonly target: ListenTarget;
  readonly source: Source;
}

/** Serves one Listen stream. */
export class ListenSession implements SnapshotSink {
  readonly #deps: ListenDependencies;
  readonly #send: (response: Uint8Array) => void;
  readonly #end: (error?: StatusError) => void;
  readonly #hub: ListenHub;
  readonly #leave: () => void;
  readonly #targets = new Map<number, ActiveTarget>();
  #closed = false;

  /**
   * @param send sends an encoded ListenResponse
   * @param end ends the stream, with an error if the client violated the protocol
   */
  constructor(
    deps: ListenDependencies,
    send: (response: Uint8Array) => void,
    end: (error?: StatusError) => void,
  ) {
    this.#deps = deps;
    this.#send = send;
    this.#end = end;
    this.#hub = ListenHub.of(deps.database, deps.queryEngine);
    this.#leave = this.#hub.join(this);
  }

  /** Adds or removes a target. An invalid target is reported on the stream, which continues. */
  onRequest(request: google.firestore.v1.IListenRequest): void {
    if (this.#closed) return;
    // Delivers earlier commits before the response.
    this.#hub.flush();
    if (request.addTarget) this.#add(request.addTarget);
    else if (Object.hasOwn(request, "removeTarget")) this.#remove(request.removeTarget!);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#leave();
    for (const { source } of this.#targets.values()) source.stop();
    this.#targets.clear();
  }

  deliver(version: CommitVersion, changes: SnapshotChanges): void {
    if (this.#closed) return;
    this.#revokeUnreadable(changes);
    const sent = this.#sendChanges(version, changes);
    if (sent === 0) return;
    this.#deps.meter.read(sent);
    this.#send(consistentSnapshot(this.#deps.database, version));
  }

  fail(error: unknown): void {
    this.close();
    this.#end(error instanceof StatusError ? error : new StatusError("INTERNAL", String(error)));
  }

  heartbeat(): void {
    const { database } = this.#deps;
    if (this.#targets.size > 0) this.#send(consistentSnapshot(database, database.readTime()));
  }

  #add(wire: ITarget): void {
    const targetId = wire.targetId ?? 0;
    if (this.#targets.has(targetId)) {
      this.close();
      this.#end(invalidArgument(`The target id ${targetId} is in use.`));
      return;
    }
    try {
      const target = parseTarget(this.#deps.database.name, wire);
      this.#deps.authorize?.(target);
      const { database, queryEngine } = this.#deps;
      const source = openSource({ database, queryEngine, hub: this.#hub }, target, { sink: this, targetId });
      this.#targets.set(targetId, { target, source });
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      this.#send(targetRemoved(targetId, error));
      return;
    }
    this.#sendInitial(targetId, wire);
    if (wire.once) this.#remove(targetId);
  }

  #remove(targetId: number): void {
    this.#targets.get(targetId)?.source.stop();
    this.#targets.delete(targetId);
    this.#send(targetRemoved(targetId));
  }

  /** Sends the first snapshot of a target: all documents, or the changes since its resume token. */
  #sendInitial(targetId: number, wire: ITarget): void {
    const { database, meter } = this.#deps;
    const { source } = this.#targets.get(targetId)!;
    const version = database.readTime();
    const resumeFrom = this.#resumeVersion(wire);
    this.#send(targetAdded(targetId));
    if (resumeFrom === "unknown") this.#send(targetReset(targetId));
    const view = typeof resumeFrom === "bigint" ? database.viewAt(resumeFrom) : undefined;
    const delta = view ? source.since(view) : source.all();
    const changes = new SnapshotChanges();
    changes.add(targetId, delta, source.projection);
    this.#sendChanges(version, changes);
    meter.read(Math.max(1, delta.changed.length));
    if (view) this.#sendFilter(targetId, wire, view);
    this.#send(targetCurrent(database, targetId, version));
    this.#send(consistentSnapshot(database, version));
  }

  /** The version to resume from; undefined without one, "unknown" when it is no longer readable. */
  #resumeVersion(wire: ITarget): CommitVersion | undefined | "unknown" {
    const { database } = this.#deps;
    const token = wire.resumeToken as Uint8Array | undefined;
    let version: CommitVersion | undefined;
    if (token && token.length > 0) version = versionOfToken(database, token);
    else if (wire.readTime) version = timestampToVersion(wire.readTime);
    else return undefined;
    if (version === undefined || version > database.readTime()) return "unknown";
    return version < database.oldestReadableVersion ? "unknown" : version;
  }

  /** Sends the number of documents if the client had a wrong number, so that it asks for all of them. */
  #sendFilter(targetId: number, wire: ITarget, resumedFrom: ReadView): void {
    const expected = wire.expectedCount?.value;
    if (expected === undefined || expected === null) return;
    const { source } = this.#targets.get(targetId)!;
    if (source.countAt(resumedFrom) !== expected) this.#send(existenceFilter(targetId, source.count()));
  }

  #sendChanges(version: CommitVersion, changes: SnapshotChanges): number {
    const { database } = this.#deps;
    let sent = 0;
    for (const event of changes.events) {
      const mayShow = event.targetIds.length > 0 || this.#mayShow(event.path);
      this.#send(documentEvent(database, event, version, mayShow));
      sent++;
    }
    return sent;
  }

  #mayShow(path: DocumentPath): boolean {
    return this.#denialOf({ kind: "documents", paths: [path] }) === undefined;
  }

  /** Removes the document targets that the changes have made unreadable. */
  #revokeUnreadable(changes: SnapshotChanges): void {
    if (!this.#deps.authorize) return;
    const affected = new Set<number>();
    for (const event of changes.events) for (const targetId of event.targetIds) affected.add(targetId);
    for (const targetId of affected) {
      const active = this.#targets.get(targetId);
      if (active?.target.kind !== "documents") continue;
      const refusal = this.#denialOf(active.target);
      if (!refusal) continue;
      active.source.stop();
      this.#targets.delete(targetId);
      changes.drop(targetId);
      this.#send(targetRemoved(targetId, refusal));
    }
  }

  #denialOf(target: ListenTarget): StatusError | undefined {
    try {
      this.#deps.authorize?.(target);
      return undefined;
    } catch (error) {
      if (error instanceof StatusError) return error;
      throw error;
    }
  }
}
