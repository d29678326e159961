import { z } from "zod";
import type { Override } from "../engine/types.ts";
import type { Minutes } from "../engine/units.ts";
import { idSchema, instantSchema, textSchema } from "../platform/http/fields.ts";
import { overrideSchema } from "./booking-request.ts";

const MAX_REASON = 500;
const reason = textSchema(MAX_REASON).nullish();

/** `PATCH …/bookings/{id}`: without a mechanic or a length, those that the booking has. */
export const rescheduleBody = z.strictObject({
  start: instantSchema,
  mechanic_id: idSchema.nullish(),
  duration_minutes: z.int().min(1).nullish(),
  reason,
  override: overrideSchema,
});

/** The body, or query, of cancelling, completing and marking as missed. */
export const reasonBody = z.strictObject({ reason });

/** A requested change of a booking. */
export type Change =
  | {
      readonly action: "reschedule";
      readonly start: Minutes;
      /** Null: stays. */
      readonly mechanicId: string | null;
      readonly durationMinutes: number | null;
      /** The refusal that staff set aside. */
      readonly override: Override | null;
    }
  | { readonly action: "cancel" | "complete" | "no_show" };
