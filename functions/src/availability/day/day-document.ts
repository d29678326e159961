import { Timestamp, type DocumentSnapshot } from "firebase-admin/firestore";
import * as logger from "firebase-functions/logger";
import type { BusyInterval, Interval, OpenInterval, PlainDate } from "../../engine/types.ts";
import { millis, type Millis, minutes } from "../../engine/units.ts";
import { timestampOfMillis } from "../../platform/firestore/timestamps.ts";
import type { BusyField, LegacySlot, MechanicOfDay, MechanicsOfDay, StoredDay } from "./day.ts";

/*
 * Stored days leave out default values: a location or an expiry of null, an anchor equal to the interval's start, no holds.
 * That halves the number of values to write and decode for every mechanic. Expiries are stored as Timestamps.
 */
type StoredBusy = Interval & { expires_at?: Timestamp | null; location_id?: string | null };
type StoredOpen = Interval & { anchor?: number; location_id?: string | null };
type StoredMechanic = Omit<MechanicOfDay, BusyField | "open" | "held_until"> &
  Partial<Record<BusyField, StoredBusy[]>> & { open?: StoredOpen[]; held_until?: Timestamp[] };

interface DayDocument {
  generated_dynamically?: boolean;
  cached_at?: Timestamp;
  expires_at?: Timestamp;
  epoch?: number;
  filled_epoch?: number;
  catalog_version?: number;
  mechanics?: Record<string, StoredMechanic>;
  slots?: unknown;
}

/**
 * Returns the day of a document; undefined if it does not exist. Days are decoded without a schema because this is the
 * hot path of every cached answer; after a write without a read any field may be missing. A corrupt document (edited
 * outside the API) is logged and read as never filled.
 */
export function readDay(snapshot: DocumentSnapshot): StoredDay | undefined {
  if (!snapshot.exists) return undefined;
  const data = snapshot.data() as DayDocument;
  try {
    return readFields(snapshot.id, data);
  } catch (error) {
    logger.error("malformed document", { path: snapshot.ref.path, cause: String(error) });
    return unfilled(snapshot.id, data);
  }
}

function readFields(date: PlainDate, data: DayDocument): StoredDay {
  const { epoch = 0, filled_epoch = 0, mechanics = {} } = data;
  requireWhole(epoch);
  requireWhole(filled_epoch);
  return {
    date,
    generated_dynamically: data.generated_dynamically === true,
    cached_at: readMillis(data.cached_at),
    expires_at: readMillis(data.expires_at),
    epoch,
    filled_epoch,
    catalog_version: data.catalog_version ?? null,
    mechanics: readMechanics(mechanics),
    legacy_slots: Array.isArray(data.slots) ? data.slots.filter(isLegacySlot) : null,
  };
}

/** Returns a stale day without content. It keeps the epoch, so that a generation is still shared per epoch. */
function unfilled(date: PlainDate, { epoch }: DayDocument): StoredDay {
  return {
    date,
    generated_dynamically: false,
    cached_at: null,
    expires_at: null,
    epoch: Number.isInteger(epoch) ? Number(epoch) : 0,
    filled_epoch: 0,
    catalog_version: null,
    mechanics: {},
    legacy_slots: null,
  };
}

/** Returns whether the value is a slot: days of the old seeder may come from other programs. */
function isLegacySlot(value: unknown): value is LegacySlot {
  const slot = (value ?? {}) as Partial<Record<keyof LegacySlot, unknown>>;
  const { start, end, is_free, mechanic_id } = slot;
  const texts = [start, end, mechanic_id].every((text) => typeof text === "string");
  return texts && typeof is_free === "boolean";
}

function readMillis(value: Timestamp | undefined): Millis | null {
  return value instanceof Timestamp ? millis(value.toMillis()) : null;
}

/** Throws, as the functions it calls do, if a value is not as `storeMechanics` writes it. */
function readMechanics(stored: Record<string, StoredMechanic>): MechanicsOfDay {
  requireMap(stored);
  const mechanics: Record<string, MechanicOfDay> = {};
  for (const [id, mechanic] of Object.entries(stored)) mechanics[id] = readMechanic(mechanic);
  return mechanics;
}

/** After a write-through into a missing day only the busy lists exist; `mechanicDay` handles that. */
function readMechanic(stored: StoredMechanic): MechanicOfDay {
  requireMap(stored);
  const {
    open,
    busy = [],
    previous_busy,
    next_busy,
    held_until = [],
    ...rest
  } = stored as Partial<StoredMechanic>;
  const { specialties = [], booked = 0, max_bookings_per_day = null } = rest;
  if (!Array.isArray(specialties)) throw new TypeError("Specialties are a list.");
  requireWhole(booked);
  if (max_bookings_per_day !== null) requireWhole(max_bookings_per_day);
  return {
    ...rest,
    ...(open !== undefined && { open: open.map(readOpen) }),
    busy: busy.map(readBusy),
    held_until: held_until.map(readExpiry),
    ...(previous_busy !== undefined && { previous_busy: previous_busy.map(readBusy) }),
    ...(next_busy !== undefined && { next_busy: next_busy.map(readBusy) }),
  } as MechanicOfDay;
}

function readOpen({ start, end, anchor = start, location_id = null }: StoredOpen): OpenInterval {
  requireWhole(start);
  requireWhole(end);
  requireWhole(anchor);
  requireLocation(location_id);
  return { start, end, anchor: minutes(anchor), location_id };
}

function readBusy({ start, end, expires_at, location_id = null }: StoredBusy): BusyInterval {
  requireWhole(start);
  requireWhole(end);
  requireLocation(location_id);
  return { start, end, expires_at: expires_at ? readExpiry(expires_at) : null, location_id };
}

function readExpiry(value: Timestamp): Millis {
  const expiry = readMillis(value);
  if (expiry === null) throw new TypeError("Not an expiry.");
  return expiry;
}

function requireMap(value: unknown): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new TypeError("Not a map.");
}

function requireWhole(value: unknown): void {
  if (!Number.isInteger(value)) throw new TypeError("Not a whole number.");
}

function requireLocation(id: unknown): void {
  if (id !== null && typeof id !== "string") throw new TypeError("Not a location.");
}

function storeOpen({ start, end, anchor, location_id }: OpenInterval): StoredOpen {
  return { start, end, ...(anchor !== start && { anchor }), ...(location_id !== null && { location_id }) };
}

export function storeBusy({ start, end, expires_at, location_id }: BusyInterval): StoredBusy {
  return {
    start,
    end,
    ...(expires_at !== null && { expires_at: Timestamp.fromMillis(expires_at) }),
    ...(location_id !== null && { location_id }),
  };
}

export function storeMechanics(mechanics: MechanicsOfDay): Record<string, StoredMechanic> {
  const stored: Record<string, StoredMechanic> = {};
  for (const [id, mechanic] of Object.entries(mechanics)) stored[id] = storeMechanic(mechanic);
  return stored;
}

/** Returns one mechanic's part of a day as stored. */
export function storeMechanic(mechanic: MechanicOfDay): StoredMechanic {
  const { open, previous_busy, next_busy, busy, held_until, ...rest } = mechanic;
  return {
    ...rest,
    open: open.map(storeOpen),
    busy: busy.map(storeBusy),
    ...(held_until.length > 0 && { held_until: held_until.map(timestampOfMillis) }),
    ...(previous_busy && { previous_busy: previous_busy.map(storeBusy) }),
    ...(next_busy && { next_busy: next_busy.map(storeBusy) }),
  };
}
