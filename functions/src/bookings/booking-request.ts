import { createHash } from "node:crypto";
import { z } from "zod";
import { decodeSlotId } from "../availability/answers/slot-id.ts";
import { done, invalidRequest, type Outcome } from "../platform/errors.ts";
import { sessionIdSchema } from "../holds/session.ts";
import type { Override } from "../engine/types.ts";
import type { Minutes } from "../engine/units.ts";
import { idSchema, instantSchema, lineSchema, textSchema } from "../platform/http/fields.ts";
import { languageFor, type Language } from "../catalog/language.ts";

const MAX_NOTES = 2000;

/** Digits, three at least, as people group them; perhaps a plus before them and an extension after. */
const PHONE =
  /^(?=(?:[^0-9a-z]*[0-9]){3})(?=.{3,40}$)\(?\+?[0-9 ()./\u2010-\u2013-]+(?:,? ?(?:x|ext\.?) ?[0-9]{1,8})?$/i;

export const emailSchema = z.email("Not an e-mail address.").max(254);

export const phoneSchema = z
  .string("Give one phone number.")
  .trim()
  .regex(PHONE, "Not a phone number: at least 3 digits, at most 40 characters, e.g. (212) 555-0100 x12.");

const customerSchema = z.strictObject({
  name: lineSchema(200),
  email: emailSchema.nullish(),
  phone: phoneSchema.nullish(),
});

/** Staff book outside hours deliberately. */
export const overrideSchema = z.enum(["outside_hours"], "Give outside_hours, or leave it out.").nullish();

/** `POST …/bookings`: a slot by its id, or service and start, or the hold that has it. */
export const bookingBody = z.strictObject({
  slot_id: z.string().min(1).max(1000).optional(),
  service_id: idSchema.optional(),
  mechanic_id: idSchema.nullish(),
  start: instantSchema.optional(),
  duration_minutes: z.int().min(1).optional(),
  hold_id: idSchema.optional(),
  session_id: sessionIdSchema.optional(),
  customer: customerSchema,
  notes: textSchema(MAX_NOTES).nullish(),
  language: z
    .string("Give one language.")
    .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, "Not a BCP 47 language tag.")
    .nullish(),
  override: overrideSchema,
});

/** Any header value of 1 to 255 characters. */
export const idempotencyKeySchema = z
  .string()
  .min(1, "1 to 255 characters.")
  .max(255, "1 to 255 characters.");

/** Guests share one set of keys, and a key gives its booking away: it must not be one that another guest also picks. */
export const guestKeySchema = idempotencyKeySchema.min(
  16,
  "At least 16 characters without a sign-in, best random ones: guests share one set of keys.",
);

/** The hold that a booking consumes, and the session that must have made it. */
export interface HoldReference {
  readonly holdId: string;
  readonly sessionId: string;
}

/** A request to book. Without a mechanic it goes to the free one with the fewest bookings that day. */
export interface BookingRequest {
  readonly serviceId: string;
  readonly mechanicId: string | null;
  readonly start: Minutes;
  /** Null: the service's first. */
  readonly durationMinutes: number | null;
  readonly customer: { readonly name: string; readonly email: string | null; readonly phone: string | null };
  readonly notes: string | null;
  /** Null: the shop's. */
  readonly language: Language | null;
  readonly hold: HoldReference | null;
  /** The refusal that staff set aside; only for a named mechanic. */
  readonly override: Override | null;
}

/** A request as the client sends it: fields that it leaves out (null) are taken from its hold. */
export interface PartialBookingRequest extends Omit<BookingRequest, "serviceId" | "start"> {
  readonly serviceId: string | null;
  readonly start: Minutes | null;
}

type Body = z.output<typeof bookingBody>;
type Person = Pick<BookingRequest, "customer" | "notes" | "language" | "hold" | "override">;

/**
 * The request that a valid body makes; the session may also stand in a header. Errors: `invalid_request` for a slot
 * id that is none, or too few fields.
 */
export function bookingRequest(body: Body, sessionHeader?: string): Outcome<PartialBookingRequest> {
  const { name, email = null, phone = null } = body.customer;
  const hold = holdReference(body.hold_id, body.session_id ?? sessionHeader);
  if (!hold.ok) return hold;
  const language = body.language ? languageFor(body.language) : null;
  const person: Person = {
    customer: { name, email, phone },
    notes: body.notes ?? null,
    language,
    hold: hold.value,
    override: body.override ?? null,
  };
  return body.slot_id === undefined ? explicitRequest(body, person) : slotRequest(body, body.slot_id, person);
}

function holdReference(
  holdId: string | undefined,
  sessionId: string | undefined,
): Outcome<HoldReference | null> {
  if (holdId === undefined) return done(null);
  if (sessionId === undefined) {
    return invalidRequest({ path: "session_id", message: "Required with hold_id: the session that holds." });
  }
  return done({ holdId, sessionId });
}

function slotRequest(body: Body, slotId: string, person: Person): Outcome<PartialBookingRequest> {
  const surplus = (["service_id", "mechanic_id", "start", "duration_minutes"] as const).filter(
    (field) => body[field] !== undefined,
  );
  if (surplus.length > 0) {
    return invalidRequest(
      ...surplus.map((path) => ({ path, message: "Already said by slot_id: leave it out." })),
    );
  }
  const slot = decodeSlotId(slotId);
  if (!slot) return invalidRequest({ path: "slot_id", message: "Not an id of one of our slots." });
  if (slot.serviceId === null) {
    const message = "That slot names no service: list the slots with service_id.";
    return invalidRequest({ path: "slot_id", message });
  }
  const { serviceId, mechanicId, start, durationMinutes } = slot;
  return done({ serviceId, mechanicId, start, durationMinutes, ...person });
}

function explicitRequest(body: Body, person: Person): Outcome<PartialBookingRequest> {
  const missing = person.hold
    ? []
    : (["service_id", "start"] as const).filter((field) => body[field] === undefined);
  if (missing.length > 0) {
    return invalidRequest(
      ...missing.map((path) => ({ path, message: "Required, unless slot_id or hold_id is given." })),
    );
  }
  if (person.override && !body.mechanic_id) {
    return invalidRequest({
      path: "mechanic_id",
      message: "Required with override: whose hours it concerns.",
    });
  }
  return done({
    serviceId: body.service_id ?? null,
    mechanicId: body.mechanic_id ?? null,
    start: body.start ?? null,
    durationMinutes: body.duration_minutes ?? null,
    ...person,
  });
}

/** Equal for equal requests: what an Idempotency-Key is bound to. */
export function hashRequest(request: PartialBookingRequest): string {
  const { serviceId, mechanicId, start, durationMinutes, customer, notes, language, hold, override } =
    request;
  const { name, email, phone } = customer;
  const parts = [serviceId, mechanicId, start, durationMinutes, name, email, phone, notes];
  // What older requests did not have is appended only where it is there: their hashes stay what they were.
  if (language !== null || hold || override) parts.push(language, hold?.holdId ?? null);
  if (override) parts.push(override);
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
}
