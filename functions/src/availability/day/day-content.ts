import type { Millis } from "../../engine/units.ts";
import type { LegacySlot, MechanicsOfDay } from "./day.ts";

/** The slots of an honoured legacy day, overlaid with ledgers and mechanics. Lead time and horizon are not applied. */
export interface LegacyContent {
  readonly kind: "legacy";
  readonly slots: readonly LegacySlot[];
  /** When the holds that were laid over them expire. */
  readonly expiries: readonly Millis[];
}

/** The source of an answer for one date: generated intervals, or the slots of an honoured legacy day. */
export type DayContent = { readonly kind: "generated"; readonly mechanics: MechanicsOfDay } | LegacyContent;

/** How many seeded slots take about as much memory as one mechanic's part of a generated day. */
const SLOTS_OF_A_MECHANIC = 8;

/** Returns the number of mechanics in a day: the measure of the memory it takes, at least 1. */
export function mechanicDays(content: DayContent): number {
  const size =
    content.kind === "generated"
      ? Object.keys(content.mechanics).length
      : Math.ceil(content.slots.length / SLOTS_OF_A_MECHANIC);
  return Math.max(1, size);
}

/** The source of an answer, the value of the header `X-Cache`. */
export type CacheSource = "L1" | "HIT" | "MISS" | "BYPASS";
