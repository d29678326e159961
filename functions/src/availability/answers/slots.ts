import type { Shop } from "../../catalog/schema.ts";
import { freeSlots, gridSlots } from "../../engine/slots.ts";
import type { PlainDate, Slot } from "../../engine/types.ts";
import { formatWall, formatWithOffset } from "../../engine/zone.ts";
import type { DayContent } from "../day/day-content.ts";
import { mechanicDay, type LegacySlot, type MechanicsOfDay } from "../day/day.ts";
import { legacyExtent } from "../day/legacy.ts";
import { RememberedSlots } from "./remembered-slots.ts";
import { encodeSlotId } from "./slot-id.ts";
import { slotRules, type Wanted } from "./slot-rules.ts";

/** Which slots of a day are asked for. */
export interface Selection extends Wanted {
  readonly mechanicId: string | undefined;
  /** Only slots there. No shop keeps a list of its locations, so one that nobody works at has no slots. */
  readonly locationId?: string | undefined;
}

export interface MechanicSlot extends Slot {
  readonly mechanic_id: string;
}

const remembered = new RememberedSlots();

/** The legacy answer for a date: the whole grid, what is taken included, ordered by start, then mechanic. */
export function legacyAnswer(
  shop: Shop,
  date: PlainDate,
  content: DayContent,
  selection: Selection,
  now: number,
): readonly LegacySlot[] {
  if (content.kind === "legacy") return seededSlots(shop, date, content.slots, selection, now);
  const { mechanics } = content;
  const { mechanicId, locationId, service } = selection;
  const rules = slotRules(shop, date, selection, now);
  const question = ["grid", shop.time_zone, service?.id, mechanicId, locationId];
  return remembered.of(mechanics, rules, question, () => {
    const wall = memoise((minute: number) => formatWall(shop.time_zone, minute));
    return inOrder(
      mechanicsOf(mechanics, selection).flatMap(([mechanic_id, day]) =>
        gridSlots(day, rules)
          .filter((slot) => isAtLocation(slot, selection))
          .map((slot) => ({ ...slot, mechanic_id })),
      ),
    ).map(({ start, end, is_free, mechanic_id }) => ({
      start: wall(start),
      end: wall(end),
      is_free,
      mechanic_id,
    }));
  });
}

/** The free slots of a date, ordered by start, then mechanic. */
export function freeSlotsOf(
  shop: Shop,
  date: PlainDate,
  content: DayContent,
  selection: Selection,
  now: number,
): readonly MechanicSlot[] {
  if (content.kind === "legacy") {
    return seededSlots(shop, date, content.slots, selection, now).flatMap((slot) => {
      const extent = slot.is_free ? legacyExtent(slot, shop.time_zone) : null;
      return extent ? [{ ...extent, location_id: null, mechanic_id: slot.mechanic_id }] : [];
    });
  }
  const { mechanics } = content;
  const { mechanicId, locationId, service } = selection;
  const rules = slotRules(shop, date, selection, now);
  return remembered.of(mechanics, rules, ["free", service?.id, mechanicId, locationId], () =>
    inOrder(
      mechanicsOf(mechanics, selection).flatMap(([mechanic_id, day]) =>
        freeSlots(day, rules)
          .filter((slot) => isAtLocation(slot, selection))
          .map((slot) => ({ ...slot, mechanic_id })),
      ),
    ),
  );
}

/** A free slot as the API shows it: with its id, and times at the offset of `zone`. */
export function presentSlot(slot: MechanicSlot, serviceId: string | null, zone: string) {
  const durationMinutes = slot.end - slot.start;
  return {
    id: encodeSlotId({ mechanicId: slot.mechanic_id, serviceId, start: slot.start, durationMinutes }),
    start: formatWithOffset(zone, slot.start),
    end: formatWithOffset(zone, slot.end),
    duration_minutes: durationMinutes,
    mechanic_id: slot.mechanic_id,
    service_id: serviceId,
    location_id: slot.location_id,
  };
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

/** The slots of a legacy day as they were seeded; one that is too soon by now, or too far ahead, is not free. */
function seededSlots(
  shop: Shop,
  date: PlainDate,
  slots: readonly LegacySlot[],
  selection: Selection,
  now: number,
): LegacySlot[] {
  const { mechanicId, locationId } = selection;
  // The old seeder knew no locations.
  if (locationId !== undefined) return [];
  const { leadTimeMinutes, horizonEnd } = slotRules(shop, date, selection, now);
  const earliest = now / 60_000 + leadTimeMinutes;
  const isInReach = (start: number) => start >= earliest && start < (horizonEnd ?? Infinity);
  return slots
    .filter((slot) => mechanicId === undefined || slot.mechanic_id === mechanicId)
    .map(({ start, end, is_free, mechanic_id }) => {
      const extent = legacyExtent({ start, end, is_free, mechanic_id }, shop.time_zone);
      return { start, end, is_free: is_free && extent !== null && isInReach(extent.start), mechanic_id };
    });
}

function inOrder<T extends MechanicSlot>(slots: T[]): T[] {
  return slots.sort((a, b) => a.start - b.start || compareText(a.mechanic_id, b.mechanic_id));
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
