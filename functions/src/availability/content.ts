import type { LegacySlot, MechanicsOfDay } from "./day.ts";

/** What an answer for one date is made from: generated intervals, or the slots of an honoured legacy day. */
export type DayContent =
  | { readonly kind: "generated"; readonly mechanics: MechanicsOfDay }
  | { readonly kind: "legacy"; readonly slots: readonly LegacySlot[] };

/** Where an answer came from, as `X-Cache` says it. */
export type CacheSource = "L1" | "HIT" | "MISS" | "BYPASS";
