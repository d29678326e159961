import { addDays } from "../../engine/dates.ts";
import type { PlainDate } from "../../engine/types.ts";
import type { LegacySlot } from "../day/day.ts";
import type { Days } from "../generation/days.ts";
import type { DatePage } from "./query-schemas.ts";
import { MAX_SLOTS, needsPieces, slotPieces } from "./slot-pieces.ts";
import { legacyAnswer, type SlotsOfDate } from "./slots.ts";

interface DayAnswer {
  readonly date: PlainDate;
  readonly slots: readonly LegacySlot[];
}

/**
 * Returns the dates of a page with their slots, as many as one answer may have, but at least one, and the first date of
 * the next page. If the first date alone has more slots than that, its list is empty and its slots are
 * returned as pieces.
 */
export function rangeAnswer(
  { shop, days }: Days,
  { dates, next }: Pick<DatePage, "dates" | "next">,
  ofDate: (date: PlainDate) => SlotsOfDate,
) {
  const answered: DayAnswer[] = [];
  let pieces: Iterable<readonly LegacySlot[]> | null = null;
  let count = 0;
  for (const date of dates) {
    if (!days.has(date)) break;
    const asked = ofDate(date);
    const isLarge = needsPieces(asked);
    if (isLarge && answered.length > 0) break;
    const slots = isLarge ? [] : legacyAnswer(asked);
    if (answered.length > 0 && count + slots.length > MAX_SLOTS) break;
    answered.push({ date, slots });
    count += slots.length;
    if (!isLarge) continue;
    pieces = slotPieces(asked, legacyAnswer);
    break;
  }
  const last = answered.at(-1)?.date;
  const rest = answered.length < dates.length && last !== undefined ? addDays(last, 1) : next;
  const range = { from_date: dates[0], to_date: last, time_zone: shop.time_zone };
  return { answer: { ...range, days: answered, next_from_date: rest }, pieces };
}
