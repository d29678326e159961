import type { Millis } from "../engine/units.ts";

/** The billed document operations of one request; the stores count them. */
export class Cost {
  reads = 0;
  writes = 0;
  attempts = 0;
}

/** What every use case is given for a request: the time at which it arrived, and the counter of its cost. */
export interface Scope {
  readonly now: Millis;
  readonly cost: Cost;
}

export interface Clock {
  now(): Millis;
}

/** Returns the scope with the present time, for the part of a request that follows a wait. */
export function atPresent(scope: Scope, clock: Clock): Scope {
  return { ...scope, now: clock.now() };
}
