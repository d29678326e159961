import { z } from "zod";
import type { presentSlot } from "../availability/answers/slots.ts";
import { WEEKDAYS } from "../engine/types.ts";
import type { ListedAppointment } from "../bookings/outside-hours.ts";

/** Schemas of what several answers show. `satisfies` keeps each equal to the function that presents it. */

export const instant = z.string().meta({ format: "date-time" });
export const plainDate = z.string().meta({ format: "date" });
export const pageToken = z.string().nullable();

export const shownInterval = z
  .strictObject({ start_time: z.string(), end_time: z.string(), location_id: z.string().nullish() })
  .meta({ id: "Interval" });

export const weeklySchedule = z.partialRecord(z.enum(WEEKDAYS), z.array(shownInterval));

export const shownSlot = z
  .strictObject({
    id: z.string().meta({ description: "Stable and opaque: names mechanic, service, start and length." }),
    start: instant,
    end: instant,
    duration_minutes: z.int(),
    mechanic_id: z.string(),
    service_id: z.string().nullable(),
    location_id: z.string().nullable(),
  })
  .meta({ id: "Slot", description: "A free slot." }) satisfies z.ZodType<ReturnType<typeof presentSlot>>;

export const listedAppointment = z
  .strictObject({
    booking_id: z.string(),
    mechanic_id: z.string(),
    date: plainDate,
    start_time: z.string(),
    end_time: z.string(),
    customer: z.string().meta({ description: "The customer's name." }),
  })
  .meta({
    id: "ListedAppointment",
    description: "An appointment that a change would leave outside working hours.",
  }) satisfies z.ZodType<ListedAppointment>;
