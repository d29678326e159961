/** Every error of the API, with its HTTP status and meaning. A test compares docs/errors.md with it. */
export const ERRORS = {
  invalid_json: { status: 400, meaning: "The body is not valid JSON." },
  unauthenticated: { status: 401, meaning: "A valid bearer token is required." },
  app_check_failed: { status: 401, meaning: "A valid App Check token is required." },
  forbidden: { status: 403, meaning: "The token does not allow this." },
  not_found: { status: 404, meaning: "The resource does not exist." },
  method_not_allowed: { status: 405, meaning: "This path does not take that method." },
  slot_taken: { status: 409, meaning: "That slot has just been taken." },
  outside_hours: { status: 409, meaning: "The mechanic does not work at that time." },
  day_full: { status: 409, meaning: "The mechanic takes no more bookings that day." },
  too_soon: { status: 409, meaning: "That start is in the past or nearer than the shop's lead time." },
  beyond_horizon: { status: 409, meaning: "The shop does not take bookings that far ahead." },
  already_cancelled: { status: 409, meaning: "The booking is cancelled." },
  wrong_status: { status: 409, meaning: "The booking's status does not allow this." },
  cancellation_window: {
    status: 409,
    meaning: "It is too near the appointment to change it; call the shop.",
  },
  not_begun: { status: 409, meaning: "The appointment has not begun yet." },
  hold_limit: { status: 409, meaning: "A session holds at most three slots at a time." },
  hold_extended: { status: 409, meaning: "A hold can be extended once." },
  hold_expired: { status: 410, meaning: "The hold has expired." },
  role_conflict: { status: 409, meaning: "The user has a role that this must not change." },
  already_exists: { status: 409, meaning: "Something with that id exists already." },
  still_referenced: { status: 409, meaning: "Other documents still refer to it." },
  precondition_failed: { status: 412, meaning: "It has changed since you read it; read it again." },
  payload_too_large: { status: 413, meaning: "The body is too large." },
  unsupported_encoding: { status: 415, meaning: "The body must not be compressed." },
  invalid_request: { status: 422, meaning: "A parameter, header or body field is malformed." },
  not_qualified: { status: 422, meaning: "The mechanic does not offer that service." },
  shop_inactive: { status: 422, meaning: "That shop takes no bookings any more." },
  service_inactive: { status: 422, meaning: "That service is not on offer any more." },
  mechanic_inactive: { status: 422, meaning: "That mechanic takes no bookings." },
  invalid_duration: { status: 422, meaning: "The service is not offered in that length." },
  overlapping_intervals: { status: 422, meaning: "Time intervals cannot overlap." },
  invalid_interval: {
    status: 422,
    meaning: "An interval ends after it starts; times are HH:MM, up to 24:00.",
  },
  idempotency_key_reused: { status: 422, meaning: "The Idempotency-Key was used with another request." },
  precondition_required: {
    status: 428,
    meaning: "Send the ETag that you have read as If-Match: a blind change could undo somebody's work.",
  },
  rate_limited: { status: 429, meaning: "Too many requests; try again later." },
  internal: { status: 500, meaning: "Something went wrong on our side." },
  too_many_streams: { status: 503, meaning: "Too many streams are open; try again later." },
  contention: { status: 503, meaning: "Too many bookings at once; nothing was written, try again." },
  shop_rezoning: {
    status: 503,
    meaning: "The shop's time zone is being changed; nothing was written, try again.",
  },
  unavailable: { status: 503, meaning: "The database does not answer; try again." },
  shop_misconfigured: {
    status: 503,
    meaning: "A document of the shop cannot be read; nothing was written. The shop must mend it.",
  },
} as const satisfies Record<string, { status: number; meaning: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** Every warning: an answer of 409 to a change that is made when the request is repeated with `confirm=true`. */
export const WARNINGS = {
  appointment_conflicts:
    "Existing appointments conflict with this; with confirm=true they stay valid, outside hours.",
  appointments_outside_hours:
    "Some appointments will be outside the working hours; with confirm=true they stay valid, outside hours.",
} as const;

export type WarningCode = keyof typeof WARNINGS;

/** What a change would do to others: an expected outcome, passed as a value. */
export interface Warning {
  readonly warning: WarningCode;
  readonly message: string;
  readonly details: unknown;
}

/** Why a request was refused: an expected outcome, passed as a value. */
export interface Refusal {
  readonly error: ErrorCode;
  readonly message: string;
  readonly details?: unknown;
}

export type Outcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

export function done<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

/** The result of a change that may strand appointments. */
export type ChangeOutcome<T> = Outcome<T> | { readonly ok: false; readonly warning: Warning };

/** A warning; its message is the general one unless a more precise one is given. */
export function warn(
  warning: WarningCode,
  details: unknown,
  message: string = WARNINGS[warning],
): { ok: false; warning: Warning } {
  return { ok: false, warning: { warning, message, details } };
}

/** A refusal; its message is the error's general meaning unless a more precise one is given. */
export function refuse(
  error: ErrorCode,
  message: string = ERRORS[error].meaning,
  details?: unknown,
): { ok: false; refusal: Refusal } {
  return { ok: false, refusal: details === undefined ? { error, message } : { error, message, details } };
}

/** One malformed field of a request: its path, and what is wrong with it. */
export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

export function invalidRequest(...fields: FieldProblem[]): { ok: false; refusal: Refusal } {
  const message = `Invalid ${fields.map((field) => field.path).join(", ")}.`;
  return refuse("invalid_request", message, { fields });
}

/** A refusal because of a limit. The wait in its details is also the answer's `Retry-After`. */
export function tooManyRequests(
  retryAfterSeconds: number,
  message?: string,
): { ok: false; refusal: Refusal } {
  return refuse("rate_limited", message, { retry_after_seconds: retryAfterSeconds });
}
