import { collectionIdOf } from "../storage/database.ts";
import type { DocumentPath } from "../values/document.ts";
import { StatusError } from "../status.ts";

export interface LockOptions {
  /** How long a writer waits for other transactions' read locks before it is aborted. */
  readonly timeoutMillis: number;
  /** Whether to abort one of two transactions that wait for each other at once, instead of at its timeout. */
  readonly breakDeadlocks: boolean;
}

/** The owner of read locks: a transaction, compared by identity. */
export type LockHolder = object;

interface Waiter {
  readonly holder: LockHolder | undefined;
  readonly paths: readonly DocumentPath[];
  readonly proceed: () => void;
  readonly abort: (reason: StatusError) => void;
  readonly timer: NodeJS.Timeout;
}

interface HeldLocks {
  readonly documents: Set<DocumentPath>;
  readonly collections: Set<string>;
}

const LOCK_TIMEOUT_MESSAGE = "Transaction lock timeout.";

/**
 * The shared read locks of transactions and the queue of writers that wait for them.
 *
 * A lock on a collection id covers every document, existing or not, in any collection of that id; this prevents
 * phantoms.
 */
export class LockManager {
  readonly #options: LockOptions;
  readonly #documents = new Map<DocumentPath, Set<LockHolder>>();
  readonly #collections = new Map<string, Set<LockHolder>>();
  readonly #everything = new Set<LockHolder>();
  readonly #held = new Map<LockHolder, HeldLocks>();
  readonly #waiters = new Set<Waiter>();
  #departureListeners: (() => void)[] = [];

  constructor(options: LockOptions) {
    this.#options = options;
  }

  shareDocument(holder: LockHolder, path: DocumentPath): void {
    this.#heldBy(holder).documents.add(path);
    addTo(this.#documents, path, holder);
  }

  shareCollection(holder: LockHolder, collectionId: string): void {
    this.#heldBy(holder).collections.add(collectionId);
    addTo(this.#collections, collectionId, holder);
  }

  /** Locks the whole database, for a query over every collection. */
  shareEverything(holder: LockHolder): void {
    this.#heldBy(holder);
    this.#everything.add(holder);
  }

  /** Whether `holder` holds any lock, that is, has read anything. */
  holdsLocks(holder: LockHolder): boolean {
    return this.#held.has(holder);
  }

  /** The transactions other than `except` that hold a lock on any of the paths. */
  holdersOf(paths: readonly DocumentPath[], except: LockHolder | undefined): Set<LockHolder> {
    const holders = new Set<LockHolder>(this.#everything);
    for (const path of paths) {
      for (const holder of this.#documents.get(path) ?? []) holders.add(holder);
      for (const holder of this.#collections.get(collectionIdOf(path)) ?? []) holders.add(holder);
    }
    if (except) holders.delete(except);
    return holders;
  }

  /**
   * Runs `apply` as soon as no other transaction holds a lock on any of `paths`: at once if there is none, otherwise
   * when the last holder ends. Waiting writers run in the order of their arrival.
   * @throws StatusError ABORTED when the wait times out or is part of a deadlock
   */
  async write<T>(holder: LockHolder | undefined, paths: readonly DocumentPath[], apply: () => T): Promise<T> {
    if (this.holdersOf(paths, holder).size === 0) return apply();
    return new Promise<T>((resolve, reject) => {
      const leave = () => {
        clearTimeout(waiter.timer);
        this.#waiters.delete(waiter);
        for (const notify of this.#departureListeners.splice(0)) notify();
      };
      const waiter: Waiter = {
        holder,
        paths,
        proceed: () => {
          leave();
          try {
            resolve(apply());
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        },
        abort: (reason) => {
          leave();
          reject(reason);
        },
        timer: setTimeout(
          () => waiter.abort(new StatusError("ABORTED", LOCK_TIMEOUT_MESSAGE)),
          this.#options.timeoutMillis,
        ),
      };
      this.#waiters.add(waiter);
      if (holder && this.#options.breakDeadlocks) this.#breakDeadlock(waiter);
    });
  }

  /** Releases all locks of `holder`, then runs the waiting writers that no other holder blocks. */
  release(holder: LockHolder): void {
    const held = this.#held.get(holder);
    if (!held) return;
    this.#held.delete(holder);
    this.#everything.delete(holder);
    for (const path of held.documents) removeFrom(this.#documents, path, holder);
    for (const id of held.collections) removeFrom(this.#collections, id, holder);
    for (const waiter of [...this.#waiters]) {
      // Running an earlier writer may already have run or aborted this one.
      if (this.#waiters.has(waiter) && this.holdersOf(waiter.paths, waiter.holder).size === 0)
        waiter.proceed();
    }
  }

  /** Whether a transaction waits to commit a write to a path that satisfies `touches`. */
  hasWaitingCommit(touches: (path: DocumentPath) => boolean): boolean {
    for (const waiter of this.#waiters) if (waiter.holder && waiter.paths.some(touches)) return true;
    return false;
  }

  /** Resolves when the next waiting writer leaves the queue. */
  nextDeparture(): Promise<void> {
    return new Promise((resolve) => this.#departureListeners.push(resolve));
  }

  /** Aborts every waiting writer with `reason` and drops every lock. */
  reset(reason: StatusError): void {
    this.#held.clear();
    this.#documents.clear();
    this.#collections.clear();
    this.#everything.clear();
    for (const waiter of [...this.#waiters]) waiter.abort(reason);
  }

  #heldBy(holder: LockHolder): HeldLocks {
    let held = this.#held.get(holder);
    if (!held) this.#held.set(holder, (held = { documents: new Set(), collections: new Set() }));
    return held;
  }

  /** Aborts the member of a cycle that has waited longest: it retries as a new transaction. */
  #breakDeadlock(newcomer: Waiter): void {
    const waiting = new Map<LockHolder, Waiter>();
    for (const waiter of this.#waiters) if (waiter.holder) waiting.set(waiter.holder, waiter);
    for (const blocker of this.holdersOf(newcomer.paths, newcomer.holder)) {
      const waiter = waiting.get(blocker);
      if (waiter && this.#waitsFor(waiter, newcomer.holder!, waiting, new Set())) {
        waiter.abort(new StatusError("ABORTED", LOCK_TIMEOUT_MESSAGE));
      }
    }
  }

  #waitsFor(
    waiter: Waiter,
    target: LockHolder,
    waiting: Map<LockHolder, Waiter>,
    seen: Set<Waiter>,
  ): boolean {
    if (seen.has(waiter)) return false;
    seen.add(waiter);
    for (const blocker of this.holdersOf(waiter.paths, waiter.holder)) {
      if (blocker === target) return true;
      const next = waiting.get(blocker);
      if (next && this.#waitsFor(next, target, waiting, seen)) return true;
    }
    return false;
  }
}

function addTo(locks: Map<string, Set<LockHolder>>, key: string, holder: LockHolder): void {
  const holders = locks.get(key);
  if (holders) holders.add(holder);
  else locks.set(key, new Set([holder]));
}

function removeFrom(locks: Map<string, Set<LockHolder>>, key: string, holder: LockHolder): void {
  const holders = locks.get(key);
  holders?.delete(holder);
  if (holders?.size === 0) locks.delete(key);
}
