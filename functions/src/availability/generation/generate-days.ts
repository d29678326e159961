import type { Exception, Mechanic, Shop } from "../../catalog/schema.ts";
import { WHOLE_SHOP } from "../../catalog/schema.ts";
import { addDays } from "../../engine/dates.ts";
import { openIntervals } from "../../engine/open-time.ts";
import type { Interval, OpenInterval, PlainDate } from "../../engine/types.ts";
import { dayBounds } from "../../engine/zone.ts";
import { groupBy } from "../../platform/group-by.ts";
import { loadOn, type DayLedger } from "../../ledger/ledger.ts";
import { busyOf, type MechanicOfDay, type MechanicsOfDay } from "../day/day.ts";

/** The sources of generation, read in one consistent snapshot. */
export interface GenerationSources {
  readonly shop: Shop;
  readonly mechanics: readonly Mechanic[];
  /** The exceptions that touch a generated date or the date before or after one. */
  readonly exceptions: readonly Exception[];
  /** The ledgers of the generated dates and of those that `neighboursNeeded` returns. */
  readonly ledgers: readonly DayLedger[];
  /** The longest buffer and travel time around a slot, in minutes. */
  readonly bufferMinutes: number;
}

/** Each mechanic's open time by date and mechanic id; it decides which ledgers are needed. */
export type OpenTimes = ReadonlyMap<PlainDate, ReadonlyMap<string, readonly OpenInterval[]>>;

/** Returns the open time of every mechanic on every date. */
export function openTimes(
  sources: Omit<GenerationSources, "ledgers">,
  dates: readonly PlainDate[],
): OpenTimes {
  const exceptionsOf = groupExceptions(sources.exceptions);
  const byDate = new Map<PlainDate, Map<string, readonly OpenInterval[]>>();
  for (const date of dates) byDate.set(date, new Map());
  for (const mechanic of sources.mechanics) {
    const exceptions = exceptionsOf(mechanic.id);
    for (const [date, open] of byDate) {
      open.set(mechanic.id, mechanicOpenTime(sources.shop, mechanic, exceptions, date));
    }
  }
  return byDate;
}

/** Returns a mechanic's open time on a date; `exceptions` are the mechanic's and the whole shop's. */
export function mechanicOpenTime(
  shop: Shop,
  mechanic: Mechanic,
  exceptions: readonly Exception[],
  date: PlainDate,
): OpenInterval[] {
  return openIntervals({ zone: shop.time_zone, date, weeklySchedule: mechanic.weekly_schedule, exceptions });
}

function groupExceptions(exceptions: readonly Exception[]): (mechanicId: string) => readonly Exception[] {
  const whole = exceptions.filter((exception) => exception.mechanic_id === WHOLE_SHOP);
  const own = groupBy(exceptions, (exception) => exception.mechanic_id);
  return (mechanicId) => {
    const ofMechanic = own.get(mechanicId);
    return ofMechanic ? [...whole, ...ofMechanic] : whole;
  };
}

/** Returns whether a slot in this open time can overlap busy time of the previous or the next date. */
export function reachesNeighbours(open: readonly OpenInterval[], day: Interval, bufferMinutes: number) {
  const first = open[0];
  const last = open.at(-1);
  return {
    previous: first !== undefined && first.start - bufferMinutes < day.start,
    next: last !== undefined && last.end + bufferMinutes > day.end,
  };
}

/** Returns the dates, other than those of `open`, whose ledgers can overlap slots of `open`. */
export function neighboursNeeded(open: OpenTimes, shop: Shop, bufferMinutes: number): PlainDate[] {
  const needed = new Set<PlainDate>();
  for (const [date, mechanics] of open) {
    const day = dayBounds(shop.time_zone, date);
    for (const intervals of mechanics.values()) {
      const { previous, next } = reachesNeighbours(intervals, day, bufferMinutes);
      if (previous) needed.add(addDays(date, -1));
      if (next) needed.add(addDays(date, 1));
    }
  }
  return [...needed].filter((date) => !open.has(date));
}

/** Returns the content of the availability days: each mechanic's open and busy intervals by date. */
export function generateDays(sources: GenerationSources, open: OpenTimes): Map<PlainDate, MechanicsOfDay> {
  const ledgers = new Map(sources.ledgers.map((ledger) => [`${ledger.mechanic_id}_${ledger.date}`, ledger]));
  const days = new Map<PlainDate, MechanicsOfDay>();
  for (const [date, intervals] of open) {
    const day = dayBounds(sources.shop.time_zone, date);
    const mechanics: Record<string, MechanicOfDay> = {};
    for (const mechanic of sources.mechanics) {
      const ledgerOf = (on: PlainDate) => ledgers.get(`${mechanic.id}_${on}`);
      const own = ledgerOf(date);
      const mechanicIntervals = intervals.get(mechanic.id) ?? [];
      const reach = reachesNeighbours(mechanicIntervals, day, sources.bufferMinutes);
      mechanics[mechanic.id] = {
        specialties: mechanic.specialties,
        open: mechanicIntervals,
        busy: own ? busyOf(own.entries) : [],
        ...(reach.previous && { previous_busy: busyOf(ledgerOf(addDays(date, -1))?.entries ?? []) }),
        ...(reach.next && { next_busy: busyOf(ledgerOf(addDays(date, 1))?.entries ?? []) }),
        ...loadOn(own, day),
        max_bookings_per_day: mechanic.max_bookings_per_day,
      };
    }
    days.set(date, mechanics);
  }
  return days;
}
