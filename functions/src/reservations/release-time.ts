import { datesOf } from "../availability/day/day-changes.ts";
import { unknownMechanic, type Shop } from "../catalog/schema.ts";
import type { Interval, PlainDate } from "../engine/types.ts";
import { requireReadable } from "../ledger/ledger-document.ts";
import { removeFromLedgers, type LedgerChange } from "./ledger-change.ts";
import type { AttemptContext } from "./reservation-context.ts";
import type { ReservationTransaction } from "./reservation-transaction.ts";

/** A reservation as its own document describes it. */
export interface ExistingReservation {
  readonly id: string;
  readonly mechanicId: string;
  readonly date: PlainDate;
  /** The slot with its buffers. */
  readonly extent: Interval;
}

/**
 * Reads what a reservation that gives up its time concerns, and returns how ledgers and days change. Writes nothing.
 * Throws a `CorruptDocument` if a ledger cannot be read, because the time on it cannot be given up.
 */
export async function readAndDecideRelease(
  tx: ReservationTransaction,
  shop: Shop,
  { id, mechanicId, date, extent }: ExistingReservation,
  { now, bufferReachOf }: AttemptContext,
): Promise<LedgerChange> {
  const ledgerDates = datesOf(shop.time_zone, extent);
  const { mechanic = unknownMechanic(mechanicId), ledgers } = await tx.read({ mechanicId, ledgerDates });
  requireReadable(ledgers);
  const exceptions = await tx.exceptionsAround(mechanicId, date);
  const context = { shop, mechanic, exceptions, bufferReach: bufferReachOf(shop) };
  return removeFromLedgers(context, ledgers, new Set([id]), now);
}
