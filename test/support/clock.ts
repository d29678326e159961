import { millis, type Millis } from "../../functions/src/engine/units.ts";
import type { Clock } from "../../functions/src/platform/scope.ts";

/** Monday, 12 January 2026, 07:00 in New York: a week before the dates that the specifications book. */
export const NOW = millis(Date.parse("2026-01-12T12:00:00Z"));

/** A clock that stands still until it is told to move. */
export class TestClock implements Clock {
  #now: Millis;

  constructor(now: Millis = NOW) {
    this.#now = now;
  }

  now(): Millis {
    return this.#now;
  }

  advance({ hours = 0, minutes = 0, seconds = 0 }): void {
    this.#now = millis(this.#now + ((hours * 60 + minutes) * 60 + seconds) * 1000);
  }

  set(instant: string): void {
    this.#now = millis(Date.parse(instant));
  }
}
