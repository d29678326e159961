import type { Shop } from "../../catalog/schema.ts";
import type { PlainDate } from "../../engine/types.ts";
import type { CacheSource, DayContent } from "../day/day-content.ts";

/** Milliseconds spent, by step. */
export interface Timing {
  readonly read?: number;
  readonly generate?: number;
  readonly fill?: number;
}

/** The dates whose days were generated, and those of them whose days this request has stored. */
export interface Filled {
  readonly missed: readonly PlainDate[];
  readonly filled: readonly PlainDate[];
}

/** Days of a shop, and where they come from. */
export interface DaysRead extends Filled {
  readonly shop: Shop;
  readonly days: ReadonlyMap<PlainDate, DayContent>;
  readonly source: CacheSource;
  readonly timing: Timing;
}

/** The days of the first dates of a request, as many as one answer may have. */
export type Days = Omit<DaysRead, keyof Filled>;

const SLOWEST_FIRST: readonly CacheSource[] = ["BYPASS", "MISS", "HIT", "L1"];

/** Returns the slowest source of several reads, and the sum of their timings. */
export function summary(reads: readonly Pick<Days, "source" | "timing">[]) {
  const source = SLOWEST_FIRST.find((one) => reads.some((read) => read.source === one)) ?? "HIT";
  const timing: Record<string, number> = {};
  for (const read of reads) {
    for (const [step, ms] of Object.entries(read.timing)) timing[step] = (timing[step] ?? 0) + (ms as number);
  }
  return { source, timing: timing as Timing };
}
