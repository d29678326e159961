import { minutes } from "../../functions/src/engine/units.ts";
import { addDays, eachDate, weekdayOf } from "../../functions/src/engine/dates.ts";
import type {
  BusyInterval,
  ExceptionRule,
  PlainDate,
  ScheduleInterval,
  WeeklySchedule,
} from "../../functions/src/engine/types.ts";
import { wallToMinute } from "../../functions/src/engine/zone.ts";

export const ZONE = "America/New_York";
export const DURATION_MINUTES = 60;
export const STEP_MINUTES = 30;

export interface Mechanic {
  readonly weeklySchedule: WeeklySchedule;
  readonly exceptions: readonly ExceptionRule[];
  readonly busyOn: ReadonlyMap<PlainDate, readonly BusyInterval[]>;
}

/** The question for both implementations: the free slots of every mechanic on every date. */
export interface Case {
  readonly name: string;
  readonly dates: readonly PlainDate[];
  readonly mechanics: readonly Mechanic[];
}

const WORKING_DAY: readonly ScheduleInterval[] = [
  { start_time: "09:00", end_time: "12:00" },
  { start_time: "13:00", end_time: "17:00" },
];
const WORKING_WEEK: WeeklySchedule = {
  monday: WORKING_DAY,
  tuesday: WORKING_DAY,
  wednesday: WORKING_DAY,
  thursday: WORKING_DAY,
  friday: WORKING_DAY,
};
const NIGHT_WEEK: WeeklySchedule = {
  ...WORKING_WEEK,
  saturday: [{ start_time: "20:00", end_time: "24:00" }],
  sunday: [{ start_time: "00:00", end_time: "06:00" }],
};

interface CaseOptions {
  readonly mechanics: number;
  readonly from: PlainDate;
  readonly days: number;
  readonly weeklySchedule: WeeklySchedule;
  readonly exceptionsFrom: (from: PlainDate, mechanic: number) => ExceptionRule[];
}

const TWO_MONTHS: CaseOptions = {
  mechanics: 100,
  from: "2026-01-05",
  days: 60,
  weeklySchedule: WORKING_WEEK,
  exceptionsFrom: () => [],
};

export function cases(): Case[] {
  return [
    makeCase("100 mechanics × 60 days", TWO_MONTHS),
    makeCase("the same with exceptions", { ...TWO_MONTHS, exceptionsFrom: exceptionsOf }),
    makeCase("100 mechanics × the week the clock changes", {
      ...TWO_MONTHS,
      from: "2026-03-04",
      days: 7,
      weeklySchedule: NIGHT_WEEK,
    }),
    makeCase("1 mechanic × 1 day", { ...TWO_MONTHS, mechanics: 1, from: "2026-01-12", days: 1 }),
  ];
}

function makeCase(
  name: string,
  { mechanics, from, days, weeklySchedule, exceptionsFrom }: CaseOptions,
): Case {
  const dates = eachDate(from, addDays(from, days - 1));
  return {
    name,
    dates,
    mechanics: Array.from({ length: mechanics }, (_, i) => ({
      weeklySchedule,
      exceptions: exceptionsFrom(from, i),
      busyOn: new Map(dates.map((date) => [date, bookingsOn(date, i)])),
    })),
  };
}

/** Four one-hour bookings on a working day, at hours that differ between mechanics and dates. */
function bookingsOn(date: PlainDate, mechanic: number): BusyInterval[] {
  if (["saturday", "sunday"].includes(weekdayOf(date))) return [];
  const shift = (mechanic + Number(date.slice(8))) % 2;
  return [9, 10, 13, 15].map((hour) => {
    const start = wallToMinute(ZONE, date, (hour + shift) * 60);
    return { start, end: minutes(start + 60), expires_at: null, location_id: null };
  });
}

/** A week off, a weekly meeting, every first Monday off, and one extra Saturday. */
function exceptionsOf(from: PlainDate, mechanic: number): ExceptionRule[] {
  const allDay = { start_time: null, end_time: null, rrule: null };
  const weekOff = addDays(from, 7 * (mechanic % 8));
  const saturday = addDays(from, 5 + 7 * (mechanic % 5));
  const recurring = { from_date: from, to_date: null };
  return [
    { ...allDay, effect: "unavailable", from_date: weekOff, to_date: addDays(weekOff, 6) },
    { ...recurring, effect: "busy", start_time: "11:15", end_time: "11:45", rrule: "FREQ=WEEKLY;BYDAY=WE" },
    { ...recurring, ...allDay, effect: "unavailable", rrule: "FREQ=MONTHLY;BYDAY=1MO" },
    {
      effect: "available",
      from_date: saturday,
      to_date: saturday,
      start_time: "10:00",
      end_time: "14:00",
      rrule: null,
    },
  ];
}
