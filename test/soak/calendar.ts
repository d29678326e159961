/** What the checker has to know of the shop. */
export interface Calendar {
  /** Minutes that its wall clock is ahead of UTC, at all times. */
  readonly offsetMinutes: number;
  /** The longest buffer of its services: how far beyond open time a slot can get in somebody's way. */
  readonly reachMinutes: number;
  /** Its longest slot: how far beyond a date one can get that starts on it. */
  readonly longestMinutes: number;
  /** How many reservations of a mechanic may start on a date; a mechanic who is not named has no limit. */
  readonly dailyLimits: Readonly<Record<string, number>>;
}
