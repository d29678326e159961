import { BoundedMap } from "./bounded-map.ts";
import { MINUTE_MS, minutes, toMillis, type Minutes } from "./units.ts";
import { MINUTES_PER_DAY } from "./wall-time.ts";

/*
 * The offsets of a zone from UTC, read from `Intl` once per zone and UTC day and cached. A UTC day whose start and
 * end have the same offset has that offset throughout; in any other day the one transition is found by bisection.
 * (Since 1970 no zone has changed its clock twice within six days, so equal offsets three days apart mean no change
 * between.)
 */

/** Bounds of the caches. A shop uses one zone and a few months of it at a time; the caches hold ten times that. */
const MAX_ZONES = 100;
const MAX_DAYS_PER_ZONE = 2000;

export interface ZoneOffsets {
  readonly format: Intl.DateTimeFormat;
  /** Offset in minutes at 00:00 UTC of a UTC day (days since 1970). */
  readonly atDayStart: BoundedMap<number, number>;
  /** First minute with the new offset, for UTC days with a transition. */
  readonly transitions: BoundedMap<number, Minutes>;
}

const zones = new BoundedMap<string, ZoneOffsets>(MAX_ZONES);

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
    offsets = {
      format,
      atDayStart: new BoundedMap(MAX_DAYS_PER_ZONE),
      transitions: new BoundedMap(MAX_DAYS_PER_ZONE),
    };
    zones.set(zone, offsets);
  }
  return offsets;
}

/** Minutes that the zone's wall clock is ahead of UTC at an instant; negative west of Greenwich. */
export function offsetAt(offsets: ZoneOffsets, minute: Minutes): number {
  const utcDay = Math.floor(minute / MINUTES_PER_DAY);
  const before = offsetAtDayStart(offsets, utcDay);
  const after = offsetAtDayStart(offsets, utcDay + 1);
  return before === after || minute < transitionOn(offsets, utcDay, before) ? before : after;
}

/** The offset at 00:00 UTC of a UTC day, in minutes. */
export function offsetAtDayStart(offsets: ZoneOffsets, utcDay: number): number {
  let offset = offsets.atDayStart.get(utcDay);
  if (offset === undefined) {
    offset = lookUp(offsets.format, minutes(utcDay * MINUTES_PER_DAY));
    offsets.atDayStart.set(utcDay, offset);
  }
  return offset;
}

/** The first minute of a UTC day whose offset is not `before`, the offset at the day's start. */
function transitionOn(offsets: ZoneOffsets, utcDay: number, before: number): Minutes {
  const known = offsets.transitions.get(utcDay);
  if (known !== undefined) return known;
  let lastBefore = utcDay * MINUTES_PER_DAY;
  let firstAfter = lastBefore + MINUTES_PER_DAY;
  while (firstAfter - lastBefore > 1) {
    const middle = Math.floor((lastBefore + firstAfter) / 2);
    if (lookUp(offsets.format, minutes(middle)) === before) lastBefore = middle;
    else firstAfter = middle;
  }
  offsets.transitions.set(utcDay, minutes(firstAfter));
  return minutes(firstAfter);
}

/** The offset at a minute. Seconds of a historic offset (Monrovia until 1972) are rounded down to whole minutes. */
function lookUp(format: Intl.DateTimeFormat, minute: Minutes): number {
  const [month, day, year, hour, wallMinute] = format.format(toMillis(minute)).match(/\d+/g)!.map(Number);
  return Date.UTC(year!, month! - 1, day, hour, wallMinute) / MINUTE_MS - minute;
}
