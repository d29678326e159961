import { randomInt } from "node:crypto";
import type { Database } from "../storage/database.ts";
import { collectionIdOf } from "../storage/database.ts";
import type { CommitVersion, DocumentPath } from "../values/document.ts";
import type { ReadView } from "../storage/read-view.ts";
import { StatusError } from "../status.ts";
import { LockManager } from "./lock-manager.ts";
import type { LockOptions } from "./lock-manager.ts";
import { decodeTransactionId, encodeTransactionId } from "./transaction-id.ts";

export interface TransactionLimits extends LockOptions {
  /** A transaction without a request for so long is over. */
  readonly idleMillis: number;
  /** So is one that has lasted this long. */
  readonly lifetimeMillis: number;
}

export const DEFAULT_TRANSACTION_LIMITS: TransactionLimits = {
  timeoutMillis: 2_000,
  breakDeadlocks: true,
  idleMillis: 60_000,
  lifetimeMillis: 270_000,
};

const SWEEP_MILLIS = 1_000;

/** How a new transaction begins: read-only ones read one snapshot, as of now unless told otherwise. */
export type TransactionMode =
  | { readonly kind: "readWrite"; readonly retryOf?: Uint8Array }
  | { readonly kind: "readOnly"; readonly readTime?: CommitVersion };

/** An open transaction. `snapshot` is set for read-only ones alone. */
export interface Transaction {
  readonly id: Buffer;
  readonly snapshot: CommitVersion | undefined;
}

interface OpenTransaction extends Transaction {
  readonly number: bigint;
  readonly unpin: () => void;
  readonly startedAt: number;
  lastUsedAt: number;
  /** Requests being served, waits for locks included; a transaction in use is not idle. */
  inUse: number;
}

/** What a read is about to look at, so that it can be locked. */
export type ReadTarget =
  | { readonly documents: readonly DocumentPath[] }
  | { readonly collectionId: string }
  | { readonly everything: true };

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
    // The transaction it retries may be anything that once was one; only bytes that never were are refused.
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

  /** @throws StatusError INVALID_ARGUMENT for malformed bytes, ABORTED when it has ended */
  get(id: Uint8Array): Transaction {
    const transaction = this.#find(id);
    if (!transaction) {
      throw new StatusError("ABORTED", "The referenced transaction has expired or is no longer valid.");
    }
    transaction.lastUsedAt = Date.now();
    return transaction;
  }

  /**
   * Locks what a read-write transaction is about to read; read-only ones need no locks.
   *
   * A transaction that has read nothing yet stands behind commits that already wait for the same data. Otherwise a
   * stream of newcomers could keep them waiting for ever; and since it holds nothing, nobody can wait for it meanwhile.
   */
  async lockForRead(transaction: Transaction, target: ReadTarget): Promise<void> {
    if (transaction.snapshot !== undefined) return;
    const { locks } = this;
    if (!locks.holdsLocks(transaction)) {
      const covers = coversOf(target);
      while (locks.hasWaitingCommit(covers)) await locks.nextDeparture();
      this.get(transaction.id);
    }
    if ("documents" in target) for (const path of target.documents) locks.shareDocument(transaction, path);
    else if ("collectionId" in target) locks.shareCollection(transaction, target.collectionId);
    else locks.shareEverything(transaction);
  }

  /** The state a transaction's reads see: its snapshot, or for a read-write one what it has locked, so the latest. */
  viewOf(transaction: Transaction): ReadView {
    return transaction.snapshot === undefined
      ? this.#database.latest()
      : this.#database.viewAt(transaction.snapshot);
  }

  /**
   * Runs `apply` once nobody else's lock stands in the way; the transaction does not expire while it waits.
   * @throws StatusError ABORTED on a lock time-out, whatever `apply` throws
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
        // Its own rollback may have overtaken a commit that had to wait.
        this.get(open.id);
        return apply();
      });
    } finally {
      open.inUse--;
    }
  }

  /** Ends a transaction, however it went; releases what it held. */
  end(transaction: Transaction): void {
    const open = transaction as OpenTransaction;
    if (!this.#open.delete(open.number)) return;
    open.unpin();
    this.locks.release(open);
  }

  /** Ends the transaction with these bytes; one that has ended already is fine. */
  rollback(id: Uint8Array): void {
    const transaction = this.#find(id);
    if (transaction) this.end(transaction);
  }

  /** Forgets every transaction; commits that wait fail with ABORTED. */
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
    if (!transaction || !this.#isOver(transaction)) return transaction;
    this.end(transaction);
    return undefined;
  }

  #isOver(transaction: OpenTransaction): boolean {
    if (transaction.inUse > 0) return false;
    const now = Date.now();
    const { idleMillis, lifetimeMillis } = this.#limits;
    return now - transaction.lastUsedAt > idleMillis || now - transaction.startedAt > lifetimeMillis;
  }

  #expire(): void {
    for (const transaction of this.#open.values()) if (this.#isOver(transaction)) this.end(transaction);
  }
}

function coversOf(target: ReadTarget): (path: DocumentPath) => boolean {
  if ("documents" in target) {
    const paths = new Set(target.documents);
    return (path) => paths.has(path);
  }
  if ("collectionId" in target) return (path) => collectionIdOf(path) === target.collectionId;
  return () => true;
}
