import type { BusyInterval, MechanicDay, OpenInterval, PlainDate } from "../../engine/types.ts";
import type { LedgerEntry } from "../../ledger/ledger.ts";

/** What a day knows of one mechanic. Neighbouring dates' busy time is kept where a slot can reach it. */
export interface MechanicOfDay {
  readonly specialties: readonly string[];
  readonly open: readonly OpenInterval[];
  readonly busy: readonly BusyInterval[];
  readonly previous_busy?: readonly BusyInterval[] | undefined;
  readonly next_busy?: readonly BusyInterval[] | undefined;
  readonly booked: number;
  readonly max_bookings_per_day: number | null;
}

export type MechanicsOfDay = Readonly<Record<string, MechanicOfDay>>;

/** Which of a day's three lists a ledger feeds: its own date's, or a neighbour's. */
export type BusyField = "busy" | "previous_busy" | "next_busy";

/** A slot as the old weekly seeder stored it: shop wall time without offset. */
export interface LegacySlot {
  readonly start: string;
  readonly end: string;
  readonly is_free: boolean;
  readonly mechanic_id: string;
}

/** The cached availability of one shop and date, as it stands in Firestore. */
export interface StoredDay {
  readonly date: PlainDate;
  readonly generated_dynamically: boolean;
  /** Milliseconds since the epoch; null where the document was only bumped, never filled. */
  readonly cached_at: number | null;
  readonly expires_at: number | null;
  readonly epoch: number;
  readonly filled_epoch: number;
  /** Null on days of the old seeder. */
  readonly catalog_version: number | null;
  readonly mechanics: MechanicsOfDay;
  /** Only on days of the old seeder. */
  readonly legacy_slots: readonly LegacySlot[] | null;
}

/** What the slot arithmetic needs of a mechanic; undefined where only bookings, no opening hours, were written. */
export function mechanicDay(mechanic: Partial<MechanicOfDay>): MechanicDay | undefined {
  if (!mechanic.open) return undefined;
  return {
    open: mechanic.open,
    busy: [...(mechanic.previous_busy ?? []), ...(mechanic.busy ?? []), ...(mechanic.next_busy ?? [])],
    booked: mechanic.booked ?? 0,
    max_bookings_per_day: mechanic.max_bookings_per_day ?? null,
  };
}

export function busyOf(entries: readonly LedgerEntry[]): BusyInterval[] {
  return entries.map(({ start, end, expires_at, location_id }) => ({ start, end, expires_at, location_id }));
}
