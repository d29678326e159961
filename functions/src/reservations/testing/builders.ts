import {
  mechanicSchema,
  policySchema,
  serviceSchema,
  shopSchema,
  type Exception,
  type Mechanic,
  type Service,
  type Shop,
} from "../../catalog/schema.ts";
import type { BufferReach } from "../../catalog/buffer-reach.ts";
import { eachDate } from "../../engine/dates.ts";
import { WEEKDAYS, type PlainDate, type WeeklySchedule } from "../../engine/types.ts";
import { millis, minutes, toMillis, toMinutes, type Millis, type Minutes } from "../../engine/units.ts";

export { millis, minutes };
import { dateOf } from "../../engine/zone.ts";
import { emptyLedger, type DayLedger, type LedgerEntry } from "../../ledger/ledger.ts";

/** Returns the minute of a UTC time such as `2026-01-19T10:00`. */
export function minuteAt(utc: string): Minutes {
  return toMinutes(millisAt(utc));
}

/** Returns the millisecond of a UTC time such as `2026-01-19T10:00` or `2026-01-19T10:00:00.001`. */
export function millisAt(utc: string): Millis {
  return millis(Date.parse(`${utc}Z`));
}

/** Returns the instant so many minutes after another. */
export function later(from: Millis, by: number): Millis {
  return millis(from + toMillis(minutes(by)));
}

/** Returns a shop in UTC with the policy's defaults, unless told otherwise. */
export function buildShop(policy: Partial<Shop["policy"]> = {}, more: Partial<Shop> = {}): Shop {
  return {
    ...shopSchema.parse({ time_zone: "UTC" }),
    id: "shop",
    policy: { ...policySchema.parse({}), ...policy },
    ...more,
  };
}

/** Returns an active service of 60 minutes without buffers, unless told otherwise. */
export function buildService(more: Partial<Service> = {}): Service {
  return { ...serviceSchema.parse({ durations_minutes: [60] }), id: "repair", ...more };
}

/** Returns a schedule of the same hours on every day of the week. */
export function everyDay(start_time: string, end_time: string, location_id?: string): WeeklySchedule {
  return Object.fromEntries(WEEKDAYS.map((weekday) => [weekday, [{ start_time, end_time, location_id }]]));
}

/** Returns an active mechanic who repairs from 09:00 to 17:00 every day, unless told otherwise. */
export function buildMechanic(more: Partial<Mechanic> = {}): Mechanic {
  return {
    ...mechanicSchema.parse({ active: true, specialties: ["repair"] }),
    id: "ada",
    weekly_schedule: everyDay("09:00", "17:00") as Mechanic["weekly_schedule"],
    ...more,
  };
}

/** Returns an exception for the whole of one date. */
export function buildException(date: PlainDate, more: Partial<Exception> = {}): Exception {
  const allDay = { to_date: date, start_time: null, end_time: null, rrule: null };
  return { id: "exception", mechanic_id: "ada", from_date: date, ...allDay, effect: "unavailable", ...more };
}

/** Returns the entry of a booking of that start and length, without buffers unless told otherwise. */
export function buildEntry(
  id: string,
  start: Minutes,
  length: number,
  more: Partial<LedgerEntry> = {},
): LedgerEntry {
  const end = minutes(start + length);
  const slot = { slot_start: start, slot_end: end };
  return { kind: "booking", id, start, end, ...slot, location_id: null, expires_at: null, ...more };
}

/** Returns the mechanic's ledger of each date, in which every entry stands on each date that it touches. */
export function buildLedgers(
  zone: string,
  dates: readonly PlainDate[],
  entries: readonly LedgerEntry[],
): DayLedger[] {
  const touches = (entry: LedgerEntry, date: PlainDate) =>
    eachDate(dateOf(zone, entry.start), dateOf(zone, minutes(entry.end - 1))).includes(date);
  return dates.map((date) => ({
    ...emptyLedger("ada", date),
    entries: entries
      .filter((entry) => touches(entry, date))
      .toSorted((a, b) => a.start - b.start || a.end - b.end),
  }));
}

/** How far slots reach in a shop of one service without buffers. */
export const NO_BUFFERS: BufferReach = { bufferMinutes: 0, slotMinutes: 60 };
