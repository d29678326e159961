import { createHash } from "node:crypto";
import { z } from "zod";
import { decodeSlotId } from "../availability/slot-id.ts";
import { done, invalidRequest, type Outcome } from "../errors.ts";
import { idSchema, instantSchema, textSchema } from "../http/fields.ts";

const MAX_NOTES = 2000;

const customerSchema = z.strictObject({
  name: textSchema(200),
  email: z.email("Not an e-mail address.").max(254).nullish(),
  phone: z
    .string()
    .trim()
    .regex(/^\+?[0-9][0-9 ()./-]{2,39}$/, "Not a phone number.")
    .nullish(),
});

/** `POST …/bookings`: a slot by its id, or service and start. */
export const bookingBody = z.strictObject({
  slot_id: z.string().min(1).max(1000).optional(),
  service_id: idSchema.optional(),
  mechanic_id: idSchema.nullish(),
  start: instantSchema.optional(),
  duration_minutes: z.int().min(1).optional(),
  customer: customerSchema,
  notes: textSchema(MAX_NOTES).nullish(),
});

/** A header any client may send: 1 to 255 visible characters. */
export const idempotencyKeySchema = z
  .string()
  .regex(/^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/, "1 to 255 printable ASCII characters.");

/** What is to be booked. Without a mechanic, the least booked one who is free that day. */
export interface BookingRequest {
  readonly serviceId: string;
  readonly mechanicId: string | null;
  /** Minutes since the epoch. */
  readonly start: number;
  /** Null: the service's first. */
  readonly durationMinutes: number | null;
  readonly customer: { readonly name: string; readonly email: string | null; readonly phone: string | null };
  readonly notes: string | null;
}

/** The request that a valid body makes. Errors: `invalid_request` for a slot id that is none, or too few fields. */
export function bookingRequest(body: z.output<typeof bookingBody>): Outcome<BookingRequest> {
  const { name, email = null, phone = null } = body.customer;
  const person = { customer: { name, email, phone }, notes: body.notes ?? null };
  if (body.slot_id === undefined) return explicitRequest(body, person);
  const surplus = (["service_id", "mechanic_id", "start", "duration_minutes"] as const).filter(
    (field) => body[field] !== undefined,
  );
  if (surplus.length > 0) {
    return invalidRequest(
      ...surplus.map((path) => ({ path, message: "Already said by slot_id: leave it out." })),
    );
  }
  const slot = decodeSlotId(body.slot_id);
  if (!slot) return invalidRequest({ path: "slot_id", message: "Not an id of one of our slots." });
  if (slot.serviceId === null) {
    const message = "That slot names no service: list the slots with service_id.";
    return invalidRequest({ path: "slot_id", message });
  }
  const { serviceId, mechanicId, start, durationMinutes } = slot;
  return done({ serviceId, mechanicId, start, durationMinutes, ...person });
}

function explicitRequest(
  body: z.output<typeof bookingBody>,
  person: Pick<BookingRequest, "customer" | "notes">,
): Outcome<BookingRequest> {
  const { service_id: serviceId, start } = body;
  if (serviceId === undefined || start === undefined) {
    const missing = [
      ...(serviceId === undefined ? ["service_id"] : []),
      ...(start === undefined ? ["start"] : []),
    ];
    return invalidRequest(
      ...missing.map((path) => ({ path, message: "Required, unless slot_id is given." })),
    );
  }
  return done({
    serviceId,
    mechanicId: body.mechanic_id ?? null,
    start,
    durationMinutes: body.duration_minutes ?? null,
    ...person,
  });
}

/** Equal for equal requests: what an Idempotency-Key is bound to. */
export function hashRequest(request: BookingRequest): string {
  const { serviceId, mechanicId, start, durationMinutes, customer, notes } = request;
  const { name, email, phone } = customer;
  const canonical = JSON.stringify([
    serviceId,
    mechanicId,
    start,
    durationMinutes,
    name,
    email,
    phone,
    notes,
  ]);
  return createHash("sha256").update(canonical).digest("base64url");
}
