import type { BusyInterval, DayLoad, MechanicDay, OpenInterval, PlainDate } from "../../engine/types.ts";
import type { Millis } from "../../engine/units.ts";
import type { LedgerEntry } from "../../ledger/ledger.ts";

/** One mechanic's part of a day. It holds the neighbouring dates' busy time if a slot of the date can overlap it. */
export interface MechanicOfDay extends DayLoad {
  readonly specialties: readonly string[];
  readonly open: readonly OpenInterval[];
  readonly busy: readonly BusyInterval[];
  readonly previous_busy?: readonly BusyInterval[] | undefined;
  readonly next_busy?: readonly BusyInterval[] | undefined;
  readonly max_bookings_per_day: number | null;
}

export type MechanicsOfDay = Readonly<Record<string, MechanicOfDay>>;

/** The list of a mechanic's day that a ledger is stored in: the date's own, or that of a neighbouring date. */
export type BusyField = "busy" | "previous_busy" | "next_busy";

/** A slot of the old weekly seeder, in shop wall time without offset. */
export interface LegacySlot {
  readonly start: string;
  readonly end: string;
  readonly is_free: boolean;
  readonly mechanic_id: string;
}

/** The cached availability of one shop and date, as stored in Firestore. */
export interface StoredDay {
  readonly date: PlainDate;
  readonly generated_dynamically: boolean;
  /** Null if the document was never filled. */
  readonly cached_at: Millis | null;
  readonly expires_at: Millis | null;
  readonly epoch: number;
  readonly filled_epoch: number;
  /** Null on days of the old seeder. */
  readonly catalog_version: number | null;
  readonly mechanics: MechanicsOfDay;
  /** Only on days of the old seeder. */
  readonly legacy_slots: readonly LegacySlot[] | null;
}

/** Returns the input of slot arithmetic; undefined if a write-through stored busy time but no fill stored open time. */
export function mechanicDay(mechanic: Partial<MechanicOfDay>): MechanicDay | undefined {
  if (!mechanic.open) return undefined;
  return {
    open: mechanic.open,
    busy: [...(mechanic.previous_busy ?? []), ...(mechanic.busy ?? []), ...(mechanic.next_busy ?? [])],
    booked: mechanic.booked ?? 0,
    held_until: mechanic.held_until ?? [],
    max_bookings_per_day: mechanic.max_bookings_per_day ?? null,
  };
}

/** Returns the busy time of ledger entries. */
export function busyOf(entries: readonly LedgerEntry[]): BusyInterval[] {
  return entries.map(({ start, end, expires_at, location_id }) => ({ start, end, expires_at, location_id }));
}
