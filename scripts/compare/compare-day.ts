import { addDays } from "../../functions/src/engine/dates.ts";
import { overlaps } from "../../functions/src/engine/intervals.ts";
import type { Interval } from "../../functions/src/engine/types.ts";
import { toMinutes, type Millis } from "../../functions/src/engine/units.ts";
import { dateOf, formatWall } from "../../functions/src/engine/zone.ts";

/** A slot of either system. `mechanicId` is ours; null: the old system does not say. */
export interface Slot extends Interval {
  readonly isFree: boolean;
  readonly mechanicId: string | null;
}

/** What is public of our shop. */
export interface OurShop {
  readonly zone: string;
  readonly leadMinutes: number;
  readonly horizonDays: number | null;
  /** The services of each active mechanic. */
  readonly specialties: ReadonlyMap<string, readonly string[]>;
}

/** Why we do not offer a slot that the old system offers, as far as public answers tell. */
export type Reason =
  | "unknown_mechanic"
  | "not_qualified"
  | "too_soon"
  | "beyond_horizon"
  | "slot_taken"
  | "different_length"
  | "different_grid"
  | "outside_hours";

export interface Difference {
  /** In the shop's wall time. */
  readonly start: string;
  readonly end: string;
  readonly mechanic_id: string | null;
  readonly difference: "only_there" | "only_here" | "free_there_taken_here" | "taken_there_free_here";
  /** Whether the system that alone has it offers it; for the other differences, whether we do. */
  readonly is_free: boolean;
  /** Null: the slot is not offered there, or we offer it. */
  readonly reason: Reason | null;
}

export interface Comparison {
  readonly shop: OurShop;
  readonly serviceId: string | null;
  /** Whether the old system lists free slots only: then it says nothing of taken ones. */
  readonly freeOnly: boolean;
  readonly now: Millis;
}

/** Compares the slots of one date, and returns the differences in order. */
export function compareDay(
  there: readonly Slot[],
  here: readonly Slot[],
  comparison: Comparison,
): Difference[] {
  const isAnonymous = there.some(({ mechanicId }) => mechanicId === null);
  const ours = isAnonymous ? anyMechanic(here) : here;
  const [old, own] = [byKey(isAnonymous ? anyMechanic(there) : there), byKey(ours)];
  const differences = [...new Set([...old.keys(), ...own.keys()])].flatMap((key) => {
    const [theirs, mine] = [old.get(key), own.get(key)];
    if (theirs?.isFree === mine?.isFree) return [];
    if (comparison.freeOnly && !theirs && !mine?.isFree) return [];
    const slot = theirs ?? mine;
    return slot ? [differenceOf(slot, { theirs, mine, here: ours }, comparison)] : [];
  });
  return differences.sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

interface Sides {
  readonly theirs: Slot | undefined;
  readonly mine: Slot | undefined;
  readonly here: readonly Slot[];
}

function differenceOf(slot: Slot, { theirs, mine, here }: Sides, comparison: Comparison): Difference {
  const { zone } = comparison.shop;
  const offered = theirs?.isFree === true;
  return {
    start: formatWall(zone, slot.start),
    end: formatWall(zone, slot.end),
    mechanic_id: slot.mechanicId,
    difference: nameOf(theirs, mine),
    is_free: mine?.isFree ?? slot.isFree,
    reason: offered ? reasonOf(slot, mine, here, comparison) : null,
  };
}

function nameOf(theirs: Slot | undefined, mine: Slot | undefined): Difference["difference"] {
  if (!mine) return "only_there";
  if (!theirs) return "only_here";
  return theirs.isFree ? "free_there_taken_here" : "taken_there_free_here";
}

function reasonOf(
  slot: Slot,
  mine: Slot | undefined,
  here: readonly Slot[],
  { shop, serviceId, now }: Comparison,
): Reason {
  const specialties = slot.mechanicId === null ? undefined : shop.specialties.get(slot.mechanicId);
  if (slot.mechanicId !== null && !specialties) return "unknown_mechanic";
  if (serviceId !== null && specialties?.includes(serviceId) === false) return "not_qualified";
  const today = dateOf(shop.zone, toMinutes(now));
  if (slot.start < toMinutes(now) + shop.leadMinutes) return "too_soon";
  const horizon = shop.horizonDays;
  if (horizon !== null && dateOf(shop.zone, slot.start) > addDays(today, horizon)) return "beyond_horizon";
  if (mine) return "slot_taken";
  const own = here.filter(({ mechanicId }) => mechanicId === slot.mechanicId);
  if (own.some(({ start }) => start === slot.start)) return "different_length";
  return own.some((other) => overlaps(other, slot)) ? "different_grid" : "outside_hours";
}

/** The times at which any mechanic has a slot, free if one of them is. */
function anyMechanic(slots: readonly Slot[]): Slot[] {
  const times = new Map<string, Slot>();
  for (const slot of slots) {
    const time = { ...slot, mechanicId: null };
    const known = times.get(keyOf(time));
    times.set(keyOf(time), known?.isFree ? known : time);
  }
  return [...times.values()];
}

function byKey(slots: readonly Slot[]): Map<string, Slot> {
  return new Map(slots.map((slot) => [keyOf(slot), slot]));
}

function keyOf({ start, end, mechanicId }: Slot): string {
  return `${start} ${end} ${mechanicId}`;
}

function orderOf({ start, mechanic_id, end }: Difference): string {
  return `${start} ${mechanic_id} ${end}`;
}
