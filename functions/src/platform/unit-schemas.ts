import type { z } from "zod";
import type { Millis, Minutes } from "../engine/units.ts";

/** Returns the schema of a number, typed as minutes since the epoch. */
export function asMinutes(schema: z.ZodType<number, number>): z.ZodType<Minutes, Minutes> {
  return schema as z.ZodType<unknown> as z.ZodType<Minutes, Minutes>;
}

/** Returns the schema of a number, typed as milliseconds since the epoch. */
export function asMillis(schema: z.ZodType<number, number>): z.ZodType<Millis, Millis> {
  return schema as z.ZodType<unknown> as z.ZodType<Millis, Millis>;
}
