import type { WallTime } from "./types.ts";

export const MINUTES_PER_DAY = 1440;

const START_PATTERN = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

/** Whether the text is a wall time at which something can start: `00:00` to `23:59`. */
export function isWallStart(text: string): boolean {
  return START_PATTERN.test(text);
}

/** Whether the text is a wall time at which something can end: `00:01` to `24:00`. */
export function isWallEnd(text: string): boolean {
  return text === "24:00" || (text !== "00:00" && START_PATTERN.test(text));
}

/** Minutes since midnight on the wall clock, 0 to 1440. `time` must be a wall time. */
export function minuteOfWallTime(time: WallTime): number {
  return (
    (time.charCodeAt(0) - 48) * 600 +
    (time.charCodeAt(1) - 48) * 60 +
    (time.charCodeAt(3) - 48) * 10 +
    (time.charCodeAt(4) - 48)
  );
}

/** `HH:MM` of a minute of the day, 0 to 1440 (`24:00`). */
export function wallTimeOfMinute(minuteOfDay: number): WallTime {
  return `${twoDigits(Math.floor(minuteOfDay / 60))}:${twoDigits(minuteOfDay % 60)}`;
}

/** A number from 0 to 99 with a leading zero where it needs one. */
export function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}
