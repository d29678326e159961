import type { EpochMinute } from "./types.ts";
import { MINUTES_PER_DAY } from "./wall-time.ts";

/*
 * What a zone's clock shows, from `Intl`: one look-up per zone and UTC day, remembered. A UTC day whose two ends
 * have the same offset has it throughout; in any other the one transition is found by halving. (Since 1970 no
 * zone has changed its clock twice within six days, so equal offsets three days apart mean no change between.)
 */

/** Memory bounds. A shop uses one zone and, at a time, some months of it; these hold ten times that. */
const MAX_ZONES = 100;
const MAX_DAYS_PER_ZONE = 2000;

export interface ZoneOffsets {
  readonly format: Intl.DateTimeFormat;
  /** Offset in minutes at 00:00 UTC of a UTC day (days since 1970). */
  readonly atDayStart: Map<number, number>;
  /** First minute with the new offset, for UTC days with a transition. */
  readonly transitions: Map<number, EpochMinute>;
}

const zones = new Map<string, ZoneOffsets>();

/** The offsets of an IANA zone. Throws a RangeError when the zone is unknown. */
export function zoneOffsets(zone: string): ZoneOffsets {
  let offsets = zones.get(zone);
  if (offsets === undefined) {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
    });
    if (zones.size >= MAX_ZONES) zones.clear();
    offsets = { format, atDayStart: new Map(), transitions: new Map() };
    zones.set(zone, offsets);
  }
  return offsets;
}

/** Minutes that the zone's wall clock is ahead of UTC at an instant; negative west of Greenwich. */
export function offsetAt(offsets: ZoneOffsets, minute: EpochMinute): number {
  const utcDay = Math.floor(minute / MINUTES_PER_DAY);
  const before = offsetAtDayStart(offsets, utcDay);
  const after = offsetAtDayStart(offsets, utcDay + 1);
  return before === after || minute < transitionOn(offsets, utcDay, before) ? before : after;
}

/** The offset at 00:00 UTC of a UTC day, in minutes. */
export function offsetAtDayStart(offsets: ZoneOffsets, utcDay: number): number {
  let offset = offsets.atDayStart.get(utcDay);
  if (offset === undefined) {
    if (offsets.atDayStart.size >= MAX_DAYS_PER_ZONE) offsets.atDayStart.clear();
    offset = lookUp(offsets.format, utcDay * MINUTES_PER_DAY);
    offsets.atDayStart.set(utcDay, offset);
  }
  return offset;
}

/** The first minute of a UTC day whose offset is not `before`, the offset at the day's start. */
function transitionOn(offsets: ZoneOffsets, utcDay: number, before: number): EpochMinute {
  const known = offsets.transitions.get(utcDay);
  if (known !== undefined) return known;
  let lastBefore = utcDay * MINUTES_PER_DAY;
  let firstAfter = lastBefore + MINUTES_PER_DAY;
  while (firstAfter - lastBefore > 1) {
    const middle = Math.floor((lastBefore + firstAfter) / 2);
    if (lookUp(offsets.format, middle) === before) lastBefore = middle;
    else firstAfter = middle;
  }
  if (offsets.transitions.size >= MAX_DAYS_PER_ZONE) offsets.transitions.clear();
  offsets.transitions.set(utcDay, firstAfter);
  return firstAfter;
}

/** Seconds of a historic offset (Monrovia until 1972) are rounded down: the engine counts whole minutes. */
function lookUp(format: Intl.DateTimeFormat, minute: EpochMinute): number {
  const [month, day, year, hour, wallMinute] = format
    .format(minute * 60_000)
    .match(/\d+/g)!
    .map(Number);
  return Date.UTC(year!, month! - 1, day, hour, wallMinute) / 60_000 - minute;
}
