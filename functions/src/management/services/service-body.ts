import { z } from "zod";
import { MAX_BUFFER_MINUTES, MAX_DURATION_MINUTES } from "../../catalog/schema.ts";
import { idSchema, lineSchema, textSchema } from "../../platform/http/fields.ts";
import { MAX_NAME } from "../management-request.ts";

const MAX_DESCRIPTION = 2_000;
const MAX_DURATIONS = 20;
const MAX_AMOUNT = 1_000_000_000_000;
const CURRENCIES = new Set(Intl.supportedValuesOf("currency"));

const duration = z.int("Give whole minutes.").min(1).max(MAX_DURATION_MINUTES);
const buffer = z.int("Give whole minutes.").min(0).max(MAX_BUFFER_MINUTES);

const price = z.strictObject({
  /** In minor units: 4500 and USD are 45 dollars. */
  amount: z.int("Give a whole number of minor units, such as cents.").min(0).max(MAX_AMOUNT),
  currency: z
    .string("Give an ISO 4217 code.")
    .refine((code) => CURRENCIES.has(code), "Not an ISO 4217 code in capitals, e.g. USD."),
});

const fields = {
  name: lineSchema(MAX_NAME),
  description: textSchema(MAX_DESCRIPTION).nullable(),
  price: price.nullable(),
  /** The first is the default. */
  durations_minutes: z
    .array(duration, "Give a list of lengths in minutes.")
    .min(1, "Give at least one length.")
    .max(MAX_DURATIONS, `At most ${MAX_DURATIONS} lengths.`)
    .refine((lengths) => new Set(lengths).size === lengths.length, "Each length once."),
  buffer_before_minutes: buffer,
  buffer_after_minutes: buffer,
  active: z.boolean("Give true or false."),
};

/** The body of `PATCH …/services/{id}`. */
export const serviceChangeBody = z.strictObject(fields).partial();

/** The body of `POST …/services`. */
export const serviceBody = serviceChangeBody.extend({
  id: idSchema.optional(),
  name: fields.name,
  durations_minutes: fields.durations_minutes,
});
