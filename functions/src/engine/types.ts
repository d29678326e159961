import type { Millis, Minutes } from "./units.ts";

/** A calendar date of the shop's zone, `YYYY-MM-DD`. */
export type PlainDate = string;

/** A shop wall time `HH:MM`; `24:00` is a legal end. */
export type WallTime = string;

export const WEEKDAYS = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Half-open `[start, end)`. */
export interface Interval {
  readonly start: Minutes;
  readonly end: Minutes;
}

/** One interval of a weekly schedule, in shop wall time. */
export interface ScheduleInterval {
  readonly start_time: WallTime;
  readonly end_time: WallTime;
  readonly location_id?: string | null | undefined;
}

/** The recurring template. A missing weekday is closed; the intervals of one weekday are disjoint. */
export type WeeklySchedule = Readonly<Partial<Record<Weekday, readonly ScheduleInterval[]>>>;

/** The part of a dated exception that the engine needs. */
export interface ExceptionRule {
  readonly from_date: PlainDate;
  /** Inclusive. Null only with `rrule`: the rule then has no end. */
  readonly to_date: PlainDate | null;
  /** Both null: all day. */
  readonly start_time: WallTime | null;
  readonly end_time: WallTime | null;
  readonly effect: "unavailable" | "available" | "busy";
  /** An RFC 5545 rule without DTSTART, counted from `from_date`, e.g. `FREQ=MONTHLY;BYDAY=1MO`. */
  readonly rrule: string | null;
  /** The location of `available` hours. */
  readonly location_id?: string | null | undefined;
}

/**
 * Open time in which slots of one date may lie. `anchor` is where the interval's grid is counted from: the start
 * of the shift as the schedule (or a union of `available` exceptions) gives it, which may lie before `start`,
 * even on the day before, when something was cut off.
 */
export interface OpenInterval extends Interval {
  readonly anchor: Minutes;
  readonly location_id: string | null;
}

/** Taken time, buffers included. A hold counts only until `expires_at` (milliseconds since the epoch). */
export interface BusyInterval extends Interval {
  readonly expires_at: Millis | null;
  readonly location_id: string | null;
}

/** What counts for the daily limit: the bookings that start on a date, and the holds until they expire. */
export interface DayLoad {
  readonly booked: number;
  /** The expiries of the holds, each of which counts until then. Every such hold is also in the date's busy time. */
  readonly held_until: readonly Millis[];
}

/** One mechanic's date, as the slot arithmetic needs it. */
export interface MechanicDay extends DayLoad {
  readonly open: readonly OpenInterval[];
  readonly busy: readonly BusyInterval[];
  readonly max_bookings_per_day: number | null;
}

/** The numbers of a service or the shop's defaults, in minutes, and the limits that the request's time sets. */
export interface SlotRules {
  readonly durationMinutes: number;
  readonly stepMinutes: number;
  readonly bufferBeforeMinutes: number;
  readonly bufferAfterMinutes: number;
  readonly travelMinutes: number;
  /** The shop-local date's own extent: a slot belongs to the date on which it starts. */
  readonly day: Interval;
  /** Milliseconds since the epoch, read once at the edge. */
  readonly now: Millis;
  readonly leadTimeMinutes: number;
  /** First instant that is beyond the horizon; null: unlimited. */
  readonly horizonEnd: Minutes | null;
}

export interface Slot extends Interval {
  readonly location_id: string | null;
}

/**
 * Why a slot cannot be booked, in the order of the checks. A mechanic is refused for the first reason that applies; of
 * several mechanics' reasons the last one is reported, because that mechanic passed the most checks.
 */
export const SLOT_REFUSALS = [
  "too_soon",
  "beyond_horizon",
  "outside_hours",
  "slot_taken",
  "day_full",
] as const;
export type SlotRefusal = (typeof SLOT_REFUSALS)[number];

/** The refusal that staff may set aside for a booking. All others hold for them, too: nothing sets `slot_taken` aside. */
export type Override = Extract<SlotRefusal, "outside_hours">;
