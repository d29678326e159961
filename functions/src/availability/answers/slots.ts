import type { Shop } from "../../catalog/schema.ts";
import { freeSlots, gridSlots } from "../../engine/slots.ts";
import type { Interval, PlainDate, Slot, SlotRules } from "../../engine/types.ts";
import { type Millis, minutes, type Minutes, toMillis } from "../../engine/units.ts";
import { formatWall, formatWithOffset } from "../../engine/zone.ts";
import type { DayContent } from "../day/day-content.ts";
import { mechanicDay, type LegacySlot, type MechanicsOfDay } from "../day/day.ts";
import { legacyExtent } from "../day/legacy.ts";
import { RememberedSlots } from "./remembered-slots.ts";
import { encodeSlotId } from "./slot-id.ts";
import { slotRules, type Wanted } from "./slot-rules.ts";

/** Which slots of a day are requested. */
export interface Selection extends Wanted {
  readonly mechanicId: string | undefined;
  /** Only slots at this location. Shops keep no list of locations, so an unknown one has no slots. */
  readonly locationId?: string | undefined;
}

/** One date of a shop, and which of its slots are requested. */
export interface SlotsOfDate {
  readonly shop: Shop;
  readonly date: PlainDate;
  readonly content: DayContent;
  readonly selection: Selection;
  readonly now: Millis;
  /** Only slots that start in this part of the date; without it, the answer is remembered. */
  readonly window?: Interval;
}

export interface MechanicSlot extends Slot {
  readonly mechanicId: string;
}

const remembered = new RememberedSlots();

/** Returns the whole grid of a date in the legacy format, free and taken, ordered by start, then mechanic. */
export function legacyAnswer(asked: SlotsOfDate): readonly LegacySlot[] {
  const { shop, content, selection } = asked;
  if (content.kind === "legacy") return seededSlots(asked, content.slots);
  const { mechanics } = content;
  const rules = rulesOf(asked);
  return rememberedUnlessPart(asked, mechanics, "grid", () => {
    const wall = memoise((minute: Minutes) => formatWall(shop.time_zone, minute));
    return inOrder(
      mechanicsOf(mechanics, selection).flatMap(([id, day]) =>
        gridSlots(day, rules)
          .filter((slot) => isAtLocation(slot, selection))
          .map((slot) => ({ ...slot, mechanicId: id })),
      ),
    ).map((slot) => ({
      start: wall(slot.start),
      end: wall(slot.end),
      is_free: slot.is_free,
      mechanic_id: slot.mechanicId,
    }));
  });
}

/** Returns the free slots of a date, ordered by start, then mechanic. */
export function freeSlotsOf(asked: SlotsOfDate): readonly MechanicSlot[] {
  const { shop, content, selection } = asked;
  if (content.kind === "legacy") {
    return seededSlots(asked, content.slots).flatMap((slot) => {
      const extent = slot.is_free ? legacyExtent(slot, shop.time_zone) : null;
      return extent ? [{ ...extent, location_id: null, mechanicId: slot.mechanic_id }] : [];
    });
  }
  const { mechanics } = content;
  const rules = rulesOf(asked);
  return rememberedUnlessPart(asked, mechanics, "free", () =>
    inOrder(
      mechanicsOf(mechanics, selection).flatMap(([id, day]) =>
        freeSlots(day, rules)
          .filter((slot) => isAtLocation(slot, selection))
          .map((slot) => ({ ...slot, mechanicId: id })),
      ),
    ),
  );
}

/** Returns a free slot in the format of the API: with its id, and times at the offset of `zone`. */
export function presentSlot(slot: MechanicSlot, serviceId: string | null, zone: string) {
  const durationMinutes = slot.end - slot.start;
  return {
    id: encodeSlotId({ mechanicId: slot.mechanicId, serviceId, start: slot.start, durationMinutes }),
    start: formatWithOffset(zone, slot.start),
    end: formatWithOffset(zone, slot.end),
    duration_minutes: durationMinutes,
    mechanic_id: slot.mechanicId,
    service_id: serviceId,
    location_id: slot.location_id,
  };
}

/** Returns at most how many slots the date has, for how many mechanics, and the date's rules. */
export function extentOf({ mechanics }: { readonly mechanics: MechanicsOfDay }, asked: SlotsOfDate) {
  const rules = rulesOf(asked);
  const chosen = mechanicsOf(mechanics, asked.selection);
  let slots = 0;
  for (const [, { open }] of chosen) {
    for (const { start, end } of open) slots += Math.ceil((end - start) / rules.stepMinutes);
  }
  return { slots, mechanics: chosen.length, rules };
}

function rulesOf({ shop, date, selection, now, window }: SlotsOfDate): SlotRules {
  const rules = slotRules(shop, date, selection, now);
  return window ? { ...rules, day: window } : rules;
}

function rememberedUnlessPart<T extends readonly unknown[]>(
  asked: SlotsOfDate,
  mechanics: MechanicsOfDay,
  kind: "grid" | "free",
  compute: () => T,
): T {
  if (asked.window) return compute();
  const { mechanicId, locationId, service } = asked.selection;
  const question = [kind, asked.shop.time_zone, service?.id, mechanicId, locationId];
  return remembered.of(mechanics, rulesOf(asked), question, compute);
}

function mechanicsOf(mechanics: MechanicsOfDay, { mechanicId, service }: Selection) {
  return Object.entries(mechanics).flatMap(([id, mechanic]) => {
    if (mechanicId !== undefined && id !== mechanicId) return [];
    if (service && !mechanic.specialties?.includes(service.id)) return [];
    const day = mechanicDay(mechanic);
    return day ? [[id, day] as const] : [];
  });
}

function isAtLocation(slot: Slot, { locationId }: Selection): boolean {
  return locationId === undefined || slot.location_id === locationId;
}

/** Returns the slots of a legacy day; those too soon or beyond the horizon at `now` are not free. */
function seededSlots(
  { shop, date, selection, now }: SlotsOfDate,
  slots: readonly LegacySlot[],
): LegacySlot[] {
  const { mechanicId, locationId } = selection;
  // Slots of the old seeder have no location.
  if (locationId !== undefined) return [];
  const { leadTimeMinutes, horizonEnd } = slotRules(shop, date, selection, now);
  const isBookable = (start: Minutes) =>
    toMillis(minutes(start - leadTimeMinutes)) >= now && start < (horizonEnd ?? Infinity);
  return slots
    .filter((slot) => mechanicId === undefined || slot.mechanic_id === mechanicId)
    .map(({ start, end, is_free, mechanic_id }) => {
      const extent = legacyExtent({ start, end, is_free, mechanic_id }, shop.time_zone);
      return { start, end, is_free: is_free && extent !== null && isBookable(extent.start), mechanic_id };
    });
}

function inOrder<T extends MechanicSlot>(slots: T[]): T[] {
  return slots.sort((a, b) => a.start - b.start || compareText(a.mechanicId, b.mechanicId));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function memoise<K, V>(compute: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    let value = known.get(key);
    if (value === undefined) {
      value = compute(key);
      known.set(key, value);
    }
    return value;
  };
}
