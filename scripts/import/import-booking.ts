import { datesOf } from "../../functions/src/availability/day/day-changes.ts";
import { extentOf, type Booking } from "../../functions/src/bookings/booking.ts";
import {
  auditedPlace,
  type BookingStore,
  type BookingTransaction,
} from "../../functions/src/bookings/booking-store.ts";
import { farthestBufferReach } from "../../functions/src/catalog/buffer-reach.ts";
import { isRezoning } from "../../functions/src/catalog/ledger-zone.ts";
import { unknownMechanic, type Shop } from "../../functions/src/catalog/schema.ts";
import { overlaps } from "../../functions/src/engine/intervals.ts";
import type { Interval } from "../../functions/src/engine/types.ts";
import type { Millis } from "../../functions/src/engine/units.ts";
import { OCCUPIES } from "../../functions/src/ledger/booking-status.ts";
import { isLive, type DayLedger, type LedgerEntry } from "../../functions/src/ledger/ledger.ts";
import { runUntilSettled } from "../../functions/src/platform/firestore/settle.ts";
import { Cost } from "../../functions/src/platform/scope.ts";
import { addToLedgers } from "../../functions/src/reservations/ledger-change.ts";
import { skipped, type Problem } from "./problem.ts";

/** Longer than Firestore keeps the locks of a process that was killed, which is a minute. */
const DEADLINE_MS = 150_000;

type Imported = "written" | "unchanged" | Problem;

/** The entry of a booking on its mechanic's ledgers; undefined for one that takes no time. */
export function entryOf(booking: Booking): LedgerEntry | undefined {
  if (!OCCUPIES[booking.status]) return undefined;
  const { id, start: slot_start, end: slot_end, location_id } = booking;
  return { kind: "booking", id, ...extentOf(booking), slot_start, slot_end, location_id, expires_at: null };
}

/** Returns what on the ledgers is in the way of the entry. */
export function conflictOn(
  ledgers: readonly DayLedger[],
  entry: Interval & Pick<LedgerEntry, "id">,
  now: Millis,
): Problem | null {
  if (ledgers.some(({ isUnreadable }) => isUnreadable)) return skipped("ledger_unreadable").problem;
  const other = ledgers
    .flatMap(({ entries }) => entries)
    .find((one) => one.id !== entry.id && overlaps(one, entry) && isLive(one, now));
  return other ? skipped("slot_taken", `It overlaps the ${other.kind} ${other.id}.`).problem : null;
}

interface ImportBooking {
  readonly bookings: BookingStore;
  readonly booking: Booking;
  readonly now: () => Millis;
  /** The id of the audit line. */
  readonly requestId: string;
}

/**
 * Writes the booking with its ledger entries, its days and an audit line, in one transaction. The customer is sent no
 * notice. A booking that exists already stays as it is. Throws when Firestore does not answer within a minute.
 */
export async function importBooking({ bookings, booking, now, requestId }: ImportBooking): Promise<Imported> {
  let isSent = false;
  const attempt = (beforeCommit: () => void) =>
    bookings.transact(
      booking.shop_id,
      new Cost(),
      (tx) => write(tx, { booking, now: now(), requestId }),
      () => {
        isSent = true;
        beforeCommit();
      },
    );
  const settled = await runUntilSettled(attempt, DEADLINE_MS);
  if (settled.kind === "gave_up")
    throw new Error("Firestore does not answer. What was written stays: repeat the command.");
  // An earlier attempt may have been committed although its answer was lost.
  return settled.value === "unchanged" && isSent ? "written" : settled.value;
}

interface Write {
  readonly booking: Booking;
  readonly now: Millis;
  readonly requestId: string;
}

async function write(tx: BookingTransaction, { booking, now, requestId }: Write): Promise<Imported> {
  const { shop, exists } = await tx.shopAndOccupancy(booking.id);
  if (exists) return "unchanged";
  if (!shop || isRezoning(shop))
    throw new Error(`shop ${booking.shop_id} is being changed: repeat the command later`);
  const entry = entryOf(booking);
  if (entry) {
    const conflict = await enter(tx, { shop, booking, entry, now });
    if (conflict) return conflict;
  }
  const details = { ...auditedPlace(booking), status: booking.status };
  const actor = { kind: "system", uid: null } as const;
  const auditEntry = { action: "booking_imported", actor, at: now, booking_id: booking.id, details } as const;
  tx.writeChange({ booking, auditEntry, requestId, event: null });
  return "written";
}

interface Entry {
  readonly shop: Shop;
  readonly booking: Booking;
  readonly entry: LedgerEntry;
  readonly now: Millis;
}

/** Enters the booking on its ledgers and days, or returns what is in the way. */
async function enter(tx: BookingTransaction, { shop, booking, entry, now }: Entry): Promise<Problem | null> {
  const { mechanic_id: mechanicId, date } = booking;
  const ledgerDates = datesOf(shop.time_zone, entry);
  const { mechanic = unknownMechanic(mechanicId), ledgers } = await tx.read({ mechanicId, ledgerDates });
  const conflict = conflictOn(ledgers, entry, now);
  if (conflict) return conflict;
  const exceptions = await tx.exceptionsAround(mechanicId, date);
  const context = { shop, mechanic, exceptions, bufferReach: farthestBufferReach(shop) };
  tx.writeLedgers(mechanicId, addToLedgers(context, ledgers, { entry, removed: new Set(), now }));
  return null;
}
