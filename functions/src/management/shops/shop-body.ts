import { z } from "zod";
import { languageFor } from "../../catalog/language.ts";
import { policySchema } from "../../catalog/schema.ts";
import { isTimeZone } from "../../engine/zone.ts";
import { idSchema, lineSchema } from "../../platform/http/fields.ts";
import { MAX_NAME } from "../management-request.ts";

const policyFields = policySchema.shape;

/** Parts of a policy, with the bounds of the stored one; what is missing stays as it is. */
const policyBody = z
  .strictObject({
    slot_interval_minutes: policyFields.slot_interval_minutes.removeDefault(),
    default_slot_minutes: policyFields.default_slot_minutes.removeDefault(),
    lead_time_minutes: policyFields.lead_time_minutes.removeDefault(),
    horizon_days: policyFields.horizon_days.removeDefault(),
    hold_minutes: policyFields.hold_minutes.removeDefault(),
    cancellation_notice_minutes: policyFields.cancellation_notice_minutes.removeDefault(),
    allow_guest_booking: policyFields.allow_guest_booking.removeDefault(),
    travel_minutes: policyFields.travel_minutes.removeDefault(),
  } satisfies Record<keyof typeof policyFields, z.ZodType>)
  .partial();

const name = lineSchema(MAX_NAME);
const timeZone = z
  .string("Give an IANA time zone.")
  .max(100, "Not an IANA time zone.")
  .refine(isTimeZone, "Not an IANA time zone, e.g. America/New_York.");
const language = z
  .string("Give one language.")
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, "Not a BCP 47 language tag.")
  .transform(languageFor);

/** The body of `PATCH /v1/shops/{s}`. */
export const shopChangeBody = z.strictObject({
  name: name.optional(),
  time_zone: timeZone.optional(),
  language: language.optional(),
  policy: policyBody.optional(),
  /** Opens a shop that was deactivated; for admins of the platform. */
  active: z.boolean("Give true or false.").optional(),
});
export type ShopChange = z.output<typeof shopChangeBody>;

/** The body of `POST /v1/shops`. */
export const shopBody = z.strictObject({
  id: idSchema.optional(),
  name,
  time_zone: timeZone,
  language: language.optional(),
  policy: policyBody.optional(),
});
