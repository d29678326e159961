import { z } from "zod";
import { reasonBody } from "../../bookings/change-request.ts";
import { dateSchema, idSchema } from "../../platform/http/fields.ts";

/** More would take longer than Hosting waits for an answer. */
export const MAX_BOOKINGS = 200;

const selection = {
  booking_ids: z
    .array(idSchema, "Give a list of booking ids.")
    .min(1, "Give at least one booking.")
    .max(MAX_BOOKINGS, `At most ${MAX_BOOKINGS} bookings.`)
    .optional(),
  mechanic_id: idSchema.optional(),
  from: dateSchema.optional(),
  to: dateSchema.optional(),
};

const RANGE = ["mechanic_id", "from", "to"] as const;
type SelectionBody = z.output<z.ZodObject<typeof selection>>;

/** Adds an issue for each field that is missing, surplus or contradicts another. */
function checkSelection(body: SelectionBody, context: z.RefinementCtx): void {
  const refuse = (path: string, message: string) =>
    context.addIssue({ code: "custom", path: [path], message });
  for (const field of RANGE) {
    const isGiven = body[field] !== undefined;
    if (body.booking_ids && isGiven) refuse(field, "Already said by booking_ids: leave it out.");
    if (!body.booking_ids && !isGiven) refuse(field, "Required, unless booking_ids is given.");
  }
  if (body.from !== undefined && body.to !== undefined && body.to < body.from) {
    refuse("to", "The range ends before it begins.");
  }
}

/** `POST …/bookings:reassign`: to a mechanic, or to any who is free (null). */
export const reassignBody = z
  .strictObject({ ...selection, to_mechanic_id: idSchema.nullish(), ...reasonBody.shape })
  .superRefine((body, context) => {
    checkSelection(body, context);
    if (body.mechanic_id !== undefined && body.to_mechanic_id === body.mechanic_id) {
      context.addIssue({
        code: "custom",
        path: ["to_mechanic_id"],
        message: "They have these bookings already.",
      });
    }
  });

/** `POST …/bookings:cancel`. */
export const cancelBody = z.strictObject({ ...selection, ...reasonBody.shape }).superRefine(checkSelection);

/** Which bookings a request is about: those it names, or a mechanic's that start on a range of dates. */
export type Selection =
  | { readonly bookingIds: readonly string[] }
  | { readonly mechanicId: string; readonly from: string; readonly to: string };

/** Returns the selection of a valid body; a booking that is named twice is selected once. */
export function selectionOf({ booking_ids, mechanic_id = "", from = "", to = "" }: SelectionBody): Selection {
  return booking_ids ? { bookingIds: [...new Set(booking_ids)] } : { mechanicId: mechanic_id, from, to };
}
