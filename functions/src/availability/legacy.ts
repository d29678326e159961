import { isWallEnd, isWallStart, minuteOfWallTime } from "../engine/wall-time.ts";
import { isPlainDate } from "../engine/dates.ts";
import { wallToMinute } from "../engine/zone.ts";
import type { Interval } from "../engine/types.ts";
import type { DayLedger } from "../ledger/ledger.ts";
import type { LegacySlot } from "./day.ts";

/** A legacy slot's instants; null where its text is not a wall time. */
export function legacyExtent(slot: LegacySlot, zone: string): Interval | null {
  const start = legacyMinute(slot.start, zone);
  const end = legacyMinute(slot.end, zone);
  return start === null || end === null ? null : { start, end };
}

function legacyMinute(text: string, zone: string): number | null {
  const [, date, time] = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(?::\d{2})?$/.exec(text) ?? [];
  if (date === undefined || time === undefined || !isPlainDate(date)) return null;
  if (!isWallStart(time) && !isWallEnd(time)) return null;
  return wallToMinute(zone, date, minuteOfWallTime(time));
}

/**
 * Lays what has been taken since over the slots of a day of the old weekly seeder: a slot is free only if the seeder
 * said so and no live entry of the mechanic's ledger meets it.
 */
export function overlayLegacy(
  slots: readonly LegacySlot[],
  ledgers: readonly DayLedger[],
  zone: string,
  now: number,
): LegacySlot[] {
  const entriesOf = new Map(ledgers.map((ledger) => [ledger.mechanic_id, ledger.entries]));
  return slots.map((slot) => {
    const extent = legacyExtent(slot, zone);
    const taken = (entriesOf.get(slot.mechanic_id) ?? []).some(
      (entry) =>
        (entry.expires_at === null || entry.expires_at > now) &&
        extent !== null &&
        entry.start < extent.end &&
        extent.start < entry.end,
    );
    return { ...slot, is_free: slot.is_free && !taken && extent !== null };
  });
}
