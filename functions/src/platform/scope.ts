import type { Millis } from "../engine/units.ts";

/** What one request cost in billed document operations, as the stores count them while they work. */
export class Cost {
  reads = 0;
  writes = 0;
  attempts = 0;
}

/** What every use case gets from the edge: the request's one reading of the clock, and its bill. */
export interface Scope {
  readonly now: Millis;
  readonly cost: Cost;
}

export interface Clock {
  now(): Millis;
}
