import type { DayContent } from "../availability/day/day-content.ts";
import type { MechanicOfDay } from "../availability/day/day.ts";
import type { AvailabilityService } from "../availability/generation/availability-service.ts";
import { lastBookableDate } from "../availability/answers/slot-rules.ts";
import { freeSlotsOf, presentSlot, type MechanicSlot } from "../availability/answers/slots.ts";
import { addDays, eachDate } from "../engine/dates.ts";
import type { PlainDate } from "../engine/types.ts";
import { dateOf, dayBounds } from "../engine/zone.ts";
import { refuse, type ErrorCode, type Outcome, type Refusal } from "../platform/errors.ts";
import type { Scope } from "../platform/scope.ts";
import { extentOf, type Booking } from "../bookings/booking.ts";
import type { ResolvedSlot } from "./decide-reservation.ts";

const MOST_ALTERNATIVES = 5;
/** How many days around the asked date are looked at, round by round, until the nearest free slots are known. */
const RADII = [0, 1, 7, 31];

/** Refusals that another time or mechanic would mend. */
const REFUSALS_WITH_ALTERNATIVES: ReadonlySet<ErrorCode> = new Set([
  "slot_taken",
  "outside_hours",
  "day_full",
  "too_soon",
  "beyond_horizon",
]);

export interface RefusedSlot {
  readonly refusal: Refusal;
  /** Null where it did not even come to one: then nothing is near. */
  readonly resolved: ResolvedSlot | null;
  /** The booking that was to be moved: where it lies now, nobody else stands in its way. */
  readonly moving?: Booking;
}

/** The refusal as it is answered: with what is free nearby, where that would help. */
export async function withAlternatives(
  availability: AvailabilityService,
  { refusal, resolved, moving }: RefusedSlot,
  mechanicId: string | null,
  scope: Scope,
): Promise<Outcome<never>> {
  if (!resolved || !REFUSALS_WITH_ALTERNATIVES.has(refusal.error)) return { ok: false, refusal };
  const nearest = await nearestTo(availability, resolved, moving, mechanicId ?? moving?.mechanic_id, scope);
  const alternatives = nearest.map((slot) => presentSlot(slot, resolved.service.id, resolved.shop.time_zone));
  return refuse(refusal.error, refusal.message, { alternatives });
}

/**
 * The free slots nearest to a start that could not be had, of any qualified mechanic; at equal distance the one asked
 * for first. Each round reads the days that the one before has not, all at once, and it is over when whatever lies
 * further out would be further away.
 */
async function nearestTo(
  availability: AvailabilityService,
  resolved: ResolvedSlot,
  moving: Booking | undefined,
  mechanicId: string | undefined,
  scope: Scope,
): Promise<MechanicSlot[]> {
  const distance = (slot: MechanicSlot) => Math.abs(slot.start - resolved.slot.start);
  const other = (slot: MechanicSlot) => (slot.mechanicId === mechanicId ? 0 : 1);
  const bookable = bookableDates(resolved, scope.now);
  const middle = clamp(resolved.date, bookable);
  const seen = new Set<PlainDate>();
  let nearest: MechanicSlot[] = [];
  for (const radius of RADII) {
    const first = clamp(addDays(middle, -radius), bookable);
    const last = clamp(addDays(middle, radius), bookable);
    const dates = eachDate(first, last).filter((date) => !seen.has(date));
    const found = dates.length > 0 ? await freeSlotsOn(availability, resolved, moving, dates, scope) : [];
    for (const date of dates) seen.add(date);
    nearest = [...nearest, ...found]
      .sort((a, b) => distance(a) - distance(b) || other(a) - other(b) || a.start - b.start)
      .slice(0, MOST_ALTERNATIVES);
    const farthest = nearest[MOST_ALTERNATIVES - 1];
    if (farthest && distance(farthest) <= distanceBeyond(resolved, first, last, bookable)) break;
  }
  return nearest;
}

interface Bookable {
  readonly first: PlainDate;
  /** Null: without end. */
  readonly last: PlainDate | null;
}

function bookableDates({ shop }: ResolvedSlot, now: number): Bookable {
  return { first: dateOf(shop.time_zone, Math.floor(now / 60_000)), last: lastBookableDate(shop, now) };
}

function clamp(date: PlainDate, { first, last }: Bookable): PlainDate {
  if (date < first) return first;
  return last !== null && date > last ? last : date;
}

/** How far a slot is at least, in minutes, that starts on none of the dates looked at. */
function distanceBeyond(
  { shop, slot }: ResolvedSlot,
  first: PlainDate,
  last: PlainDate,
  bookable: Bookable,
): number {
  const before = first > bookable.first ? slot.start - dayBounds(shop.time_zone, first).start : Infinity;
  const isLast = bookable.last !== null && last >= bookable.last;
  const after = isLast ? Infinity : dayBounds(shop.time_zone, last).end - slot.start;
  return Math.min(before, after);
}

async function freeSlotsOn(
  availability: AvailabilityService,
  resolved: ResolvedSlot,
  moving: Booking | undefined,
  dates: readonly PlainDate[],
  scope: Scope,
): Promise<MechanicSlot[]> {
  const ask = { shopId: resolved.shop.id, dates, fresh: false, forService: true };
  const found = await availability.daysForAnswer(ask, scope);
  if (!found.ok) return [];
  const { shop, days } = found.value;
  const durationMinutes = resolved.slot.end - resolved.slot.start;
  const selection = { service: resolved.service, durationMinutes, mechanicId: undefined };
  const isWhereItIs = (slot: MechanicSlot) =>
    slot.mechanicId === moving?.mechanic_id && slot.start === moving.start && slot.end === moving.end;
  return [...days]
    .flatMap(([date, content]) => {
      const others = moving ? without(content, moving, date) : content;
      return freeSlotsOf({ shop, date, content: others, selection, now: scope.now });
    })
    .filter((slot) => !isWhereItIs(slot));
}

/** The day as if the booking were not. */
function without(content: DayContent, booking: Booking, date: PlainDate): DayContent {
  if (content.kind !== "generated") return content;
  const mechanic = content.mechanics[booking.mechanic_id];
  if (!mechanic) return content;
  const extent = extentOf(booking);
  const rest = <B extends MechanicOfDay["busy"] | undefined>(busy: B) =>
    busy?.filter(({ start, end }) => start !== extent.start || end !== extent.end) as B;
  const freed: MechanicOfDay = {
    ...mechanic,
    busy: rest(mechanic.busy),
    previous_busy: rest(mechanic.previous_busy),
    next_busy: rest(mechanic.next_busy),
    booked: mechanic.booked - (date === booking.date ? 1 : 0),
  };
  return { ...content, mechanics: { ...content.mechanics, [booking.mechanic_id]: freed } };
}
