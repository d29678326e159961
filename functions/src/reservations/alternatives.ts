import type { AvailabilityService } from "../availability/generation/availability-service.ts";
import { lastBookableDate } from "../availability/answers/slot-rules.ts";
import { slotPieces } from "../availability/answers/slot-pieces.ts";
import { freeSlotsOf, presentSlot, type MechanicSlot } from "../availability/answers/slots.ts";
import type { DayContent } from "../availability/day/day-content.ts";
import type { MechanicOfDay } from "../availability/day/day.ts";
import { addDays, daysBetween, eachDate } from "../engine/dates.ts";
import type { Interval, PlainDate } from "../engine/types.ts";
import { toMinutes, type Millis } from "../engine/units.ts";
import { dateOf, dayBounds } from "../engine/zone.ts";
import { refuse, type ErrorCode, type Outcome, type Refusal } from "../platform/errors.ts";
import type { Scope } from "../platform/scope.ts";
import type { ResolvedSlot } from "./resolve-slot.ts";

const MAX_ALTERNATIVES = 5;
/**
 * How many days around the requested date are searched, round by round, until the nearest free slots are known. There are
 * two rounds, so that a refusal costs at most one round trip of reads beyond the first day.
 */
const RADII = [0, 14];

/** Refusals after which another time or mechanic may be accepted. */
const REFUSALS_WITH_ALTERNATIVES: ReadonlySet<ErrorCode> = new Set([
  "slot_taken",
  "outside_hours",
  "day_full",
  "too_soon",
  "beyond_horizon",
]);

/** A reservation that is being moved: its own time does not block the alternatives. */
export interface MovingReservation {
  readonly mechanicId: string;
  readonly date: PlainDate;
  readonly slot: Interval;
  /** The slot with its buffers. */
  readonly extent: Interval;
}

export interface RefusedSlot {
  readonly refusal: Refusal;
  /** Null when the request was refused before its slot was known: then nothing is near. */
  readonly resolved: ResolvedSlot | null;
  readonly moving?: MovingReservation;
}

/** Returns the refusal with the free slots nearby, if another slot could be accepted. */
export async function withAlternatives(
  availability: Pick<AvailabilityService, "daysForAnswer">,
  { refusal, resolved, moving }: RefusedSlot,
  mechanicId: string | null,
  scope: Scope,
): Promise<Outcome<never>> {
  if (!resolved || !REFUSALS_WITH_ALTERNATIVES.has(refusal.error)) return { ok: false, refusal };
  const search = { resolved, moving, mechanicId: mechanicId ?? moving?.mechanicId };
  const nearest = await nearestSlots(availability, search, scope);
  const alternatives = nearest.map((slot) => presentSlot(slot, resolved.service.id, resolved.shop.time_zone));
  return refuse(refusal.error, refusal.message, { alternatives });
}

interface Search {
  readonly resolved: ResolvedSlot;
  readonly moving: MovingReservation | undefined;
  /** The mechanic who is preferred at equal distance. */
  readonly mechanicId: string | undefined;
}

/**
 * The free slots of qualified mechanics nearest to the requested start. Each round reads, at once, the days that the
 * rounds before have not read. The search ends when every slot further out is further away.
 */
async function nearestSlots(
  availability: Pick<AvailabilityService, "daysForAnswer">,
  search: Search,
  scope: Scope,
): Promise<readonly MechanicSlot[]> {
  const { resolved } = search;
  const bookable = bookableDates(resolved, scope.now);
  const middle = clamp(resolved.date, bookable);
  const seen = new Set<PlainDate>();
  let nearest: readonly MechanicSlot[] = [];
  for (const radius of RADII) {
    const first = clamp(addDays(middle, -radius), bookable);
    const last = clamp(addDays(middle, radius), bookable);
    const unseen = eachDate(first, last).filter((date) => !seen.has(date));
    const dates = nearestFirst(middle, unseen);
    if (dates.length > 0) nearest = await nearerSlots(availability, search, { dates, nearest }, scope);
    for (const date of dates) seen.add(date);
    const farthest = nearest[MAX_ALTERNATIVES - 1];
    const bound = distanceBeyond(resolved, { first, last }, bookable);
    if (farthest && distanceTo(resolved, farthest) <= bound) break;
  }
  return nearest;
}

/** The first few slots by distance; at equal distance the preferred mechanic's, then the earlier one. */
export function nearestOf(slots: readonly MechanicSlot[], search: Search): readonly MechanicSlot[] {
  const other = (slot: MechanicSlot) => (slot.mechanicId === search.mechanicId ? 0 : 1);
  const distance = (slot: MechanicSlot) => distanceTo(search.resolved, slot);
  return slots
    .toSorted((a, b) => distance(a) - distance(b) || other(a) - other(b) || a.start - b.start)
    .slice(0, MAX_ALTERNATIVES);
}

function distanceTo({ slot }: ResolvedSlot, { start }: Interval): number {
  return Math.abs(start - slot.start);
}

interface DateRange {
  readonly first: PlainDate;
  readonly last: PlainDate;
}

/** Dates without a last one when the shop has no horizon. */
interface BookableDates {
  readonly first: PlainDate;
  readonly last: PlainDate | null;
}

function bookableDates({ shop }: ResolvedSlot, now: Millis): BookableDates {
  return { first: dateOf(shop.time_zone, toMinutes(now)), last: lastBookableDate(shop, now) };
}

function clamp(date: PlainDate, { first, last }: BookableDates): PlainDate {
  if (date < first) return first;
  return last !== null && date > last ? last : date;
}

/** The least distance, in minutes, of a slot that starts on none of the searched dates. */
export function distanceBeyond(
  { shop, slot }: ResolvedSlot,
  searched: DateRange,
  bookable: BookableDates,
): number {
  const startsEarlier = searched.first > bookable.first;
  const before = startsEarlier ? slot.start - dayBounds(shop.time_zone, searched.first).start : Infinity;
  const endsAtHorizon = bookable.last !== null && searched.last >= bookable.last;
  const after = endsAtHorizon ? Infinity : dayBounds(shop.time_zone, searched.last).end - slot.start;
  return Math.min(before, after);
}

/** Returns the dates by their distance from a date: of a shop with many mechanics only the first are answered. */
function nearestFirst(middle: PlainDate, dates: readonly PlainDate[]): PlainDate[] {
  const distance = (date: PlainDate) => Math.abs(daysBetween(middle, date));
  return dates.toSorted((a, b) => distance(a) - distance(b));
}

interface Round {
  readonly dates: readonly PlainDate[];
  /** What the rounds before have found. */
  readonly nearest: readonly MechanicSlot[];
}

/** Returns the nearest slots of this round's dates and of the rounds before. */
async function nearerSlots(
  availability: Pick<AvailabilityService, "daysForAnswer">,
  search: Search,
  { dates, nearest }: Round,
  scope: Scope,
): Promise<readonly MechanicSlot[]> {
  const { resolved, moving } = search;
  const ask = { shopId: resolved.shop.id, dates, fresh: false, forService: true, inOneStep: true };
  const found = await availability.daysForAnswer(ask, scope);
  if (!found.ok) return nearest;
  const { shop, days } = found.value;
  const durationMinutes = resolved.slot.end - resolved.slot.start;
  const selection = { service: resolved.service, durationMinutes, mechanicId: undefined };
  const isPresentSlot = (slot: MechanicSlot) =>
    slot.mechanicId === moving?.mechanicId &&
    slot.start === moving.slot.start &&
    slot.end === moving.slot.end;
  let nearer = nearest;
  for (const [date, stored] of days) {
    const content = moving ? withoutReservation(stored, moving, date) : stored;
    for (const slots of slotPieces({ shop, date, content, selection, now: scope.now }, freeSlotsOf)) {
      nearer = nearestOf([...nearer, ...slots.filter((slot) => !isPresentSlot(slot))], search);
    }
  }
  return nearer;
}

/** Returns the day's content as it would be without the reservation. */
export function withoutReservation(
  content: DayContent,
  { mechanicId, extent, date: ownDate }: MovingReservation,
  date: PlainDate,
): DayContent {
  if (content.kind !== "generated") return content;
  const mechanic = content.mechanics[mechanicId];
  if (!mechanic) return content;
  const others = <B extends MechanicOfDay["busy"] | undefined>(busy: B) =>
    busy?.filter(({ start, end }) => start !== extent.start || end !== extent.end) as B;
  const freed: MechanicOfDay = {
    ...mechanic,
    busy: others(mechanic.busy),
    previous_busy: others(mechanic.previous_busy),
    next_busy: others(mechanic.next_busy),
    booked: mechanic.booked - (date === ownDate ? 1 : 0),
  };
  return { ...content, mechanics: { ...content.mechanics, [mechanicId]: freed } };
}
