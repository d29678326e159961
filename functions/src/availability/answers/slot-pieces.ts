import type { Interval } from "../../engine/types.ts";
import { minutes, type Minutes } from "../../engine/units.ts";
import { extentOf, type SlotsOfDate } from "./slots.ts";

/** The most slots in an answer of several dates, and the most of one date that are computed and kept at a time. */
export const MAX_SLOTS = 20_000;
/** About how many slots a piece of a larger date has: half a megabyte of JSON. */
const SLOTS_IN_A_PIECE = 5_000;

/**
 * Yields the slots of a date in order: all at once, or in pieces if there are more than `MAX_SLOTS`, so that the memory
 * they take is bounded. With `from`, pieces that end before it are left out.
 */
export function* slotPieces<S>(
  asked: SlotsOfDate,
  slotsOf: (asked: SlotsOfDate) => readonly S[],
  from?: Minutes,
): Generator<readonly S[]> {
  const windows = windowsOf(asked);
  if (windows === null) {
    yield slotsOf(asked);
    return;
  }
  for (const window of windows) {
    if (from === undefined || window.end > from) yield slotsOf({ ...asked, window });
  }
}

/** Returns whether the date has more slots than are computed at a time. */
export function needsPieces(asked: SlotsOfDate): boolean {
  return windowsOf(asked) !== null;
}

/** Returns the parts into which a date with many slots is divided; null for any other date. */
function windowsOf(asked: SlotsOfDate): Interval[] | null {
  // A document has room for fewer seeded slots.
  if (asked.content.kind === "legacy") return null;
  const { slots, mechanics, rules } = extentOf(asked.content, asked);
  if (slots <= MAX_SLOTS) return null;
  const { day, stepMinutes } = rules;
  const length = Math.max(1, Math.floor(SLOTS_IN_A_PIECE / mechanics)) * stepMinutes;
  const windows: Interval[] = [];
  for (let start = day.start; start < day.end; start = minutes(start + length)) {
    windows.push({ start, end: minutes(Math.min(start + length, day.end)) });
  }
  return windows;
}
