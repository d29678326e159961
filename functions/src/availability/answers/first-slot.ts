import { addDays, isPlainDate } from "../../engine/dates.ts";
import type { PlainDate } from "../../engine/types.ts";
import { toMinutes, type Millis } from "../../engine/units.ts";
import { dateOf } from "../../engine/zone.ts";
import { done, type Outcome } from "../../platform/errors.ts";
import type { Scope } from "../../platform/scope.ts";
import type { Shop } from "../../catalog/schema.ts";
import type { CacheSource } from "../day/day-content.ts";
import { resolveSelection, type SelectionDependencies, type SelectionQuery } from "./selection.ts";
import type { AvailabilityService } from "../generation/availability-service.ts";
import { summary, type Days, type Timing } from "../generation/days.ts";
import { lastBookableDate } from "./slot-rules.ts";
import { slotPieces } from "./slot-pieces.ts";
import { freeSlotsOf, type MechanicSlot, type Selection } from "./slots.ts";

/** How many dates each round reads. Most shops have a free slot soon; the others should not need many rounds. */
const WINDOWS = [14, 31, 62];

export interface FirstSlotDependencies extends SelectionDependencies {
  readonly availability: Pick<AvailabilityService, "daysForAnswer">;
}

export interface FirstSlotRequest {
  readonly shopId: string;
  readonly from: PlainDate;
  /** The last date to search; undefined: as many dates as one call searches. */
  readonly to: PlainDate | undefined;
  readonly fresh: boolean;
  readonly selection: SelectionQuery;
}

export interface FirstSlot {
  readonly shop: Shop;
  readonly selection: Selection;
  readonly slot: MechanicSlot | null;
  /** The date from which to continue the search; null if a slot was found or no later date can be bookable. */
  readonly nextFrom: PlainDate | null;
  readonly source: CacheSource;
  readonly timing: Timing;
}

/**
 * Returns the next free slot from a date on, in at most three rounds that cover 107 dates together; fewer in a shop with
 * many mechanics, since a round is bounded as an answer is.
 */
export async function firstFreeSlot(
  dependencies: FirstSlotDependencies,
  request: FirstSlotRequest,
  scope: Scope,
): Promise<Outcome<FirstSlot>> {
  const { shopId, fresh, selection: query } = request;
  const forService = query.serviceId !== undefined;
  let from = request.from;
  let rounds: Days[] = [];
  for (const [index, length] of WINDOWS.entries()) {
    const dates = windowFrom(from, length, request.to);
    const found = await dependencies.availability.daysForAnswer({ shopId, dates, fresh, forService }, scope);
    if (!found.ok) return found;
    const { shop, days } = found.value;
    rounds = [...rounds, found.value];
    const chosen = await resolveSelection(dependencies, { shop, days: days.values(), query }, scope);
    if (!chosen.ok) return chosen;
    const slot = firstOf(found.value, dates, chosen.value, scope.now);
    const last = dates.findLast((date) => days.has(date)) ?? from;
    const next = slot ? null : nextDate(shop, last, request.to, scope.now);
    if (slot || next === null || index === WINDOWS.length - 1) {
      return done({ shop, selection: chosen.value, slot, nextFrom: next, ...summary(rounds) });
    }
    from = next;
  }
  throw new Error("WINDOWS is empty.");
}

function firstOf(
  { shop, days }: Days,
  dates: readonly PlainDate[],
  selection: Selection,
  now: Millis,
): MechanicSlot | null {
  for (const date of dates) {
    const content = days.get(date);
    if (!content) continue;
    for (const [first] of slotPieces({ shop, date, content, selection, now }, freeSlotsOf)) {
      if (first) return first;
    }
  }
  return null;
}

/** Returns the date after `last`, today if that is later, since past slots are not free; null beyond `to` or the horizon. */
function nextDate(shop: Shop, last: PlainDate, to: PlainDate | undefined, now: Millis): PlainDate | null {
  const today = dateOf(shop.time_zone, toMinutes(now));
  const after = addDays(last, 1);
  const next = after < today ? today : after;
  if (!isPlainDate(next)) return null;
  const horizon = lastBookableDate(shop, now);
  const isBeyondHorizon = horizon !== null && next > horizon;
  return isBeyondHorizon || (to !== undefined && next > to) ? null : next;
}

/** Returns up to `length` dates from a date on, not beyond `to` or the end of the calendar. */
function windowFrom(from: PlainDate, length: number, to: PlainDate | undefined): PlainDate[] {
  const dates = [from];
  for (let next = addDays(from, 1); dates.length < length; next = addDays(next, 1)) {
    if (!isPlainDate(next) || (to !== undefined && next > to)) break;
    dates.push(next);
  }
  return dates;
}
