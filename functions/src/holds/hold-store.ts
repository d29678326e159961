import { Timestamp, type Firestore } from "firebase-admin/firestore";
import { datesOf } from "../availability/day/day-changes.ts";
import {
  runReservationTransaction,
  ReservationTransaction,
} from "../reservations/reservation-transaction.ts";
import type { LedgerChange } from "../reservations/ledger-change.ts";
import { shopPaths } from "../platform/firestore/paths.ts";
import { retryTransient } from "../platform/firestore/retry.ts";
import { hasEntry, withoutExpired } from "../ledger/ledger.ts";
import type { Cost } from "../platform/scope.ts";
import { holdDocument, readHold, type Hold } from "./hold-document.ts";

const READ_DEADLINE_MS = 5_000;

/** Which hold, of which shop. */
export interface HoldAddress {
  readonly shopId: string;
  readonly holdId: string;
}

/** Holds and what changes with them. Reading is free; writing only inside `transact`. */
export class HoldStore {
  constructor(private readonly db: Firestore) {}

  async hold(shopId: string, holdId: string, cost: Cost): Promise<Hold | undefined> {
    cost.reads += 1;
    const ref = shopPaths(this.db, shopId).hold(holdId);
    return readHold(await retryTransient(() => ref.get(), { deadlineMs: READ_DEADLINE_MS }));
  }

  /** One attempt at a read-write transaction; contention is thrown, the caller decides about another attempt. */
  transact<T>(
    shopId: string,
    cost: Cost,
    body: (tx: HoldTransaction) => Promise<T>,
    beforeCommit: () => void,
  ): Promise<T> {
    const paths = shopPaths(this.db, shopId);
    return runReservationTransaction(
      this.db,
      cost,
      (tx) => new HoldTransaction(tx, paths, cost),
      body,
      beforeCommit,
    );
  }

  /** Holds of any shop that have expired by `now`, those that did so first in front. */
  async expired(now: number, limit: number): Promise<HoldAddress[]> {
    const found = await this.db
      .collectionGroup("holds")
      .where("expires_at", "<=", Timestamp.fromMillis(now))
      .orderBy("expires_at")
      .limit(limit)
      .get();
    return found.docs.flatMap(({ ref }) => {
      const shop = ref.parent.parent;
      return shop ? [{ shopId: shop.id, holdId: ref.id }] : [];
    });
  }
}

/** The steps of a transaction about one hold. */
export class HoldTransaction extends ReservationTransaction {
  async hold(holdId: string): Promise<Hold | undefined> {
    const [snapshot] = await this.getAll(this.paths.hold(holdId));
    return snapshot && readHold(snapshot);
  }

  /** What the session holds at this moment. The query is part of the transaction: two cannot both be the third. */
  async liveHoldsOf(sessionHash: string, now: number): Promise<Hold[]> {
    const found = await this.tx.get(
      this.paths.holds
        .where("session_hash", "==", sessionHash)
        .where("expires_at", ">", Timestamp.fromMillis(now)),
    );
    this.cost.reads += Math.max(1, found.size);
    return found.docs.flatMap((snapshot) => readHold(snapshot) ?? []);
  }

  writeHold(hold: Hold, change: LedgerChange): void {
    this.writeLedgers(hold.mechanic_id, change);
    this.tx.set(this.paths.hold(hold.id), holdDocument(hold));
    this.writes += 1;
  }

  deleteHold(hold: Hold, change: LedgerChange): void {
    this.writeLedgers(hold.mechanic_id, change);
    this.tx.delete(this.paths.hold(hold.id));
    this.deletes += 1;
  }

  /**
   * Clears away a hold that has expired. Its entries count for nothing any more, in the ledgers and in the days, so
   * the days are left as they are.
   */
  async sweep(holdId: string, now: number): Promise<boolean> {
    const [shop, hold] = [await this.shop(), await this.hold(holdId)];
    if (!hold || hold.expires_at > now) return false;
    const extent = { start: hold.extent_start, end: hold.extent_end };
    const dates = shop ? datesOf(shop.time_zone, extent) : [];
    const ledgers = (await this.ledgers(hold.mechanic_id, dates)).filter((one) => hasEntry(one, holdId));
    const cleared = ledgers.map((ledger) => withoutExpired(ledger, now));
    this.deleteHold(hold, { ledgers: cleared, days: [] });
    return true;
  }
}
