import { isWallEnd, isWallStart, minuteOfWallTime } from "../../engine/wall-time.ts";
import type { Mechanic } from "../../catalog/schema.ts";
import { isPlainDate } from "../../engine/dates.ts";
import { overlaps } from "../../engine/intervals.ts";
import { reservedOn } from "../../engine/slots.ts";
import { dayBounds, wallToMinute } from "../../engine/zone.ts";
import type { Interval, PlainDate } from "../../engine/types.ts";
import type { Millis, Minutes } from "../../engine/units.ts";
import { emptyLedger, loadOn, withoutExpired, type DayLedger } from "../../ledger/ledger.ts";
import type { LegacyContent } from "./day-content.ts";
import type { LegacySlot } from "./day.ts";

/** Returns the interval of a legacy slot; null if its start or end is not a wall time. */
export function legacyExtent(slot: LegacySlot, zone: string): Interval | null {
  const start = legacyMinute(slot.start, zone);
  const end = legacyMinute(slot.end, zone);
  return start === null || end === null ? null : { start, end };
}

function legacyMinute(text: string, zone: string): Minutes | null {
  const [, date, time] = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::\d{2})?$/.exec(text) ?? [];
  if (date === undefined || time === undefined || !isPlainDate(date)) return null;
  if (!isWallStart(time) && !isWallEnd(time)) return null;
  return wallToMinute(zone, date, minuteOfWallTime(time));
}

/** The present state that is laid over the legacy days of a shop. */
export interface Overlay {
  /** The active mechanics. */
  readonly mechanics: readonly Mechanic[];
  /** The ledgers of the days' dates; it may hold those of other dates. */
  readonly ledgers: readonly DayLedger[];
}

/** A day of the old weekly seeder, and what is to be laid over it. */
export interface LegacyDay {
  readonly slots: readonly LegacySlot[];
  readonly date: PlainDate;
  readonly zone: string;
  readonly overlay: Overlay;
  readonly now: Millis;
}

/**
 * Returns the slots of a legacy day in their present state. A slot is free only if it was seeded as free, it is a
 * positive length of time that begins on the date, its mechanic is active and below the daily limit, and no unexpired
 * entry of the mechanic's ledger overlaps it.
 */
export function overlayLegacy({ slots, date, zone, overlay, now }: LegacyDay): LegacyContent {
  const day = dayBounds(zone, date);
  const ledgerOf = new Map(
    overlay.ledgers
      .filter((ledger) => ledger.date === date)
      .map((ledger) => [ledger.mechanic_id, withoutExpired(ledger, now)]),
  );
  const limitOf = new Map(
    overlay.mechanics.map(({ id, max_bookings_per_day }) => [id, max_bookings_per_day]),
  );
  const isOpen = (slot: LegacySlot) => {
    const extent = legacyExtent(slot, zone);
    const limit = limitOf.get(slot.mechanic_id);
    if (limit === undefined || extent === null || extent.start >= extent.end) return false;
    if (extent.start < day.start || extent.start >= day.end) return false;
    const ledger = ledgerOf.get(slot.mechanic_id) ?? emptyLedger(slot.mechanic_id, date);
    const isFull = limit !== null && reservedOn(loadOn(ledger, day), now) >= limit;
    return !isFull && !ledger.entries.some((entry) => overlaps(entry, extent));
  };
  return {
    kind: "legacy",
    slots: slots.map((slot) => ({ ...slot, is_free: slot.is_free && isOpen(slot) })),
    expiries: [...ledgerOf.values()].flatMap(({ entries }) =>
      entries.flatMap(({ expires_at }) => expires_at ?? []),
    ),
  };
}
