import { Timestamp, type DocumentSnapshot } from "firebase-admin/firestore";
import * as logger from "firebase-functions/logger";
import type { BusyInterval, Interval, OpenInterval, PlainDate } from "../../engine/types.ts";
import type { BusyField, LegacySlot, MechanicOfDay, MechanicsOfDay, StoredDay } from "./day.ts";

/*
 * As stored, intervals leave out what is nearly always the same: a location or an expiry that is null, an anchor that
 * is the interval's own start. That halves the values to be written and decoded for every mechanic. Instants are
 * Timestamps.
 */
type StoredBusy = Interval & { expires_at?: Timestamp | null; location_id?: string | null };
type StoredOpen = Interval & { anchor?: number; location_id?: string | null };
type StoredMechanic = Omit<MechanicOfDay, BusyField | "open"> &
  Partial<Record<BusyField, StoredBusy[]>> & { open?: StoredOpen[] };

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
 * A day document. Only this system writes days and every field may be missing after a blind write, so they are read
 * by hand instead of by schema: this is the hot path of every cached answer. One in which anything is not as this
 * system stores it (only a console or a script can have written it) is logged and counts as never filled.
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
    cached_at: millis(data.cached_at),
    expires_at: millis(data.expires_at),
    epoch,
    filled_epoch,
    catalog_version: data.catalog_version ?? null,
    mechanics: readMechanics(mechanics),
    legacy_slots: Array.isArray(data.slots) ? data.slots.filter(isLegacySlot) : null,
  };
}

/** A day with nothing in it, at the epoch of the document: by it, changes are still told apart. */
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

/** Days of the old seeder were written by others: what is no slot is left out. */
function isLegacySlot(value: unknown): value is LegacySlot {
  const slot = (value ?? {}) as Partial<Record<keyof LegacySlot, unknown>>;
  const { start, end, is_free, mechanic_id } = slot;
  const texts = [start, end, mechanic_id].every((text) => typeof text === "string");
  return texts && typeof is_free === "boolean";
}

function millis(value: Timestamp | undefined): number | null {
  return value instanceof Timestamp ? value.toMillis() : null;
}

/** This and what it calls throw where something is not as `storeMechanics` leaves it. */
function readMechanics(stored: Record<string, StoredMechanic>): MechanicsOfDay {
  requireMap(stored);
  const mechanics: Record<string, MechanicOfDay> = {};
  for (const [id, mechanic] of Object.entries(stored)) mechanics[id] = readMechanic(mechanic);
  return mechanics;
}

/** Where only a booking was written through, the rest is missing; `mechanicDay` knows. */
function readMechanic(stored: StoredMechanic): MechanicOfDay {
  requireMap(stored);
  const { open, busy = [], previous_busy, next_busy, ...rest } = stored as Partial<StoredMechanic>;
  const { specialties = [], booked = 0, max_bookings_per_day = null } = rest;
  if (!Array.isArray(specialties)) throw new TypeError("Specialties are a list.");
  requireWhole(booked);
  if (max_bookings_per_day !== null) requireWhole(max_bookings_per_day);
  return {
    ...rest,
    ...(open !== undefined && { open: open.map(readOpen) }),
    busy: busy.map(readBusy),
    ...(previous_busy !== undefined && { previous_busy: previous_busy.map(readBusy) }),
    ...(next_busy !== undefined && { next_busy: next_busy.map(readBusy) }),
  } as MechanicOfDay;
}

function readOpen({ start, end, anchor = start, location_id = null }: StoredOpen): OpenInterval {
  requireWhole(start);
  requireWhole(end);
  requireWhole(anchor);
  requireLocation(location_id);
  return { start, end, anchor, location_id };
}

function readBusy({ start, end, expires_at, location_id = null }: StoredBusy): BusyInterval {
  requireWhole(start);
  requireWhole(end);
  requireLocation(location_id);
  return { start, end, expires_at: expires_at?.toMillis() ?? null, location_id };
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

export function storeMechanic(mechanic: MechanicOfDay): StoredMechanic {
  const { open, previous_busy, next_busy, busy, ...rest } = mechanic;
  return {
    ...rest,
    open: open.map(storeOpen),
    busy: busy.map(storeBusy),
    ...(previous_busy && { previous_busy: previous_busy.map(storeBusy) }),
    ...(next_busy && { next_busy: next_busy.map(storeBusy) }),
  };
}
