import type { Shop } from "../../catalog/schema.ts";
import type { PlainDate } from "../../engine/types.ts";
import type { Millis } from "../../engine/units.ts";
import type { VersionedDay } from "../day/day-store.ts";
import type { LegacySlot, MechanicsOfDay } from "../day/day.ts";
import { isHonouredLegacy, isValid } from "../day/epoch-protocol.ts";

export interface PartitionRequest {
  readonly shop: Shop;
  readonly dates: readonly PlainDate[];
  /** The stored days as they were read; it may hold other dates. */
  readonly stored: ReadonlyMap<PlainDate, VersionedDay>;
  /** The instant until which a cached day must at least be valid; null: no cached day is used. */
  readonly validAt: Millis | null;
  /** For the slots of a service: days of the old seeder know no services, so they are generated instead. */
  readonly forService: boolean;
}

export interface MissingDay extends VersionedDay {
  /** Whether the document is an honoured day of the old seeder: what is generated beside it is not stored. */
  readonly keepLegacy: boolean;
}

export interface PartitionedDays {
  /** Valid days. */
  readonly generated: ReadonlyMap<PlainDate, MechanicsOfDay>;
  /** Honoured days of the old seeder, to be overlaid with ledgers and mechanics. */
  readonly legacy: ReadonlyMap<PlainDate, readonly LegacySlot[]>;
  /** Days to generate. */
  readonly missing: ReadonlyMap<PlainDate, MissingDay>;
}

/** Partitions the dates by what their stored days can answer. */
export function partitionDays(request: PartitionRequest): PartitionedDays {
  const { shop, dates, stored, validAt, forService } = request;
  const generated = new Map<PlainDate, MechanicsOfDay>();
  const legacy = new Map<PlainDate, readonly LegacySlot[]>();
  const missing = new Map<PlainDate, MissingDay>();
  for (const date of dates) {
    const version = stored.get(date) ?? { day: undefined, updateTime: undefined };
    const { day } = version;
    const keepLegacy = day !== undefined && isHonouredLegacy(day, shop.catalog_version);
    if (validAt !== null && day && isValid(day, shop.catalog_version, validAt)) {
      generated.set(date, day.mechanics);
    } else if (validAt !== null && keepLegacy && !forService) {
      legacy.set(date, day.legacy_slots ?? []);
    } else missing.set(date, { ...version, keepLegacy });
  }
  return { generated, legacy, missing };
}
