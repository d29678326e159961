import { z } from "zod";
import { idSchema, instantSchema, textSchema } from "../platform/http/fields.ts";

const MAX_REASON = 500;
const reason = textSchema(MAX_REASON).nullish();

/** `PATCH …/bookings/{id}`: without a mechanic or a length, those that the booking has. */
export const rescheduleBody = z.strictObject({
  start: instantSchema,
  mechanic_id: idSchema.nullish(),
  duration_minutes: z.int().min(1).nullish(),
  reason,
});

/** What cancelling, completing and marking absent may say. */
export const reasonBody = z.strictObject({ reason });

/** A change that somebody asks for. */
export type Change =
  | {
      readonly action: "reschedule";
      /** Minutes since the epoch. */
      readonly start: number;
      /** Null: stays. */
      readonly mechanicId: string | null;
      readonly durationMinutes: number | null;
    }
  | { readonly action: "cancel" | "complete" | "no_show" };
