import { z } from "zod";
import type { Minutes } from "../../engine/units.ts";
import { epochMinuteSchema, idSchema } from "../../platform/http/fields.ts";

const MAX_MINUTES = 24 * 60;

/** The content of a slot id. The id is opaque to clients, and a slot always has the same id. */
export interface SlotKey {
  readonly mechanicId: string;
  /** Null on the general grid, which cannot be booked without naming a service. */
  readonly serviceId: string | null;
  readonly start: Minutes;
  readonly durationMinutes: number;
}

/** Clients send ids back, so their content is validated like any input. */
const parts = z.tuple([idSchema, idSchema.nullable(), epochMinuteSchema, z.int().min(1).max(MAX_MINUTES)]);

/** Returns the id of a slot. */
export function encodeSlotId({ mechanicId, serviceId, start, durationMinutes }: SlotKey): string {
  return Buffer.from(JSON.stringify([mechanicId, serviceId, start, durationMinutes])).toString("base64url");
}

/** Returns the content of a slot id; undefined if the text is not a slot id. */
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
