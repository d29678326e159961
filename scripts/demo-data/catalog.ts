import type { Mechanic, Service } from "../../functions/src/catalog/schema.ts";
import { WEEKDAYS, type Weekday } from "../../functions/src/engine/types.ts";

type WeeklySchedule = Mechanic["weekly_schedule"];
type ScheduleInterval = NonNullable<WeeklySchedule[Weekday]>[number];

/** What a service has unless stated otherwise. */
const DEFAULTS = {
  description: null,
  price: null,
  buffer_before_minutes: 0,
  buffer_after_minutes: 0,
  active: true,
};

/** Every mechanic offers the first; the last is an example of a service that is no longer offered. */
export const DEMO_SERVICES: readonly Service[] = [
  {
    ...DEFAULTS,
    id: "oil_change",
    name: "Oil change",
    description: "Oil and filter, and a look at the other fluids.",
    price: { amount: 4_900, currency: "USD" },
    durations_minutes: [30, 60],
    buffer_after_minutes: 15,
  },
  { ...DEFAULTS, id: "tire_rotation", name: "Tire rotation", durations_minutes: [45] },
  {
    ...DEFAULTS,
    id: "brake_service",
    name: "Brake service",
    durations_minutes: [90, 120],
    buffer_after_minutes: 15,
  },
  {
    ...DEFAULTS,
    id: "inspection",
    name: "State inspection",
    durations_minutes: [30],
    buffer_before_minutes: 10,
    buffer_after_minutes: 10,
  },
  {
    ...DEFAULTS,
    id: "engine_diagnosis",
    name: "Engine diagnosis",
    durations_minutes: [60, 120, 180],
    buffer_before_minutes: 15,
    buffer_after_minutes: 15,
  },
  {
    ...DEFAULTS,
    id: "carburettor_tuning",
    name: "Carburettor tuning",
    durations_minutes: [60],
    active: false,
  },
];

const NAMES = ["Ada", "Grace", "Alan", "Barbara", "Edsger", "Margaret", "Donald", "Radia", "Ken", "Hedy"];

/** The demo mechanics `mechanic_1` to `mechanic_{count}`, who have the weeks and the specialties by turns. */
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
