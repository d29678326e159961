import type { Request } from "express";
import { z } from "zod";
import { idempotencyKeySchema } from "../bookings/booking-request.ts";
import { flagSchema } from "../platform/http/fields.ts";
import { parseInput } from "../platform/http/validate.ts";
import type { Precondition } from "./conditional-change.ts";

/** How many characters a name may have. */
export const MAX_NAME = 100;

/** The query of a change that may strand appointments. */
export const confirmQuery = z.strictObject({ confirm: flagSchema.default(false) });

/** The query of a deletion, which deactivates unless it purges. */
export const removalQuery = confirmQuery.extend({ purge: flagSchema.default(false) });

/** The query of a shop's deletion, which warns of nothing. */
export const shopRemovalQuery = removalQuery.omit({ confirm: true });

/** The query of a list for staff: `full` has every field, and what is inactive too. */
export const fullViewQuery = z.strictObject({ view: z.enum(["full"], "Give full, or no view.") });

const creationHeaders = z.object({ "idempotency-key": idempotencyKeySchema.optional() });

/** Returns the Idempotency-Key of a creation; null without one. */
export function creationKey(request: Request): string | null {
  const given = { "idempotency-key": request.get("idempotency-key") };
  return parseInput(creationHeaders, given)["idempotency-key"] ?? null;
}

/** The precondition of a change that replaces all of a resource: it must name the version that it replaces. */
export function requiredMatch(request: Request): Precondition {
  return { ifMatch: request.get("if-match") ?? null, isRequired: true };
}

/** The precondition of a change that leaves the rest of a resource as it is: it may name a version. */
export function optionalMatch(request: Request): Precondition {
  return { ifMatch: request.get("if-match") ?? null, isRequired: false };
}
