import { addDays, isPlainDate } from "../../engine/dates.ts";
import type { PlainDate } from "../../engine/types.ts";
import { dateOf } from "../../engine/zone.ts";
import { done, type Outcome } from "../../platform/errors.ts";
import type { Scope } from "../../platform/scope.ts";
import type { Shop } from "../../catalog/schema.ts";
import type { CacheSource } from "../day/day-content.ts";
import { resolveSelection, type SelectionDependencies, type SelectionQuery } from "./selection.ts";
import type { AvailabilityService, Days, Timing } from "../generation/availability-service.ts";
import { lastBookableDate } from "./slot-rules.ts";
import { freeSlotsOf, type MechanicSlot, type Selection } from "./slots.ts";

/** How many dates are looked at at a time. Most shops have a free slot soon; the rest should not take many rounds. */
const WINDOWS = [14, 31, 62];

interface Dependencies extends SelectionDependencies {
  readonly availability: AvailabilityService;
}

export interface FirstSlotRequest {
  readonly shopId: string;
  readonly from: PlainDate;
  /** The last date that may be looked at; undefined: as far as one call goes. */
  readonly to: PlainDate | undefined;
  readonly fresh: boolean;
  readonly selection: SelectionQuery;
}

export interface FirstSlot {
  readonly shop: Shop;
  readonly selection: Selection;
  readonly slot: MechanicSlot | null;
  /** Where to go on when there was none; null when nothing can be bookable any further. */
  readonly nextFrom: PlainDate | null;
  readonly source: CacheSource;
  readonly timing: Timing;
}

/**
 * The next free slot from a date on, in at most three rounds of reads over 107 dates together. Each round is one
 * read of the cached days and one generation of those that are missing.
 */
export async function firstFreeSlot(
  dependencies: Dependencies,
  request: FirstSlotRequest,
  scope: Scope,
): Promise<Outcome<FirstSlot>> {
  const { shopId, fresh, selection: query } = request;
  const forService = query.service_id !== undefined;
  let from = request.from;
  let rounds: Days[] = [];
  for (const [index, length] of WINDOWS.entries()) {
    const dates = windowFrom(from, length, request.to);
    const found = await dependencies.availability.daysForAnswer({ shopId, dates, fresh, forService }, scope);
    if (!found.ok) return found;
    const { shop, days } = found.value;
    rounds = [...rounds, found.value];
    const chosen = await resolveSelection(dependencies, shop, days.values(), query, scope);
    if (!chosen.ok) return chosen;
    const slot = firstOf(found.value, dates, chosen.value, scope.now);
    const next = slot ? null : nextDate(shop, dates.at(-1) ?? from, request.to, scope.now);
    if (slot || next === null || index === WINDOWS.length - 1) {
      return done({ shop, selection: chosen.value, slot, nextFrom: next, ...summary(rounds) });
    }
    from = next;
  }
  throw new Error("There is at least one window.");
}

function firstOf(
  { shop, days }: Days,
  dates: readonly PlainDate[],
  selection: Selection,
  now: number,
): MechanicSlot | null {
  for (const date of dates) {
    const content = days.get(date);
    const [first] = content ? freeSlotsOf(shop, date, content, selection, now) : [];
    if (first) return first;
  }
  return null;
}

/** The date after `last`, or today when that is later: what is past is never free. Null beyond end or horizon. */
function nextDate(shop: Shop, last: PlainDate, to: PlainDate | undefined, now: number) {
  const today = dateOf(shop.time_zone, Math.floor(now / 60_000));
  const after = addDays(last, 1);
  const next = after < today ? today : after;
  if (!isPlainDate(next)) return null;
  const horizon = lastBookableDate(shop, now);
  const isBeyondHorizon = horizon !== null && next > horizon;
  return isBeyondHorizon || (to !== undefined && next > to) ? null : next;
}

/** Several rounds make one answer: it came from the farthest place that any of them had to go to. */
function summary(rounds: readonly Days[]): { source: CacheSource; timing: Timing } {
  const order: CacheSource[] = ["BYPASS", "MISS", "HIT", "L1"];
  const source = order.find((one) => rounds.some((round) => round.source === one)) ?? "HIT";
  const timing: Record<string, number> = {};
  for (const round of rounds) {
    for (const [step, ms] of Object.entries(round.timing)) {
      timing[step] = (timing[step] ?? 0) + (ms as number);
    }
  }
  return { source, timing };
}

/** The dates of a window, cut short by the asked end and by the end of the calendar. */
function windowFrom(from: PlainDate, length: number, to: PlainDate | undefined): PlainDate[] {
  const dates = [from];
  for (let next = addDays(from, 1); dates.length < length; next = addDays(next, 1)) {
    if (!isPlainDate(next) || (to !== undefined && next > to)) break;
    dates.push(next);
  }
  return dates;
}
