import { z } from "zod";
import { idSchema, lineSchema } from "../../platform/http/fields.ts";
import { MAX_NAME } from "../management-request.ts";
import { weeklyScheduleBody } from "../schedules/weekly-schedule.ts";

const MAX_SPECIALTIES = 100;

const name = lineSchema(MAX_NAME);

/** The body of `PATCH …/mechanics/{id}`. The weekly schedule has a resource of its own. */
export const mechanicChangeBody = z
  .strictObject({
    name,
    /** Ids of services. */
    specialties: z
      .array(idSchema, "Give a list of service ids.")
      .max(MAX_SPECIALTIES, `At most ${MAX_SPECIALTIES} specialties.`)
      .refine((ids) => new Set(ids).size === ids.length, "Each service once."),
    max_bookings_per_day: z.int("Give a whole number, or null for no limit.").min(0).max(1_000).nullable(),
    active: z.boolean("Give true or false."),
  })
  .partial();

/** The body of `POST …/mechanics`. */
export const mechanicBody = mechanicChangeBody.extend({
  id: idSchema.optional(),
  name,
  weekly_schedule: weeklyScheduleBody.optional(),
});
