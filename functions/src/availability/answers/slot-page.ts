import { z } from "zod";
import type { Shop } from "../../catalog/schema.ts";
import { isPlainDate } from "../../engine/dates.ts";
import type { PlainDate } from "../../engine/types.ts";
import { done, invalidRequest, type Outcome } from "../../platform/errors.ts";
import type { DayContent } from "../day/day-content.ts";
import { pageOf, type DatePage } from "./query-schemas.ts";
import { freeSlotsOf, type MechanicSlot, type Selection } from "./slots.ts";

/** Where a page of slots ends: the next one starts at this slot, or after it if it has been taken meanwhile. */
export interface PagePosition {
  readonly date: PlainDate;
  /** Minutes since the epoch. */
  readonly start: number;
  readonly mechanicId: string;
}

/** The dates of a page, and where on the first of them it begins. */
export interface PagePlace extends DatePage {
  readonly position: PagePosition | undefined;
}

const parts = z.tuple([z.string().refine(isPlainDate), z.int(), z.string()]);

export function encodePageToken({ date, start, mechanicId }: PagePosition): string {
  return Buffer.from(JSON.stringify([date, start, mechanicId])).toString("base64url");
}

export function decodePageToken(token: string): PagePosition | undefined {
  try {
    const result = parts.safeParse(JSON.parse(Buffer.from(token, "base64url").toString("utf8")));
    if (!result.success) return undefined;
    const [date, start, mechanicId] = result.data;
    return { date, start, mechanicId };
  } catch {
    return undefined;
  }
}

/** Errors: `invalid_request` for a token that the pages of this range cannot have given. */
export function placeOfPage(query: {
  readonly from: PlainDate;
  readonly to: PlainDate;
  readonly page_token?: string | undefined;
}): Outcome<PagePlace> {
  const { from, to, page_token } = query;
  const position = page_token === undefined ? undefined : decodePageToken(page_token);
  if (page_token !== undefined && (!position || position.date < from || position.date > to)) {
    return invalidRequest({ path: "page_token", message: "Not a token that this range's pages gave." });
  }
  const page = pageOf(position?.date ?? from, to, "to");
  return page.ok ? done({ ...page.value, position }) : page;
}

interface Source {
  readonly shop: Shop;
  readonly days: ReadonlyMap<PlainDate, DayContent>;
  readonly selection: Selection;
  readonly now: number;
}

/** The free slots of a page, at most `limit`, and the token of the next page; null when there is none. */
export function pageOfSlots(
  { shop, days, selection, now }: Source,
  { dates, next, position }: PagePlace,
  limit: number,
): { slots: MechanicSlot[]; nextToken: string | null } {
  const page: MechanicSlot[] = [];
  for (const date of dates) {
    const content = days.get(date);
    const slots = content ? freeSlotsOf(shop, date, content, selection, now) : [];
    const wanted = position?.date === date ? slots.filter((slot) => !isBefore(slot, position)) : slots;
    const room = limit - page.length;
    page.push(...wanted.slice(0, room));
    const beyond = wanted[room];
    if (!beyond) continue;
    const nextToken = encodePageToken({ date, start: beyond.start, mechanicId: beyond.mechanic_id });
    return { slots: page, nextToken };
  }
  const nextToken = next === null ? null : encodePageToken({ date: next, start: 0, mechanicId: "" });
  return { slots: page, nextToken };
}

function isBefore(slot: MechanicSlot, { start, mechanicId }: PagePosition): boolean {
  return slot.start < start || (slot.start === start && slot.mechanic_id < mechanicId);
}
