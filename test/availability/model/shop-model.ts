/*
 * A shop in memory, as simple as can be: everything happens at whole hours, counted from the Monday's midnight. It knows
 * nothing of caches, epochs, ledgers or neighbouring days; what it says is free is free.
 */

export const DAYS = 3;
const HOURS_PER_DAY = 24;

export const MECHANICS = ["ada", "night", "capped"] as const;
export type MechanicId = (typeof MECHANICS)[number];
/** Hours of a day, `[from, to)`. */
export type Hours = readonly (readonly [number, number])[];

/** Schedules that a mechanic may be given; the night shift's two parts are one over midnight. */
export const SCHEDULES: readonly Hours[] = [
  [
    [9, 12],
    [14, 18],
  ],
  [
    [20, 24],
    [0, 4],
  ],
  [[9, 13]],
  [[0, 24]],
  [],
];
export const FIRST_SCHEDULE: Readonly<Record<MechanicId, number>> = { ada: 0, night: 1, capped: 2 };
export const DAILY_LIMIT: Readonly<Record<MechanicId, number | null>> = { ada: null, night: null, capped: 2 };

/** Both take an hour; the thorough one needs another hour's peace after it. */
export const SERVICES = { quick: { hoursAfter: 0 }, thorough: { hoursAfter: 1 } } as const;
export type ServiceId = keyof typeof SERVICES;

export interface ModelException {
  readonly mechanic: MechanicId | "*";
  readonly day: number;
  /** Null: all day. */
  readonly hours: readonly [number, number] | null;
  readonly effect: "unavailable" | "available";
}

export interface Taken {
  readonly mechanic: MechanicId;
  readonly start: number;
  /** With the hours after it. */
  readonly end: number;
  /** Milliseconds since the epoch; null for bookings. */
  readonly expiresAt: number | null;
}

export interface ModelState {
  readonly inactive: ReadonlySet<MechanicId>;
  readonly schedules: Readonly<Record<MechanicId, number>>;
  readonly exceptions: ReadonlyMap<string, ModelException>;
  readonly taken: ReadonlyMap<string, Taken>;
}

export const EMPTY: ModelState = {
  inactive: new Set(),
  schedules: FIRST_SCHEDULE,
  exceptions: new Map(),
  taken: new Map(),
};

/** Whether the mechanic can be booked at an hour. `service` undefined: the general grid, without buffers. */
export function isFree(
  state: ModelState,
  mechanic: MechanicId,
  hour: number,
  service: ServiceId | undefined,
  now: number,
): boolean {
  const end = hour + 1 + (service ? SERVICES[service].hoursAfter : 0);
  const live = [...state.taken.values()].filter(
    (one) => one.mechanic === mechanic && (one.expiresAt === null || one.expiresAt > now),
  );
  const limit = DAILY_LIMIT[mechanic];
  const reserved = live.filter((one) => dayOf(one.start) === dayOf(hour)).length;
  return (
    !state.inactive.has(mechanic) &&
    isOpen(state, mechanic, hour) &&
    !live.some((one) => one.start < end && hour < one.end) &&
    (limit === null || reserved < limit)
  );
}

/** Everything that is free on a day, as `mechanic@hour`, sorted. */
export function freeOn(
  state: ModelState,
  day: number,
  service: ServiceId | undefined,
  now: number,
): string[] {
  const free: string[] = [];
  for (const mechanic of MECHANICS) {
    for (let hour = day * HOURS_PER_DAY; hour < (day + 1) * HOURS_PER_DAY; hour += 1) {
      if (isFree(state, mechanic, hour, service, now)) free.push(`${mechanic}@${hour}`);
    }
  }
  return free.sort();
}

/** The ids of the bookings that a change leaves outside working hours, sorted. */
export function strandedBy(before: ModelState, after: ModelState): string[] {
  return [...before.taken]
    .filter(([, { expiresAt, mechanic, start }]) => {
      return expiresAt === null && isOpen(before, mechanic, start) && !isOpen(after, mechanic, start);
    })
    .map(([id]) => id)
    .sort();
}

/** The ids of a mechanic's bookings, sorted. */
export function bookingsOf({ taken }: ModelState, mechanic: MechanicId): string[] {
  return [...taken]
    .filter(([, one]) => one.expiresAt === null && one.mechanic === mechanic)
    .map(([id]) => id)
    .sort();
}

function isOpen({ schedules, exceptions }: ModelState, mechanic: MechanicId, hour: number): boolean {
  const [day, hourOfDay] = [dayOf(hour), hour - dayOf(hour) * HOURS_PER_DAY];
  const touching = [...exceptions.values()].filter(
    (one) => one.day === day && (one.mechanic === mechanic || one.mechanic === "*"),
  );
  const within = ({ hours }: ModelException) =>
    hours === null || (hours[0] <= hourOfDay && hourOfDay < hours[1]);
  if (touching.some((one) => one.effect === "unavailable" && within(one))) return false;
  const extra = touching.filter((one) => one.effect === "available");
  if (extra.length > 0) return extra.some(within);
  return (SCHEDULES[schedules[mechanic]] ?? []).some(([from, to]) => from <= hourOfDay && hourOfDay < to);
}

function dayOf(hour: number): number {
  return Math.floor(hour / HOURS_PER_DAY);
}
