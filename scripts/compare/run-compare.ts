import { eachDate } from "../../functions/src/engine/dates.ts";
import type { PlainDate } from "../../functions/src/engine/types.ts";
import type { Millis } from "../../functions/src/engine/units.ts";
import { inParallel } from "../support/in-parallel.ts";
import type { OnProgress } from "../support/progress.ts";
import { compareDay, type Difference } from "./compare-day.ts";
import type { Patience } from "./endpoint.ts";
import { askAvailability, askAvailableSlots, readShop, type OldNames, type Question } from "./systems.ts";

export interface CompareOptions {
  /** The addresses of the old system and of ours, without a slash at the end. */
  readonly old: string;
  readonly new: string;
  /** `a`: `GET /availability`; `b`: `GET /api/booking/get-available-slots`. */
  readonly kind: "a" | "b";
  readonly from: PlainDate;
  readonly to: PlainDate;
  readonly question: Question;
  readonly names: OldNames;
  /** How many dates are asked about at a time. */
  readonly concurrency: number;
  readonly patience: Patience;
  readonly now: () => Millis;
  readonly onProgress: OnProgress;
}

export interface ComparedDay {
  readonly date: PlainDate;
  /** How many slots each system lists. */
  readonly there: number;
  readonly here: number;
  readonly differences: readonly Difference[];
}

/** Asks both systems about each date and compares the answers. Throws an `EndpointError` when one does not answer. */
export async function runCompare(options: CompareOptions): Promise<ComparedDay[]> {
  const { question, names, patience, kind, now, onProgress } = options;
  const shop = await readShop(options.new, question.shopId, patience);
  const dates = eachDate(options.from, options.to);
  const days = new Map<PlainDate, ComparedDay>();
  onProgress(0, dates.length);
  await inParallel(dates, options.concurrency, async (date) => {
    const asked = { question, date, zone: shop.zone };
    const askOld = kind === "a" ? askAvailability : askAvailableSlots;
    const [there, here] = await Promise.all([
      askOld(options.old, { ...asked, names }, patience),
      askAvailability(options.new, { ...asked, names: null }, patience),
    ]);
    const comparison = { shop, serviceId: question.serviceId, freeOnly: kind === "b", now: now() };
    const differences = compareDay(there, here, comparison);
    days.set(date, { date, there: there.length, here: here.length, differences });
    onProgress(days.size, dates.length);
  });
  return dates.flatMap((date) => days.get(date) ?? []);
}
