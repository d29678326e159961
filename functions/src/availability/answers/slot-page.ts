import { z } from "zod";
import type { Shop } from "../../catalog/schema.ts";
import { isPlainDate } from "../../engine/dates.ts";
import type { PlainDate } from "../../engine/types.ts";
import { type Millis, minutes, type Minutes } from "../../engine/units.ts";
import { done, invalidRequest, type Outcome } from "../../platform/errors.ts";
import type { DayContent } from "../day/day-content.ts";
import { pageOf, type DatePage } from "./query-schemas.ts";
import { slotPieces } from "./slot-pieces.ts";
import { freeSlotsOf, type MechanicSlot, type Selection } from "./slots.ts";

/** The first slot of the next page; if it has been taken since, the page starts at the slot after it. */
export interface PagePosition {
  readonly date: PlainDate;
  readonly start: Minutes;
  readonly mechanicId: string;
}

/** The dates of a page, and the slot of the first date at which it begins; undefined: the first slot. */
export interface PagePlace extends DatePage {
  readonly position: PagePosition | undefined;
}

const parts = z.tuple([z.string().refine(isPlainDate), z.int(), z.string()]);

/** Returns the token of the page that begins at a position. */
export function encodePageToken({ date, start, mechanicId }: PagePosition): string {
  return Buffer.from(JSON.stringify([date, start, mechanicId])).toString("base64url");
}

/** Returns the position of a page token; undefined if the text is not a page token. */
export function decodePageToken(token: string): PagePosition | undefined {
  try {
    const result = parts.safeParse(JSON.parse(Buffer.from(token, "base64url").toString("utf8")));
    if (!result.success) return undefined;
    const [date, start, mechanicId] = result.data;
    return { date, start: minutes(start), mechanicId };
  } catch {
    return undefined;
  }
}

/** Returns the dates of the page that a query names. Refusal: `invalid_request` for a token that is not of this range. */
export function placeOfPage(query: {
  readonly from: PlainDate;
  readonly to: PlainDate;
  readonly page_token?: string | undefined;
}): Outcome<PagePlace> {
  const { from, to, page_token: token } = query;
  const position = token === undefined ? undefined : decodePageToken(token);
  if (token !== undefined && (!position || position.date < from || position.date > to)) {
    return invalidRequest({ path: "page_token", message: "Not a token that this range's pages gave." });
  }
  const page = pageOf(position?.date ?? from, to, "to");
  return page.ok ? done({ ...page.value, position }) : page;
}

/** Returns the part of a page that is answered: it ends before the first date that has no day. */
export function answeredPart(place: PagePlace, days: ReadonlyMap<PlainDate, DayContent>): PagePlace {
  const end = place.dates.findIndex((date) => !days.has(date));
  return end === -1 ? place : { ...place, dates: place.dates.slice(0, end), next: place.dates[end] ?? null };
}

interface PageSource {
  readonly shop: Shop;
  readonly days: ReadonlyMap<PlainDate, DayContent>;
  readonly selection: Selection;
  readonly now: Millis;
}

/** Returns the free slots of a page, at most `limit`, and the token of the next page; null after the last. */
export function pageOfSlots(
  { shop, days, selection, now }: PageSource,
  { dates, next, position }: PagePlace,
  limit: number,
): { slots: MechanicSlot[]; nextToken: string | null } {
  const page: MechanicSlot[] = [];
  for (const date of dates) {
    const content = days.get(date);
    if (!content) continue;
    const from = position?.date === date ? position : undefined;
    for (const slots of slotPieces({ shop, date, content, selection, now }, freeSlotsOf, from?.start)) {
      const wanted = from ? slots.filter((slot) => !isBefore(slot, from)) : slots;
      const room = limit - page.length;
      page.push(...wanted.slice(0, room));
      const beyond = wanted[room];
      if (!beyond) continue;
      const nextToken = encodePageToken({ date, start: beyond.start, mechanicId: beyond.mechanicId });
      return { slots: page, nextToken };
    }
  }
  const nextToken = next === null ? null : encodePageToken({ date: next, start: minutes(0), mechanicId: "" });
  return { slots: page, nextToken };
}

function isBefore(slot: MechanicSlot, { start, mechanicId }: PagePosition): boolean {
  return slot.start < start || (slot.start === start && slot.mechanicId < mechanicId);
}
