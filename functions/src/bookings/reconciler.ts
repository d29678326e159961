import type { DocumentSnapshot, Firestore, Transaction } from "firebase-admin/firestore";
import * as logger from "firebase-functions/logger";
import { appendToAudit } from "../audit/trail.ts";
import { dayChanges, type MechanicChangeContext } from "../availability/day/day-changes.ts";
import { writeThrough } from "../availability/day/epoch-protocol.ts";
import { farthestBufferReach } from "../catalog/buffer-reach.ts";
import {
  exceptionSchema,
  mechanicSchema,
  shopSchema,
  unknownMechanic,
  WHOLE_SHOP,
  type Shop,
} from "../catalog/schema.ts";
import { addDays } from "../engine/dates.ts";
import { exceptionsTouching } from "../catalog/exceptions/exceptions-touching.ts";
import { readDocument, readDocuments } from "../platform/firestore/documents.ts";
import { shopPaths } from "../platform/firestore/paths.ts";
import { groupBy } from "../platform/group-by.ts";
import type { DayLedger } from "../ledger/ledger.ts";
import { ledgerDocument, readLedger } from "../ledger/ledger-document.ts";
import {
  reconcileLedgers,
  ledgersOfBooking,
  type LedgerAddress,
  type LedgerReconciliation,
} from "./reconcile-ledgers.ts";
import { readOccupancy, type Occupancy } from "./occupancy.ts";

type Event = DocumentSnapshot | undefined;

/**
 * Puts ledger and day right after a booking was written past the API, by a console or a script. A booking that the
 * API wrote is recognised by its ledger entry and costs one read.
 */
export class BookingReconciler {
  constructor(
    private readonly db: Firestore,
    private readonly now: () => number,
  ) {}

  /** Safe to repeat and in any order: it goes by the booking as it is now, the event only says where to look. */
  async reconcile(shopId: string, bookingId: string, before: Event, after: Event): Promise<void> {
    if (await this.#isConsistent(shopId, bookingId, before, after)) return;
    await this.db.runTransaction((tx) =>
      this.#reconcileIn(tx, shopId, bookingId, (zone, current) =>
        ledgersOfBooking(zone, readOccupancy(before), current),
      ),
    );
  }

  /**
   * Makes the ledgers say what the booking's record says, wherever it ought to stand and at `places`, where it was
   * seen to stand. Null when nothing was to be done, or nothing can be: the record cannot be read.
   */
  async reconcileAt(
    shopId: string,
    bookingId: string,
    places: readonly LedgerAddress[],
  ): Promise<LedgerReconciliation | null> {
    return this.db.runTransaction((tx) =>
      this.#reconcileIn(tx, shopId, bookingId, (zone, current) => {
        const all = [...ledgersOfBooking(zone, current), ...places];
        return [...new Map(all.map((place) => [`${place.mechanicId}_${place.date}`, place])).values()];
      }),
    );
  }

  /** Whether the ledger already says what this event's booking says: then nothing was written past the API. */
  async #isConsistent(shopId: string, bookingId: string, before: Event, after: Event): Promise<boolean> {
    const now = readOccupancy(after);
    const earlier = readOccupancy(before);
    const where = now ?? earlier;
    if (!where || where.date === null) return false;
    const moved = now && earlier && (now.mechanicId !== earlier.mechanicId || now.date !== earlier.date);
    if (moved) return false;
    const ref = shopPaths(this.db, shopId).ledger(where.mechanicId, where.date);
    const ledger = readLedger(await ref.get(), where.mechanicId, where.date);
    const entry = ledger.entries.find(({ id }) => id === bookingId);
    if (!now?.occupies) return entry === undefined;
    return entry?.slot_start === now.slot.start && entry.slot_end === now.slot.end;
  }

  async #reconcileIn(
    tx: Transaction,
    shopId: string,
    bookingId: string,
    placesIn: (zone: string, current: Occupancy | undefined) => readonly LedgerAddress[],
  ): Promise<LedgerReconciliation | null> {
    const paths = shopPaths(this.db, shopId);
    const [shopSnapshot, snapshot] = await tx.getAll(paths.shop, paths.booking(bookingId));
    const shop = shopSnapshot && readDocument(shopSnapshot, shopSchema);
    if (!shop || !snapshot) return null;
    const current = readOccupancy(snapshot);
    const at = this.now();
    if (snapshot.exists && !current) {
      logger.error("unreadable booking", { shopId, bookingId });
      this.#report(tx, shopId, bookingId, "booking_inconsistent", { problem: "unreadable" });
      return null;
    }
    const places = placesIn(shop.time_zone, current);
    const ledgers = await this.#ledgers(tx, shopId, places);
    const mending = reconcileLedgers(shop.time_zone, bookingId, current, ledgers, at);
    if (!mending) return null;
    const contexts = await this.#contexts(tx, shop, mending.changed, current);
    for (const ledger of mending.changed) {
      tx.set(paths.ledger(ledger.mechanic_id, ledger.date), ledgerDocument(ledger));
    }
    for (const context of contexts) {
      const own = mending.changed.filter(({ mechanic_id }) => mechanic_id === context.mechanic.id);
      for (const change of dayChanges(context, own, mending.extent)) {
        writeThrough(tx, paths.day(change.date), context.mechanic.id, change);
      }
    }
    this.#report(tx, shopId, bookingId, mending.action, detailsOf(mending));
    return mending;
  }

  async #ledgers(tx: Transaction, shopId: string, places: readonly LedgerAddress[]): Promise<DayLedger[]> {
    if (places.length === 0) return [];
    const paths = shopPaths(this.db, shopId);
    const snapshots = await tx.getAll(
      ...places.map(({ mechanicId, date }) => paths.ledger(mechanicId, date)),
    );
    return places.flatMap(({ mechanicId, date }, index) => {
      const snapshot = snapshots[index];
      return snapshot ? [readLedger(snapshot, mechanicId, date)] : [];
    });
  }

  /** The attemptContext of each mechanic whose ledgers change, to tell which days they concern. */
  async #contexts(
    tx: Transaction,
    shop: Shop,
    changed: readonly DayLedger[],
    current: Occupancy | undefined,
  ): Promise<MechanicChangeContext[]> {
    const paths = shopPaths(this.db, shop.id);
    const contexts: MechanicChangeContext[] = [];
    for (const [mechanicId, ledgers] of groupBy(changed, ({ mechanic_id }) => mechanic_id)) {
      const date = (current?.mechanicId === mechanicId ? current.date : null) ?? ledgers[0]?.date;
      if (date === undefined) continue;
      const concerning = paths.exceptions.where("mechanic_id", "in", [mechanicId, WHOLE_SHOP]);
      const [snapshot, exceptions] = await Promise.all([
        tx.get(paths.mechanic(mechanicId)),
        tx.get(exceptionsTouching(concerning, addDays(date, -1), addDays(date, 1))),
      ]);
      const mechanic = readDocument(snapshot, mechanicSchema) ?? unknownMechanic(mechanicId);
      const bufferReach = farthestBufferReach(shop);
      const known = readDocuments(exceptions.docs, exceptionSchema);
      contexts.push({ shop, mechanic, exceptions: known, date, bufferReach });
    }
    return contexts;
  }

  #report(
    tx: Transaction,
    shopId: string,
    bookingId: string,
    action: LedgerReconciliation["action"],
    details: Record<string, unknown>,
  ): void {
    appendToAudit(tx, shopPaths(this.db, shopId).audit, {
      action,
      actor: { kind: "system", uid: null },
      at: this.now(),
      booking_id: bookingId,
      details,
    });
  }
}

function detailsOf({ changed, conflicts }: LedgerReconciliation) {
  return { ledgers: changed.map(({ mechanic_id, date }) => `${mechanic_id}_${date}`), conflicts };
}
