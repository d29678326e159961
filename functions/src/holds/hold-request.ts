import { z } from "zod";
import { decodeSlotId } from "../availability/answers/slot-id.ts";
import { done, invalidRequest, type FieldProblem, type Outcome } from "../platform/errors.ts";
import type { Minutes } from "../engine/units.ts";
import { idSchema, instantSchema } from "../platform/http/fields.ts";
import { sessionIdSchema } from "./session.ts";

/** `POST …/holds`: a slot by its id, or spelled out; and the session, here or in `X-Session-Id`. */
export const holdBody = z.strictObject({
  slot_id: z.string().min(1).max(1000).optional(),
  mechanic_id: idSchema.optional(),
  service_id: idSchema.optional(),
  start: instantSchema.optional(),
  duration_minutes: z.int().min(1).optional(),
  session_id: sessionIdSchema.optional(),
});

/** A request to hold a slot. */
export interface HoldRequest {
  readonly serviceId: string;
  readonly mechanicId: string;
  readonly start: Minutes;
  /** Null: the service's first. */
  readonly durationMinutes: number | null;
}

/** The request that a valid body makes. Errors: `invalid_request`. */
export function holdRequest(body: z.output<typeof holdBody>): Outcome<HoldRequest> {
  const { slot_id, service_id, mechanic_id, start, duration_minutes } = body;
  if (slot_id === undefined) {
    if (service_id === undefined || mechanic_id === undefined || start === undefined) {
      return invalidRequest(...problems(body, false, "Required, unless slot_id is given."));
    }
    const durationMinutes = duration_minutes ?? null;
    return done({ serviceId: service_id, mechanicId: mechanic_id, start, durationMinutes });
  }
  const surplus = problems(body, true, "Already said by slot_id: leave it out.");
  if (surplus.length > 0) return invalidRequest(...surplus);
  const slot = decodeSlotId(slot_id);
  if (!slot) return invalidRequest({ path: "slot_id", message: "Not an id of one of our slots." });
  const { serviceId, mechanicId, durationMinutes } = slot;
  if (serviceId === null) {
    const message = "That slot names no service: list the slots with service_id.";
    return invalidRequest({ path: "slot_id", message });
  }
  return done({ serviceId, mechanicId, start: slot.start, durationMinutes });
}

function problems(body: z.output<typeof holdBody>, present: boolean, message: string): FieldProblem[] {
  const required = ["service_id", "mechanic_id", "start"] as const;
  const fields = present ? ([...required, "duration_minutes"] as const) : required;
  return fields.filter((field) => (body[field] !== undefined) === present).map((path) => ({ path, message }));
}
