import type { LegacySlot, MechanicsOfDay } from "./day.ts";

/** The slots of an honoured legacy day, free as far as ledgers and mechanics have it; the clock is not looked at. */
export interface LegacyContent {
  readonly kind: "legacy";
  readonly slots: readonly LegacySlot[];
  /** When the holds laid over them end, in milliseconds since the epoch. */
  readonly expiries: readonly number[];
}

/** What an answer for one date is made from: generated intervals, or the slots of an honoured legacy day. */
export type DayContent = { readonly kind: "generated"; readonly mechanics: MechanicsOfDay } | LegacyContent;

/** Where an answer came from, as `X-Cache` says it. */
export type CacheSource = "L1" | "HIT" | "MISS" | "BYPASS";
