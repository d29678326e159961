import { z } from "zod";
import { isPlainDate } from "../engine/dates.ts";
import type { PlainDate } from "../engine/types.ts";
import type { MechanicSlot } from "./slots.ts";

/** Where a page of slots ends: the next one starts at this slot, or after it if it has been taken meanwhile. */
export interface PagePosition {
  readonly date: PlainDate;
  /** Minutes since the epoch. */
  readonly start: number;
  readonly mechanicId: string;
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

export function isBefore(slot: MechanicSlot, { start, mechanicId }: PagePosition): boolean {
  return slot.start < start || (slot.start === start && slot.mechanic_id < mechanicId);
}
