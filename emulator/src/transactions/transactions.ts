/**
 * Read-write transactions lock what they read; read-only ones read a snapshot without locks.
 *
 * Life cycle: `begin`, any number of reads, then `end` by a commit or a rollback. A transaction also ends when it is
 * idle or open for too long, when its commit fails (unless a write was invalid), and when the database is reset. An
 * ended transaction releases its locks and its pinned snapshot; a later use of its id fails with ABORTED.
 *
 * - Read lock: shared, held by a read-write transaction from a read to its end, on a document (existing or not), a
 *   collection id or the whole database.
 * - Writer: a commit of a transaction or a write outside of one. It holds no locks. It waits until no other
 *   transaction holds a lock on its paths, and is then applied within one turn of the event loop.
 * - Waiting writer: a writer in the queue of the lock manager. It ends by running, by its timeout, by a deadlock that
 *   it is part of, or by a reset.
 *
 * What must hold:
 * - Between a transaction's read and its commit no other writer changes the documents it read or would have read.
 * - Plain reads and read-only transactions never wait.
 * - A transaction without locks waits behind commits that wait for the same data, so new readers cannot starve them.
 * - Waiting ends: every wait has a timeout, and a transaction does not expire while its own commit waits.
 */
import { randomInt } from "node:crypto";
import type { Database } from "../storage/database.ts";
import type { CommitVersion, DocumentPath } from "../values/document.ts";
import type { ReadView } from "../storage/read-view.ts";
import { StatusError } from "../status.ts";
import { LockManager } from "./lock-manager.ts";
import type { LockOptions } from "./lock-manager.ts";
import { pathTest } from "./lock-scope.ts";
import type { LockScope } from "./lock-scope.ts";
import { decodeTransactionId, encodeTransactionId } from "./transaction-id.ts";

export interface TransactionLimits extends LockOptions {
  /** A transaction without a request for longer than this expires. */
  readonly idleMillis: number;
  /** A transaction that has been open for longer than this expires. */
  readonly lifetimeMillis: number;
}

export const DEFAULT_TRANSACTION_LIMITS: TransactionLimits = {
  timeoutMillis: 2_000,
  breakDeadlocks: true,
  idleMillis: 60_000,
  lifetimeMillis: 270_000,
};

const SWEEP_MILLIS = 1_000;

/** The mode of a new transaction; a read-only one reads the snapshot of `readTime`, by default of now. */
export type TransactionMode =
  | { readonly kind: "readWrite"; readonly retryOf?: Uint8Array }
  | { readonly kind: "readOnly"; readonly readTime?: CommitVersion };

/** An open transaction. `snapshot` is set only for a read-only one. */
export interface Transaction {
  readonly id: Buffer;
  readonly snapshot: CommitVersion | undefined;
}

interface OpenTransaction extends Transaction {
  readonly number: bigint;
  readonly unpin: () => void;
  readonly startedAt: number;
  lastUsedAt: number;
  /** The number of its requests in progress, waiting ones included; a transaction in use does not expire. */
  inUse: number;
}

/** The open transactions of one database and their locks. */
export class Transactions {
  readonly locks: LockManager;
  readonly #database: Database;
  readonly #limits: TransactionLimits;
  readonly #open = new Map<bigint, OpenTransaction>();
  readonly #sweeper: NodeJS.Timeout;
  #nextNumber = BigInt(randomInt(1, 2 ** 31)) << 32n;

  constructor(database: Database, limits: TransactionLimits = DEFAULT_TRANSACTION_LIMITS) {
    this.#database = database;
    this.#limits = limits;
    this.locks = new LockManager(limits);
    this.#sweeper = setInterval(() => this.#expire(), SWEEP_MILLIS).unref();
  }

  get openCount(): number {
    return this.#open.size;
  }

  begin(mode: TransactionMode): Transaction {
    // The retried transaction may have ended; only bytes that were never an id are refused.
    if (mode.kind === "readWrite" && mode.retryOf?.length) decodeTransactionId(mode.retryOf);
    const snapshot = mode.kind === "readOnly" ? (mode.readTime ?? this.#database.readTime()) : undefined;
    const now = Date.now();
    const number = ++this.#nextNumber;
    const transaction: OpenTransaction = {
      id: encodeTransactionId(number),
      number,
      snapshot,
      unpin: snapshot === undefined ? () => {} : this.#database.pin(snapshot),
      startedAt: now,
      lastUsedAt: now,
      inUse: 0,
    };
    this.#open.set(number, transaction);
    return transaction;
  }

  /** @throws StatusError INVALID_ARGUMENT for malformed bytes, ABORTED when the transaction has ended */
  get(id: Uint8Array): Transaction {
    const transaction = this.#find(id);
    if (!transaction) {
      throw new StatusError("ABORTED", "The referenced transaction has expired or is no longer valid.");
    }
    transaction.lastUsedAt = Date.now();
    return transaction;
  }

  /**
   * Locks the data a read-write transaction is about to read; a read-only one needs no locks.
   *
   * A transaction without locks first waits for the commits that already wait for the same data. Otherwise a stream of
   * new transactions could starve them; and since it holds no locks, no writer waits for it meanwhile.
   */
  async lockForRead(transaction: Transaction, scope: LockScope): Promise<void> {
    if (transaction.snapshot !== undefined) return;
    const { locks } = this;
    if (!locks.holdsLocks(transaction)) {
      const touches = pathTest(scope);
      while (locks.hasWaitingCommit(touches)) await locks.nextDeparture();
      this.get(transaction.id);
    }
    if ("documents" in scope) for (const path of scope.documents) locks.shareDocument(transaction, path);
    else if ("collectionId" in scope) locks.shareCollection(transaction, scope.collectionId);
    else locks.shareEverything(transaction);
  }

  /** The view a transaction reads: its snapshot, or the latest state, which its locks keep unchanged. */
  viewOf(transaction: Transaction): ReadView {
    return transaction.snapshot === undefined
      ? this.#database.latest()
      : this.#database.viewAt(transaction.snapshot);
  }

  /**
   * Runs `apply` once no other transaction holds a lock on the paths; the transaction does not expire while it waits.
   * @throws StatusError ABORTED on a lock timeout, and any error of `apply`
   */
  async write<T>(
    transaction: Transaction | undefined,
    paths: readonly DocumentPath[],
    apply: () => T,
  ): Promise<T> {
    if (!transaction) return this.locks.write(undefined, paths, apply);
    const open = transaction as OpenTransaction;
    open.inUse++;
    try {
      return await this.locks.write(open, paths, () => {
        // A rollback may have ended the transaction while its commit waited.
        this.get(open.id);
        return apply();
      });
    } finally {
      open.inUse--;
    }
  }

  /** Ends a transaction and releases its locks and its snapshot. */
  end(transaction: Transaction): void {
    const open = transaction as OpenTransaction;
    if (!this.#open.delete(open.number)) return;
    open.unpin();
    this.locks.release(open);
  }

  /** Ends the transaction with this id; does nothing if it has already ended. */
  rollback(id: Uint8Array): void {
    const transaction = this.#find(id);
    if (transaction) this.end(transaction);
  }

  /** Ends every transaction; waiting commits fail with ABORTED. */
  reset(): void {
    for (const transaction of this.#open.values()) transaction.unpin();
    this.#open.clear();
    this.locks.reset(new StatusError("ABORTED", "The database was reset."));
  }

  close(): void {
    clearInterval(this.#sweeper);
    this.reset();
  }

  #find(id: Uint8Array): OpenTransaction | undefined {
    const transaction = this.#open.get(decodeTransactionId(id));
    if (!transaction || !this.#hasExpired(transaction)) return transaction;
    this.end(transaction);
    return undefined;
  }

  #hasExpired(transaction: OpenTransaction): boolean {
    if (transaction.inUse > 0) return false;
    const now = Date.now();
    const { idleMillis, lifetimeMillis } = this.#limits;
    return now - transaction.lastUsedAt > idleMillis || now - transaction.startedAt > lifetimeMillis;
  }

  #expire(): void {
    for (const transaction of this.#open.values()) if (this.#hasExpired(transaction)) this.end(transaction);
  }
}
