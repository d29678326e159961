import { z } from "zod";
import { epochMinuteSchema, idSchema } from "../../platform/http/fields.ts";

const MAX_MINUTES = 24 * 60;

/** What a slot id stands for. The id is opaque to clients and the same whenever the slot is offered. */
export interface SlotKey {
  readonly mechanicId: string;
  /** Null on the general grid, which cannot be booked without naming a service. */
  readonly serviceId: string | null;
  /** Minutes since the epoch. */
  readonly start: number;
  readonly durationMinutes: number;
}

/** Ids come back from clients, so what they stand for is checked like any input. */
const parts = z.tuple([idSchema, idSchema.nullable(), epochMinuteSchema, z.int().min(1).max(MAX_MINUTES)]);

export function encodeSlotId({ mechanicId, serviceId, start, durationMinutes }: SlotKey): string {
  return Buffer.from(JSON.stringify([mechanicId, serviceId, start, durationMinutes])).toString("base64url");
}

/** Undefined where the text is not one of our ids. */
export function decodeSlotId(id: string): SlotKey | undefined {
  try {
    const result = parts.safeParse(JSON.parse(Buffer.from(id, "base64url").toString("utf8")));
    if (!result.success) return undefined;
    const [mechanicId, serviceId, start, durationMinutes] = result.data;
    return { mechanicId, serviceId, start, durationMinutes };
  } catch {
    return undefined;
  }
}
