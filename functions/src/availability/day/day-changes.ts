import type { BufferReach } from "../../catalog/buffer-reach.ts";
import type { DayChange } from "./epoch-protocol.ts";
import { busyOf, type BusyField } from "./day.ts";
import { mechanicOpenTime, reachesNeighbours } from "../generation/generate-days.ts";
import type { Exception, Mechanic, Shop } from "../../catalog/schema.ts";
import { addDays, daysBetween, eachDate } from "../../engine/dates.ts";
import type { BusyInterval, Interval, PlainDate } from "../../engine/types.ts";
import { dateOf, dayBounds } from "../../engine/zone.ts";
import { loadOn, type DayLedger } from "../../ledger/ledger.ts";
import { minutes } from "../../engine/units.ts";

/** Returns the shop-local dates that an extent overlaps. */
export function datesOf(zone: string, extent: Interval): PlainDate[] {
  return eachDate(dateOf(zone, extent.start), dateOf(zone, minutes(extent.end - 1)));
}

/**
 * Returns the dates of the ledgers in which an entry with this extent may be. While a job files them under another zone,
 * that is every date that the extent has in any zone: local time differs from UTC by less than a day.
 */
export function ledgerDatesOf(
  shop: Pick<Shop, "ledger_time_zone" | "rezoning">,
  extent: Interval,
): PlainDate[] {
  if (!shop.rezoning) return datesOf(shop.ledger_time_zone, extent);
  const inUtc = datesOf("UTC", extent);
  return eachDate(addDays(inUtc[0] ?? "", -1), addDays(inUtc.at(-1) ?? "", 1));
}

/** What a transaction has read of the mechanic whose ledgers change. */
export interface MechanicChangeContext {
  readonly shop: Shop;
  readonly mechanic: Mechanic;
  /** The exceptions that touch `date` or the date before or after it. */
  readonly exceptions: readonly Exception[];
  readonly date: PlainDate;
  readonly bufferReach: BufferReach;
}

/**
 * Returns how the availability days change with the ledgers. A ledger is the busy time of its own date, and of a
 * neighbouring date if slots of that date can overlap the changed extent.
 */
export function dayChanges(
  context: MechanicChangeContext,
  ledgers: readonly DayLedger[],
  changed: Interval,
): DayChange[] {
  const changes = new Map<PlainDate, Record<string, unknown>>();
  const record = (date: PlainDate, field: BusyField, busy: readonly BusyInterval[]) => {
    const change = changes.get(date) ?? {};
    changes.set(date, change);
    change[field] = busy;
    return change;
  };
  for (const ledger of ledgers) {
    const busy = busyOf(ledger.entries);
    const own = record(ledger.date, "busy", busy);
    Object.assign(own, loadOn(ledger, dayBounds(context.shop.time_zone, ledger.date)));
    const before = addDays(ledger.date, -1);
    if (canReach(context, before, changed, "next")) record(before, "next_busy", busy);
    const after = addDays(ledger.date, 1);
    if (canReach(context, after, changed, "previous")) record(after, "previous_busy", busy);
  }
  return [...changes].map(([date, change]) => ({ date, ...change }));
}

/** Returns whether slots of the date can overlap an extent on the previous, or the next, date. */
function canReach(
  context: MechanicChangeContext,
  date: PlainDate,
  extent: Interval,
  side: "previous" | "next",
): boolean {
  const { shop, mechanic, exceptions, bufferReach: reach } = context;
  const day = dayBounds(shop.time_zone, date);
  // Exceptions are known only around the booking's own date; any other date is assumed to be open all day.
  const known = Math.abs(daysBetween(context.date, date)) <= 1;
  const open = known
    ? mechanicOpenTime(shop, mechanic, exceptions, date)
    : [{ ...day, anchor: day.start, location_id: null }];
  if (!reachesNeighbours(open, day, reach.bufferMinutes)[side]) return false;
  const first = open[0];
  const last = open.at(-1);
  if (!first || !last) return false;
  const { opens, closes } = reachedBy(day, first, last, reach);
  return side === "next" ? extent.start < closes : extent.end > opens;
}

/** Returns the bounds of all slots that start on the day, with buffers and travel. */
export function reachedBy(day: Interval, first: Interval, last: Interval, reach: BufferReach) {
  return {
    opens: Math.max(first.start, day.start) - reach.bufferMinutes,
    closes: Math.min(last.end, day.end + reach.slotMinutes) + reach.bufferMinutes,
  };
}
