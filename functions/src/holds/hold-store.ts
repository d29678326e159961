import type { Firestore } from "firebase-admin/firestore";
import type { Actor, AuditAction } from "../audit/trail.ts";
import { ledgerDatesOf } from "../availability/day/day-changes.ts";
import type { Shop } from "../catalog/schema.ts";
import type { Millis } from "../engine/units.ts";
import { hasEntry, withoutExpired } from "../ledger/ledger.ts";
import { shopPaths } from "../platform/firestore/paths.ts";
import type { Retention } from "../platform/firestore/retention.ts";
import { retryTransient } from "../platform/firestore/retry.ts";
import { timestampOfMillis, timestampOfMinutes } from "../platform/firestore/timestamps.ts";
import type { Cost } from "../platform/scope.ts";
import type { LedgerChange } from "../reservations/ledger-change.ts";
import {
  ReservationTransaction,
  runReservationTransaction,
} from "../reservations/reservation-transaction.ts";
import { extentOfHold, type Hold } from "./hold.ts";
import { holdDocument, readHold } from "./hold-document.ts";

const READ_DEADLINE_MS = 5_000;

/** Which hold, of which shop. */
export interface HoldAddress {
  readonly shopId: string;
  readonly holdId: string;
}

/** Holds and what changes with them. Anyone may read; writes happen only inside `transact`. */
export class HoldStore {
  constructor(
    private readonly db: Firestore,
    private readonly retention: Retention,
  ) {}

  async hold(shopId: string, holdId: string, cost: Cost): Promise<Hold | undefined> {
    cost.reads += 1;
    const ref = shopPaths(this.db, shopId).hold(holdId);
    return readHold(await retryTransient(() => ref.get(), { deadlineMs: READ_DEADLINE_MS }));
  }

  /** Attempts a read-write transaction once; contention is thrown, the caller decides about another attempt. */
  transact<T>(
    shopId: string,
    cost: Cost,
    body: (tx: HoldTransaction) => Promise<T>,
    beforeCommit: () => void,
  ): Promise<T> {
    const paths = shopPaths(this.db, shopId);
    return runReservationTransaction(this.db, {
      cost,
      begin: (tx) => new HoldTransaction(tx, paths, cost, this.retention),
      body,
      beforeCommit,
    });
  }

  /** Holds of any shop that have expired by `now`, the oldest first. */
  async expired(now: Millis, limit: number): Promise<HoldAddress[]> {
    const found = await this.db
      .collectionGroup("holds")
      .where("expires_at", "<=", timestampOfMillis(now))
      .orderBy("expires_at")
      .limit(limit)
      .get();
    return found.docs.flatMap(({ ref }) => {
      const shop = ref.parent.parent;
      return shop ? [{ shopId: shop.id, holdId: ref.id }] : [];
    });
  }
}

/** Who changes a hold, and when: what its audit line says. */
export interface HoldChange {
  readonly actor: Actor;
  readonly at: Millis;
}

const SYSTEM: Actor = { kind: "system", uid: null };

/** The steps of a transaction about one hold. */
export class HoldTransaction extends ReservationTransaction {
  async shopAndHold(holdId: string): Promise<{ shop: Shop | undefined; hold: Hold | undefined }> {
    const [shop, hold] = await this.getAll(this.paths.shop, this.paths.hold(holdId));
    return { shop: shop && this.readShop(shop), hold: hold && readHold(hold) };
  }

  /** The session's live holds. The query is part of the transaction, so two requests cannot both make the third. */
  async liveHoldsOf(sessionHash: string, now: Millis): Promise<Hold[]> {
    const found = await this.tx.get(
      this.paths.holds
        .where("session_hash", "==", sessionHash)
        .where("expires_at", ">", timestampOfMillis(now)),
    );
    this.cost.reads += Math.max(1, found.size);
    return found.docs.flatMap((snapshot) => readHold(snapshot) ?? []);
  }

  writeHold(hold: Hold, change: LedgerChange, by: HoldChange): void {
    this.writeLedgers(hold.mechanic_id, change);
    this.tx.set(this.paths.hold(hold.id), holdDocument(hold));
    this.writes += 1;
    this.#audit(hold.extended ? "hold_extended" : "hold_placed", hold, by);
  }

  deleteHold(hold: Hold, change: LedgerChange, by: HoldChange): void {
    this.writeLedgers(hold.mechanic_id, change);
    this.tx.delete(this.paths.hold(hold.id));
    this.deletes += 1;
    this.#audit(by.actor.kind === "system" ? "hold_expired" : "hold_released", hold, by);
  }

  #audit(action: AuditAction, hold: Hold, { actor, at }: HoldChange): void {
    this.writeAudit({ action, actor, at, booking_id: null, details: auditedHold(hold) });
  }

  /**
   * Deletes a hold that has expired, with its ledger entries. Expired entries already count for nothing, so the
   * availability days need no change.
   */
  async sweep(holdId: string, now: Millis): Promise<boolean> {
    const { shop, hold } = await this.shopAndHold(holdId);
    if (!hold || hold.expires_at > now) return false;
    const dates = shop ? ledgerDatesOf(shop, extentOfHold(hold)) : [];
    const ledgers = (await this.ledgers(hold.mechanic_id, dates)).filter((one) => hasEntry(one, holdId));
    const cleared = ledgers.map((ledger) => withoutExpired(ledger, now));
    this.deleteHold(hold, { ledgers: cleared, days: [] }, { actor: SYSTEM, at: now });
    return true;
  }
}

/** A hold as the audit keeps it: nothing tells whose session it is. */
function auditedHold({ id, mechanic_id, service_id, date, start, end, expires_at }: Hold) {
  return {
    hold_id: id,
    mechanic_id,
    service_id,
    date,
    start: timestampOfMinutes(start),
    end: timestampOfMinutes(end),
    expires_at: timestampOfMillis(expires_at),
  };
}
