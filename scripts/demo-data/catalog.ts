import type { Mechanic, Service } from "../../functions/src/catalog/schema.ts";
import { WEEKDAYS, type Weekday } from "../../functions/src/engine/types.ts";

type WeeklySchedule = Mechanic["weekly_schedule"];
type ScheduleInterval = NonNullable<WeeklySchedule[Weekday]>[number];

function service(
  id: string,
  name: string,
  durations: number[],
  [before, after]: readonly [number, number],
  active = true,
): Service {
  return {
    id,
    name,
    durations_minutes: durations,
    buffer_before_minutes: before,
    buffer_after_minutes: after,
    active,
  };
}

/** Every mechanic offers the first; the last shows what a service that is no longer offered looks like. */
export const DEMO_SERVICES: readonly Service[] = [
  service("oil_change", "Oil change", [30, 60], [0, 15]),
  service("tire_rotation", "Tire rotation", [45], [0, 0]),
  service("brake_service", "Brake service", [90, 120], [0, 15]),
  service("inspection", "State inspection", [30], [10, 10]),
  service("engine_diagnosis", "Engine diagnosis", [60, 120, 180], [15, 15]),
  service("carburettor_tuning", "Carburettor tuning", [60], [0, 0], false),
];

const NAMES = ["Ada", "Grace", "Alan", "Barbara", "Edsger", "Margaret", "Donald", "Radia", "Ken", "Hedy"];

/** The demo mechanics `mechanic_1` to `mechanic_{count}`; the weeks and the skills take turns. */
export function demoMechanics(count: number): Mechanic[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `mechanic_${index + 1}`,
    name: nameOf(index),
    specialties: specialtiesOf(index),
    weekly_schedule: WEEKS[index % WEEKS.length] ?? {},
    max_bookings_per_day: index % 4 === 3 ? 4 : null,
    active: true,
  }));
}

function nameOf(index: number): string {
  const round = Math.floor(index / NAMES.length);
  return `${NAMES[index % NAMES.length]}${round === 0 ? "" : ` ${round + 1}`}`;
}

function specialtiesOf(index: number): string[] {
  const offered = DEMO_SERVICES.filter(({ active }) => active).map(({ id }) => id);
  return offered.filter((_, place) => place === 0 || (index + place) % 3 !== 0);
}

const MONDAY_TO_FRIDAY = WEEKDAYS.slice(0, 5);

const WEEKS: readonly WeeklySchedule[] = [
  // A long midday break.
  week(MONDAY_TO_FRIDAY, ["09:00-12:00", "14:00-18:00"]),
  // Early, and Saturday mornings.
  { ...week(MONDAY_TO_FRIDAY, ["07:00-11:30", "12:00-15:00"]), ...week(["saturday"], ["08:00-12:00"]) },
  // Two locations on one day.
  {
    ...week(["monday", "wednesday", "friday"], ["08:00-12:00 main", "13:00-17:00 north"]),
    ...week(["tuesday", "thursday"], ["10:00-19:00 north"]),
  },
  // Four short stretches, four days a week.
  week(
    ["tuesday", "wednesday", "thursday", "saturday"],
    ["08:00-10:00", "10:30-12:30", "13:30-15:30", "16:00-18:00"],
  ),
  // A night shift: two intervals that meet at midnight are one shift.
  {
    ...week(["monday", "tuesday"], ["12:00-20:00"]),
    friday: intervals(["18:00-24:00"]),
    saturday: intervals(["00:00-02:00", "14:00-20:00"]),
  },
];

/** The same hours, written `09:00-12:00` with an optional location after them, on each of the days. */
function week(days: readonly Weekday[], hours: readonly string[]): WeeklySchedule {
  return Object.fromEntries(days.map((day) => [day, intervals(hours)]));
}

function intervals(hours: readonly string[]): ScheduleInterval[] {
  return hours.map((text) => {
    const [range = "", location] = text.split(" ");
    const [start_time = "", end_time = ""] = range.split("-");
    return { start_time, end_time, ...(location !== undefined && { location_id: location }) };
  });
}
