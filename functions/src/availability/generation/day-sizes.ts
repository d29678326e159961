import { BoundedMap } from "../../engine/bounded-map.ts";
import type { PlainDate } from "../../engine/types.ts";
import { mechanicDays, type DayContent } from "../day/day-content.ts";

/** The most mechanic-days that are read or generated in one step. */
export const MAX_PIECE_MECHANIC_DAYS = 2_000;
/** How many days of a shop of unknown size are read in one step: today and two weeks, the usual range. */
const DATES_OF_UNKNOWN_SIZE = 15;
/** How many mechanics a day of unknown size counts for. */
const UNKNOWN_MECHANICS = 1_000;
const MAX_SHOPS = 10_000;

/** Remembers how many mechanics a day of each shop has, to know before a read how much memory its days will take. */
export class DaySizes {
  readonly #sizes = new BoundedMap<string, number>(MAX_SHOPS);

  remember(shopId: string, days: Iterable<DayContent>): void {
    for (const content of days) this.#sizes.set(shopId, mechanicDays(content));
  }

  /** Returns whether so many dates are known to be at most what one generation makes. */
  isOnePiece(shopId: string, dates: number): boolean {
    const size = this.#sizes.get(shopId);
    return dates === 1 || (size !== undefined && dates * size <= MAX_PIECE_MECHANIC_DAYS);
  }

  /** Returns about how many mechanic-days so many dates have. */
  weightOf(shopId: string, dates: number): number {
    return dates * (this.#sizes.get(shopId) ?? UNKNOWN_MECHANICS);
  }

  /** Returns how many of the shop's days have at most so many mechanic-days and are at most one piece; it may be none. */
  datesWithin(shopId: string, room: number): number {
    const size = this.#sizes.get(shopId);
    return size === undefined
      ? DATES_OF_UNKNOWN_SIZE
      : Math.floor(Math.min(room, MAX_PIECE_MECHANIC_DAYS) / size);
  }
}

/** Returns as many of the dates, at least one, as can be generated in one step for so many mechanics. */
export function datesOfPiece(dates: readonly PlainDate[], mechanics: number): readonly PlainDate[] {
  return dates.slice(0, Math.max(1, Math.floor(MAX_PIECE_MECHANIC_DAYS / Math.max(1, mechanics))));
}
