import { normalise, overlaps } from "./intervals.ts";
import { unbrokenEnd } from "./open-time.ts";
import type {
  BusyInterval,
  DayLoad,
  Interval,
  MechanicDay,
  OpenInterval,
  Override,
  Slot,
  SlotRefusal,
  SlotRules,
} from "./types.ts";
import { MINUTE_MS, minutes, type Millis, type Minutes } from "./units.ts";

/** A slot on the grid, free or not. */
export type GridSlot = Slot & { readonly is_free: boolean };

/**
 * Returns why the slot cannot be booked, the first of `SLOT_REFUSALS` that applies, or null when it can: the rule that
 * availability and booking share. The slot may start anywhere, not only on the grid, and have any length. `day.open`
 * must be sorted and disjoint, as `openIntervals` gives it; `day.busy` may come in any order. The refusal that `override`
 * names does not apply.
 */
export function whyNotBookable(
  day: MechanicDay,
  slot: Interval,
  rules: SlotRules,
  override: Override | null = null,
): SlotRefusal | null {
  if (slot.start < earliestStart(rules)) return "too_soon";
  if (rules.horizonEnd !== null && slot.start >= rules.horizonEnd) return "beyond_horizon";
  if (override !== "outside_hours" && openIntervalOf(day, slot, rules) === null) return "outside_hours";
  const location = locationAt(day.open, slot.start);
  if (day.busy.some((busy) => isInTheWay(busy, slot, location, rules))) return "slot_taken";
  if (isFull(day, rules.now)) return "day_full";
  return null;
}

/**
 * The open interval in which a slot of the rules' date starts, if the time is open at one location until its end;
 * null otherwise. A slot may span several intervals of one location that meet.
 */
export function openIntervalOf(day: MechanicDay, slot: Interval, rules: SlotRules): OpenInterval | null {
  if (slot.start < rules.day.start || slot.start >= rules.day.end) return null;
  const i = day.open.findIndex((open) => open.start <= slot.start && slot.start < open.end);
  return i !== -1 && slot.end <= unbrokenEnd(day.open, i) ? day.open[i]! : null;
}

/** Returns the location at which the mechanic works in the minute; null when it has none, or when it is not open. */
export function locationAt(open: readonly OpenInterval[], minute: Minutes): string | null {
  return open.find(({ start, end }) => start <= minute && minute < end)?.location_id ?? null;
}

/**
 * Every slot of the date's grid in order, free or not: the starts at anchor + k · step, counted in real minutes,
 * that lie on the date and leave room for the duration in open time. `is_free` agrees with `whyNotBookable`.
 * Throws a RangeError when step or duration is not a positive integer.
 */
export function gridSlots(day: MechanicDay, rules: SlotRules): GridSlot[] {
  const slots: GridSlot[] = [];
  walkGrid(day, rules, (start, location_id, is_free) => {
    slots.push({ start, end: minutes(start + rules.durationMinutes), location_id, is_free });
  });
  return slots;
}

/** The free ones among `gridSlots`. */
export function freeSlots(day: MechanicDay, rules: SlotRules): Slot[] {
  const slots: Slot[] = [];
  if (isFull(day, rules.now)) return slots;
  walkGrid(day, rules, (start, location_id, isFree) => {
    if (isFree) slots.push({ start, end: minutes(start + rules.durationMinutes), location_id });
  });
  return slots;
}

type Visit = (start: Minutes, location_id: string | null, isFree: boolean) => void;

/** One sweep over the open and the busy intervals; both run forward only. */
function walkGrid(day: MechanicDay, rules: SlotRules, visit: Visit): void {
  const { durationMinutes, stepMinutes } = rules;
  requirePositive(durationMinutes, "duration");
  requirePositive(stepMinutes, "step");
  const hasRoom = !isFull(day, rules.now);
  const earliest = earliestStart(rules);
  const horizon = rules.horizonEnd ?? Infinity;
  let blocked: readonly Interval[] | null = null;
  for (let i = 0; i < day.open.length; i++) {
    const { start: opens, end: closes, anchor, location_id } = day.open[i]!;
    const first = Math.max(opens, rules.day.start);
    const beyond = Math.min(closes, rules.day.end, unbrokenEnd(day.open, i) - durationMinutes + 1);
    let start = anchor + Math.ceil((first - anchor) / stepMinutes) * stepMinutes;
    if (start >= beyond) continue;
    // Without travel every location has the same blocked starts.
    if (blocked === null || rules.travelMinutes > 0) blocked = blockedStarts(day.busy, location_id, rules);
    for (let next = 0; start < beyond; start += stepMinutes) {
      while (next < blocked.length && blocked[next]!.end <= start) next++;
      const isTaken = next < blocked.length && blocked[next]!.start <= start;
      visit(minutes(start), location_id, !isTaken && hasRoom && start >= earliest && start < horizon);
    }
  }
}

/** The starts at which a slot would come too close to busy time, sorted and disjoint: `isInTheWay` solved for the start. */
function blockedStarts(
  busy: readonly BusyInterval[],
  locationId: string | null,
  rules: SlotRules,
): Interval[] {
  const blocked: Interval[] = [];
  for (const one of busy) {
    if (isExpired(one, rules.now)) continue;
    const travel = travelBetween(one.location_id, locationId, rules);
    blocked.push({
      start: minutes(one.start - rules.durationMinutes - rules.bufferAfterMinutes - travel + 1),
      end: minutes(one.end + rules.bufferBeforeMinutes + travel),
    });
  }
  return normalise(blocked);
}

function isInTheWay(
  busy: BusyInterval,
  slot: Interval,
  locationId: string | null,
  rules: SlotRules,
): boolean {
  if (isExpired(busy, rules.now)) return false;
  const travel = travelBetween(busy.location_id, locationId, rules);
  const start = slot.start - rules.bufferBeforeMinutes - travel;
  const end = slot.end + rules.bufferAfterMinutes + travel;
  return overlaps(busy, { start: minutes(start), end: minutes(end) });
}

function isExpired({ expires_at }: BusyInterval, now: number): boolean {
  return expires_at !== null && expires_at <= now;
}

/** Travel is needed only between two places that are both known. */
function travelBetween(a: string | null, b: string | null, rules: SlotRules): number {
  return a !== null && b !== null && a !== b ? rules.travelMinutes : 0;
}

/** The first minute that is not before now plus the lead time. */
function earliestStart({ now, leadTimeMinutes }: SlotRules): Minutes {
  return minutes(Math.ceil(now / MINUTE_MS) + leadTimeMinutes);
}

/** Returns how many bookings and unexpired holds start on the date. */
export function reservedOn({ booked, held_until }: DayLoad, now: Millis): number {
  return booked + held_until.filter((expiry) => expiry > now).length;
}

function isFull(day: MechanicDay, now: Millis): boolean {
  return day.max_bookings_per_day !== null && reservedOn(day, now) >= day.max_bookings_per_day;
}

function requirePositive(minutes: number, name: string): void {
  if (!Number.isInteger(minutes) || minutes <= 0) {
    throw new RangeError(`The ${name} must be a positive number of whole minutes, not ${minutes}`);
  }
}
