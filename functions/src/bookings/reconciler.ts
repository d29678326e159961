import type { DocumentSnapshot, Firestore } from "firebase-admin/firestore";
import * as logger from "firebase-functions/logger";
import { dayChanges } from "../availability/day/day-changes.ts";
import { farthestBufferReach } from "../catalog/buffer-reach.ts";
import { filingZone } from "../catalog/ledger-zone.ts";
import { unknownMechanic, type Shop } from "../catalog/schema.ts";
import type { Millis } from "../engine/units.ts";
import { readLedger, requireReadable } from "../ledger/ledger-document.ts";
import { shopPaths } from "../platform/firestore/paths.ts";
import { runUntilSettled } from "../platform/firestore/settle.ts";
import { groupBy } from "../platform/group-by.ts";
import { Cost } from "../platform/scope.ts";
import type { BookingStore, BookingTransaction } from "./booking-store.ts";
import { readOccupancy, type Occupancy } from "./occupancy.ts";
import {
  ledgersOfBooking,
  reconcileLedgers,
  type LedgerAddress,
  type LedgerReconciliation,
} from "./reconcile-ledgers.ts";

const DEADLINE_MS = 30_000;

/** A booking document before and after it was written. */
export interface BookingWrite {
  readonly before: DocumentSnapshot | undefined;
  readonly after: DocumentSnapshot | undefined;
}

type FindLedgers = (shop: Shop, current: Occupancy | undefined) => readonly LedgerAddress[];

/**
 * Makes ledgers and days agree with a booking that was written outside the API, by a console or a script. A booking
 * that the API wrote is recognised by its ledger entry, which costs one read.
 */
export class BookingReconciler {
  constructor(
    private readonly db: Firestore,
    private readonly bookings: BookingStore,
    private readonly now: () => Millis,
  ) {}

  /** Safe to repeat and in any order: the booking as it is now decides, the event only tells where to look. */
  async reconcile(shopId: string, bookingId: string, write: BookingWrite): Promise<void> {
    if (await this.#isConsistent(shopId, bookingId, write)) return;
    const before = readOccupancy(write.before);
    await this.#run(shopId, bookingId, (shop, current) => ledgersOfBooking(shop, before, current));
  }

  /**
   * Reconciles the booking's own ledgers and those at `addresses`, where it was found. Null when nothing had to change,
   * or nothing can be done because the booking is corrupt.
   */
  async reconcileAt(
    shopId: string,
    bookingId: string,
    addresses: readonly LedgerAddress[],
  ): Promise<LedgerReconciliation | null> {
    return this.#run(shopId, bookingId, (shop, current) => {
      const all = [...ledgersOfBooking(shop, current), ...addresses];
      return [...new Map(all.map((one) => [`${one.mechanicId}_${one.date}`, one])).values()];
    });
  }

  /** Tells whether the ledger agrees with the written booking: then the API wrote it. */
  async #isConsistent(shopId: string, bookingId: string, { before, after }: BookingWrite): Promise<boolean> {
    const now = readOccupancy(after);
    const earlier = readOccupancy(before);
    const where = now ?? earlier;
    if (!where || where.date === null) return false;
    const moved = now && earlier && (now.mechanicId !== earlier.mechanicId || now.date !== earlier.date);
    if (moved) return false;
    const ref = shopPaths(this.db, shopId).ledger(where.mechanicId, where.date);
    const ledger = readLedger(await ref.get(), where.mechanicId, where.date);
    if (ledger.isUnreadable) return false;
    const entry = ledger.entries.find(({ id }) => id === bookingId);
    if (!now?.occupies) return entry === undefined;
    return entry?.slot_start === now.slot.start && entry.slot_end === now.slot.end;
  }

  /** Throws when contention outlasts the deadline: the trigger is then delivered again. */
  async #run(shopId: string, bookingId: string, find: FindLedgers): Promise<LedgerReconciliation | null> {
    const body = (tx: BookingTransaction) => this.#reconcileIn(tx, shopId, bookingId, find);
    const settled = await runUntilSettled(
      (beforeCommit) => this.bookings.transact(shopId, new Cost(), body, beforeCommit),
      DEADLINE_MS,
    );
    if (settled.kind === "answered") return settled.value;
    throw new Error(`The ledgers of booking ${bookingId} of shop ${shopId} stayed contended.`);
  }

  async #reconcileIn(
    tx: BookingTransaction,
    shopId: string,
    bookingId: string,
    find: FindLedgers,
  ): Promise<LedgerReconciliation | null> {
    const { shop, exists, occupancy: current } = await tx.shopAndOccupancy(bookingId);
    if (!shop) return null;
    const now = this.now();
    const report = (action: LedgerReconciliation["action"], details: Record<string, unknown>) =>
      tx.writeAudit({
        action,
        actor: { kind: "system", uid: null },
        at: now,
        booking_id: bookingId,
        details,
      });
    if (exists && !current) {
      logger.error("corrupt booking", { shopId, bookingId });
      report("booking_inconsistent", { problem: "unreadable" });
      return null;
    }
    const zone = filingZone(shop);
    const ledgers = await readLedgersAt(tx, find(shop, current));
    // The event is delivered again until the ledger is mended; until then nothing can be booked on it.
    requireReadable(ledgers);
    const reconciliation = reconcileLedgers({ zone, bookingId, current, ledgers, now });
    if (!reconciliation) return null;
    await writeReconciliation(tx, shop, reconciliation, current);
    report(reconciliation.action, auditDetails(reconciliation));
    return reconciliation;
  }
}

async function readLedgersAt(tx: BookingTransaction, addresses: readonly LedgerAddress[]) {
  const byMechanic = groupBy(addresses, ({ mechanicId }) => mechanicId);
  const read = [...byMechanic].map(([mechanicId, own]) =>
    tx.ledgers(
      mechanicId,
      own.map(({ date }) => date),
    ),
  );
  return (await Promise.all(read)).flat();
}

/** Reads what decides about the days of every mechanic whose ledgers change, then writes ledgers and days. */
async function writeReconciliation(
  tx: BookingTransaction,
  shop: Shop,
  { changed, extent }: LedgerReconciliation,
  current: Occupancy | undefined,
): Promise<void> {
  const bufferReach = farthestBufferReach(shop);
  const byMechanic = groupBy(changed, ({ mechanic_id }) => mechanic_id);
  const changes = [...byMechanic].map(async ([mechanicId, ledgers]) => {
    const stated = current?.mechanicId === mechanicId ? current.date : null;
    const date = stated ?? ledgers[0]?.date ?? "";
    const [found, exceptions] = await Promise.all([
      tx.read({ mechanicId }),
      tx.exceptionsAround(mechanicId, date),
    ]);
    const mechanic = found.mechanic ?? unknownMechanic(mechanicId);
    const days = dayChanges({ shop, mechanic, exceptions, bufferReach, date }, ledgers, extent);
    return { mechanicId, ledgers, days };
  });
  for (const { mechanicId, ...change } of await Promise.all(changes)) tx.writeLedgers(mechanicId, change);
}

function auditDetails({ changed, conflicts }: LedgerReconciliation) {
  return { ledgers: changed.map(({ mechanic_id, date }) => `${mechanic_id}_${date}`), conflicts };
}
