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

/** The source of an answer, the value of the header `X-Cache`. */
export type CacheSource = "L1" | "HIT" | "MISS" | "BYPASS";
