import { dayNumber, plainDate } from "./dates.ts";
import type { Interval, PlainDate } from "./types.ts";
import { minutes, type Minutes } from "./units.ts";
import { MINUTES_PER_DAY, twoDigits } from "./wall-time.ts";
import { offsetAt, offsetAtDayStart, zoneOffsets, type ZoneOffsets } from "./zone-offsets.ts";

/*
 * Wall time of a zone ↔ minutes since the epoch. Where the clock jumps forward, a wall time that does not exist is
 * moved forward by the length of the gap; where it goes back, a wall time that exists twice is the earlier one.
 * Temporal calls this "compatible". Zones are IANA names; an unknown one throws a RangeError.
 */

/** Whether `Intl` knows the text as an IANA zone. Bare offsets such as `+05:00` are refused. */
export function isTimeZone(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    zoneOffsets(zone);
    return true;
  } catch {
    return false;
  }
}

/** From the first instant of the date to the first instant of the next: 23 or 25 hours when the clock changes. */
export function dayBounds(zone: string, date: PlainDate): Interval {
  const offsets = zoneOffsets(zone);
  const day = dayNumber(date);
  return { start: dayStart(offsets, day), end: dayStart(offsets, day + 1) };
}

/** The instant at which the wall clock of the date shows `minuteOfDay`, 0 to 1440 (1440: 00:00 of the next date). */
export function wallToMinute(zone: string, date: PlainDate, minuteOfDay: number): Minutes {
  return resolveWall(zoneOffsets(zone), dayNumber(date) * MINUTES_PER_DAY + minuteOfDay);
}

/** The date and the minute of the day that the wall clock shows at an instant. */
export function minuteToWall(zone: string, minute: Minutes): { date: PlainDate; minuteOfDay: number } {
  const wall = minute + offsetMinutesAt(zone, minute);
  const day = Math.floor(wall / MINUTES_PER_DAY);
  return { date: plainDate(day), minuteOfDay: wall - day * MINUTES_PER_DAY };
}

/** The date that the zone's calendar shows at an instant. */
export function dateOf(zone: string, minute: Minutes): PlainDate {
  return plainDate(Math.floor((minute + offsetMinutesAt(zone, minute)) / MINUTES_PER_DAY));
}

/** Minutes that the zone's wall clock is ahead of UTC at an instant; negative west of Greenwich. */
export function offsetMinutesAt(zone: string, minute: Minutes): number {
  return offsetAt(zoneOffsets(zone), minute);
}

/** Shop wall time without offset, `2026-01-15T14:00:00`. */
export function formatWall(zone: string, minute: Minutes): string {
  return wallText(minute + offsetMinutesAt(zone, minute));
}

/** RFC 3339 with the zone's offset, `2026-01-15T14:00:00-05:00`. */
export function formatWithOffset(zone: string, minute: Minutes): string {
  const offset = offsetMinutesAt(zone, minute);
  const size = Math.abs(offset);
  const sign = offset < 0 ? "-" : "+";
  return `${wallText(minute + offset)}${sign}${twoDigits(Math.floor(size / 60))}:${twoDigits(size % 60)}`;
}

function wallText(wall: number): string {
  const day = Math.floor(wall / MINUTES_PER_DAY);
  const minuteOfDay = wall - day * MINUTES_PER_DAY;
  return `${plainDate(day)}T${twoDigits(Math.floor(minuteOfDay / 60))}:${twoDigits(minuteOfDay % 60)}:00`;
}

/**
 * The offset that holds from a day before the date to a day after it, in minutes, or null when the clock changes
 * in that time. On most days it does not, and a wall time less the offset is the instant.
 */
export function plainOffset(offsets: ZoneOffsets, day: number): number | null {
  const before = offsetAtDayStart(offsets, day - 1);
  return before === offsetAtDayStart(offsets, day + 2) ? before : null;
}

/** The instant of a wall time. `wall` counts minutes as if the zone's wall clock showed UTC. */
export function resolveWall(offsets: ZoneOffsets, wall: number): Minutes {
  const before = offsetAt(offsets, minutes(wall - MINUTES_PER_DAY));
  const after = offsetAt(offsets, minutes(wall + MINUTES_PER_DAY));
  const earlier = wall - before;
  if (before === after || offsetAt(offsets, minutes(earlier)) === before) return minutes(earlier);
  const later = wall - after;
  return offsetAt(offsets, minutes(later)) === after ? minutes(later) : minutes(earlier);
}

/** The first instant of a date: its 00:00, or, when that lies in a gap, the end of the gap. */
export function dayStart(offsets: ZoneOffsets, day: number): Minutes {
  const midnight = day * MINUTES_PER_DAY;
  const resolved = resolveWall(offsets, midnight);
  if (resolved + offsetAt(offsets, resolved) === midnight) return resolved;
  let inGap = resolved;
  while (inGap - 1 + offsetAt(offsets, minutes(inGap - 1)) >= midnight) inGap--;
  return inGap;
}
