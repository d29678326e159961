import type { BusyInterval, ExceptionRule, ScheduleInterval, WeeklySchedule } from "../types.ts";
import type { Millis } from "../units.ts";

/*
 * An independent oracle for tests, which evaluates the engine's rules minute by minute. It asks `Intl` what the wall
 * clock shows at every minute, and shares only types with the engine.
 */

export interface Question {
  readonly zone: string;
  readonly date: string;
  readonly weeklySchedule: WeeklySchedule;
  readonly exceptions: readonly ExceptionRule[];
  readonly busy: readonly BusyInterval[];
  readonly booked: number;
  readonly held_until: readonly Millis[];
  readonly max_bookings_per_day: number | null;
  readonly durationMinutes: number;
  readonly stepMinutes: number;
  readonly bufferBeforeMinutes: number;
  readonly bufferAfterMinutes: number;
  readonly travelMinutes: number;
  readonly now: number;
  readonly leadTimeMinutes: number;
  readonly horizonEnd: number | null;
}

/** A stretch of hours, in wall minutes of a day or in real minutes. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly place: string | null;
}

const WEEKDAY_NAMES = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;
const wallClocks = new Map<string, number[]>();

const daysSinceEpoch = (date: string) => Date.parse(`${date}T00:00Z`) / 86_400_000;
const dateText = (day: number) => new Date(day * 86_400_000).toISOString().slice(0, 10);
const wallMinutes = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

/**
 * For every minute of a UTC day, the wall clock as minutes since 1970 on the wall. Quarters of an hour in which the
 * clock runs evenly from end to end are asked about once.
 */
function wallClockOf(zone: string, utcDay: number): number[] {
  const key = `${zone} ${utcDay}`;
  let clock = wallClocks.get(key);
  if (clock === undefined) {
    const format = new Intl.DateTimeFormat("sv-SE", {
      timeZone: zone,
      dateStyle: "short",
      timeStyle: "short",
    });
    const show = (minute: number) =>
      Date.parse(`${format.format(minute * 60_000).replace(" ", "T")}Z`) / 60_000;
    clock = Array.from({ length: 96 }, (_, quarter) => {
      const first = utcDay * 1440 + quarter * 15;
      const shown = show(first);
      const isEven = show(first + 15) - shown === 15;
      return Array.from({ length: 15 }, (_, i) => (isEven ? shown + i : show(first + i)));
    }).flat();
    wallClocks.set(key, clock);
  }
  return clock;
}

/** The oracle for one mechanic's date. */
export class MinuteOracle {
  private readonly day: number;
  private readonly firstMinute: number;
  private readonly wall: number[];
  private readonly today: readonly Stretch[];
  /** The first minute of the date, and the first one after its last. */
  readonly bounds: { readonly start: number; readonly end: number };
  /** For each minute of `wall`: where the mechanic works, or undefined when closed. */
  private readonly places: (string | null | undefined)[];

  constructor(private readonly question: Question) {
    this.day = daysSinceEpoch(question.date);
    this.firstMinute = (this.day - 2) * 1440;
    this.wall = [-2, -1, 0, 1, 2, 3].flatMap((near) => wallClockOf(question.zone, this.day + near));
    const isOnDate = (wall: number) => Math.floor(wall / 1440) === this.day;
    this.bounds = {
      start: this.firstMinute + this.wall.findIndex(isOnDate),
      end: this.firstMinute + this.wall.findLastIndex(isOnDate) + 1,
    };
    this.today = this.hoursOn(0);
    this.places = this.paintedPlaces();
  }

  slots(): { start: number; end: number; location_id: string | null; is_free: boolean }[] {
    const slots = [];
    const { start: first, end } = this.bounds;
    for (let start = first; start < end; start++) {
      const shift = this.today.find(({ from, to }) => from <= start && start < to);
      if (shift === undefined || (start - this.anchorOf(shift)) % this.question.stepMinutes !== 0) continue;
      if (!this.isOpenThroughout(start)) continue;
      slots.push({
        start,
        end: start + this.question.durationMinutes,
        location_id: shift.place,
        is_free: this.refusal(start) === null,
      });
    }
    return slots;
  }

  /** Why a slot of the question's duration cannot be booked at a minute, or null. `override` sets a reason aside. */
  refusal(start: number, override: string | null = null): string | null {
    const { now, leadTimeMinutes, horizonEnd, booked, held_until, max_bookings_per_day } = this.question;
    if (start * 60_000 < now + leadTimeMinutes * 60_000) return "too_soon";
    if (horizonEnd !== null && start >= horizonEnd) return "beyond_horizon";
    const { start: first, end } = this.bounds;
    const isOutside = start < first || start >= end || !this.isOpenThroughout(start);
    if (isOutside && override !== "outside_hours") return "outside_hours";
    if (this.question.busy.some((busy) => this.isInTheWay(busy, start))) return "slot_taken";
    let reserved = booked;
    for (const expiry of held_until) if (expiry > now) reserved += 1;
    return max_bookings_per_day !== null && reserved >= max_bookings_per_day ? "day_full" : null;
  }

  /** Where the mechanic works at a minute; undefined when closed. */
  placeAt(minute: number): string | null | undefined {
    return this.places[minute - this.firstMinute];
  }

  private paintedPlaces(): (string | null | undefined)[] {
    const tomorrow = this.hoursOn(1);
    const taken = [-1, 0, 1].flatMap((near) => this.takenOn(near));
    return this.wall.map((_, i) => {
      const minute = this.firstMinute + i;
      const covers = ({ from, to }: Stretch) => from <= minute && minute < to;
      if (taken.some(covers)) return undefined;
      return (this.today.find(covers) ?? tomorrow.find(covers))?.place;
    });
  }

  private isOpenThroughout(start: number): boolean {
    if (!this.today.some(({ from, to }) => from <= start && start < to)) return false;
    const place = this.placeAt(start);
    if (place === undefined) return false;
    for (let minute = start; minute < start + this.question.durationMinutes; minute++) {
      if (this.placeAt(minute) !== place) return false;
    }
    return true;
  }

  private isInTheWay(busy: BusyInterval, start: number): boolean {
    const { now, travelMinutes, bufferBeforeMinutes, bufferAfterMinutes, durationMinutes } = this.question;
    if (busy.expires_at !== null && busy.expires_at <= now) return false;
    const place = this.placeAt(start);
    const travels = typeof place === "string" && busy.location_id !== null && place !== busy.location_id;
    const around = travels ? travelMinutes : 0;
    const end = start + durationMinutes + bufferAfterMinutes + around;
    for (let minute = start - bufferBeforeMinutes - around; minute < end; minute++) {
      if (busy.start <= minute && minute < busy.end) return true;
    }
    return false;
  }

  /**
   * The date's first shift continues yesterday's last one when it starts as that one ends, at the same place. A gap
   * at midnight can put later shifts at the same minute; those are counted from their own start.
   */
  private anchorOf(shift: Stretch): number {
    if (shift !== this.today[0] || shift.from !== this.bounds.start) return shift.from;
    const yesterday = this.hoursOn(-1);
    if (yesterday.some(({ to }) => to > shift.from)) return shift.from;
    const evening = yesterday.find(({ from, to }) => from < shift.from && to === shift.from);
    return evening !== undefined && evening.place === shift.place ? evening.from : shift.from;
  }

  private hoursOn(near: number): Stretch[] {
    const day = this.day + near;
    const extra = this.question.exceptions.filter(
      (rule) => rule.effect === "available" && occursOn(rule, dateText(day)),
    );
    const template =
      this.question.weeklySchedule[WEEKDAY_NAMES[new Date(day * 86_400_000).getUTCDay()]!] ?? [];
    const claims = extra.length > 0 ? unionOf(extra) : template.map(stretchOf);
    return ownedStretches(claims)
      .map(({ from, to, place }) => ({ from: this.real(day, from), to: this.real(day, to), place }))
      .filter(({ from, to }) => from < to && Math.floor(this.wallAt(from) / 1440) === day)
      .sort((a, b) => a.from - b.from);
  }

  private takenOn(near: number): Stretch[] {
    const day = this.day + near;
    return this.question.exceptions
      .filter((rule) => rule.effect !== "available" && occursOn(rule, dateText(day)))
      .map(stretchOf)
      .map(({ from, to, place }) => ({ from: this.real(day, from), to: this.real(day, to), place }));
  }

  private wallAt(minute: number): number {
    return this.wall[minute - this.firstMinute]!;
  }

  /** The minute at which the clock first shows the time or, in a gap, the time moved on by the gap. */
  private real(day: number, minuteOfDay: number): number {
    const target = day * 1440 + minuteOfDay;
    const shown = this.wall.indexOf(target);
    if (shown !== -1) return this.firstMinute + shown;
    const afterGap = this.wall.findIndex((wall, i) => i > 0 && wall > target && this.wall[i - 1]! < target);
    const gap = this.wall[afterGap]! - this.wall[afterGap - 1]! - 1;
    return this.firstMinute + this.wall.indexOf(target + gap);
  }
}

function stretchOf(hours: ScheduleInterval | ExceptionRule): Stretch {
  return {
    from: wallMinutes(hours.start_time ?? "00:00"),
    to: wallMinutes(hours.end_time ?? "24:00"),
    place: hours.location_id ?? null,
  };
}

/** Whether the exception applies to the date. Knows only the recurrence rules that the tests draw. */
function occursOn(rule: ExceptionRule, date: string): boolean {
  if (date < rule.from_date || (rule.to_date !== null && date > rule.to_date)) return false;
  const weekday = new Date(`${date}T00:00Z`).getUTCDay();
  switch (rule.rrule) {
    case null:
      return true;
    case "FREQ=DAILY;INTERVAL=2":
      return (daysSinceEpoch(date) - daysSinceEpoch(rule.from_date)) % 2 === 0;
    case "FREQ=WEEKLY;BYDAY=SA,SU":
      return weekday === 6 || weekday === 0;
    case "FREQ=MONTHLY;BYDAY=1SU":
      return weekday === 0 && Number(date.slice(8)) <= 7;
    default:
      throw new Error(`The oracle does not know ${rule.rrule}`);
  }
}

function unionOf(rules: readonly ExceptionRule[]): Stretch[] {
  const stretches = rules.map(stretchOf);
  const places = [...new Set(stretches.map(({ place }) => place))];
  return places.flatMap((place) => {
    const isClaimed = (m: number) =>
      stretches.some((one) => one.place === place && one.from <= m && m < one.to);
    return runs((m) => (isClaimed(m) ? "claimed" : undefined)).map(({ from, to }) => ({ from, to, place }));
  });
}

/** Each minute of the day goes to the claim that starts first, and at one start to the place that sorts first. */
function ownedStretches(claims: readonly Stretch[]): Stretch[] {
  const before = (a: Stretch, b: Stretch) =>
    a.from < b.from || (a.from === b.from && (a.place ?? "") < (b.place ?? "")) ? a : b;
  const ownerOf = (m: number) => {
    const covering = claims.filter(({ from, to }) => from <= m && m < to);
    return covering.length === 0 ? undefined : covering.reduce(before);
  };
  return runs(ownerOf).map(({ from, to, value }) => ({ from, to, place: value.place }));
}

function runs<T>(valueAt: (minute: number) => T | undefined): { from: number; to: number; value: T }[] {
  const found: { from: number; to: number; value: T }[] = [];
  for (let minute = 0; minute < 1440; minute++) {
    const value = valueAt(minute);
    if (value === undefined) continue;
    const last = found.at(-1);
    if (last !== undefined && last.to === minute && last.value === value) last.to = minute + 1;
    else found.push({ from: minute, to: minute + 1, value });
  }
  return found;
}
