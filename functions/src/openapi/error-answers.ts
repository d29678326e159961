import { z } from "zod";
import type { ZodOpenApiResponseObject } from "zod-openapi";
import { ERRORS, WARNINGS, type ErrorCode, type WarningCode } from "../platform/errors.ts";
import { listedAppointment, shownSlot } from "./shown.ts";

const fields = z.array(
  z.strictObject({
    path: z.string().meta({ description: "The field, with dots, or the parameter or header." }),
    message: z.string(),
  }),
);
const alternatives = z.strictObject({
  alternatives: z.array(shownSlot).meta({ description: "Up to five nearest free slots." }),
});

/** The details of an error; errors that are not listed have none. */
const DETAILS: Partial<Record<ErrorCode, z.ZodType>> = {
  invalid_request: z.strictObject({ fields }),
  not_found: z.strictObject({ stream_url: z.string().nullable() }).optional(),
  slot_taken: alternatives.optional(),
  outside_hours: alternatives.optional(),
  day_full: alternatives.optional(),
  too_soon: alternatives.optional(),
  beyond_horizon: alternatives.optional(),
  cancellation_window: z.strictObject({ cancellation_notice_minutes: z.int() }),
  precondition_failed: z
    .strictObject({
      current: z.looseObject({}).meta({ description: "The resource as it is now." }),
      etag: z.string(),
    })
    .optional(),
  payload_too_large: z.strictObject({ limit_bytes: z.int() }),
  invalid_duration: z.strictObject({ fields, durations_minutes: z.array(z.int()) }),
  overlapping_intervals: z.strictObject({ fields, conflicting_intervals: z.array(z.string()) }),
  invalid_interval: z.strictObject({ fields }),
  rate_limited: z.strictObject({ retry_after_seconds: z.number() }).optional(),
  unavailable: z
    .strictObject({
      outcome: z.literal("unknown"),
      next: z.string().meta({ description: "What the client does to learn the outcome." }),
    })
    .optional(),
};

const DETAILS_OF_WARNINGS: Record<WarningCode, z.ZodType> = {
  appointment_conflicts: z.strictObject({ conflicting_appointments: z.array(listedAppointment) }),
  appointments_outside_hours: z.strictObject({ affected_appointments: z.array(listedAppointment) }),
};

const codesOf = <K extends string>(table: Readonly<Record<K, unknown>>) => Object.keys(table) as K[];

/** The body of each error. */
export const ERROR_BODIES: ReadonlyMap<ErrorCode, z.ZodType> = new Map(
  codesOf(ERRORS).map((code) => {
    const details = DETAILS[code];
    const body = z.strictObject({ error: z.literal(code), message: z.string(), ...(details && { details }) });
    return [code, body.meta({ id: `error.${code}`, description: ERRORS[code].meaning })];
  }),
);

const WARNING_BODIES = new Map(
  codesOf(WARNINGS).map((code) => {
    const body = z.strictObject({
      warning: z.literal(code),
      message: z.string(),
      details: DETAILS_OF_WARNINGS[code],
    });
    return [code, body.meta({ id: `warning.${code}`, description: WARNINGS[code] })];
  }),
);

/** Statuses whose answers say when to try again. */
const RETRYABLE: ReadonlySet<number> = new Set([429, 503]);
const WARNING_STATUS = 409;

/** The answers that are components: equal ones must be one object. */
const SHARED = new Map<string, ZodOpenApiResponseObject>();

/** Returns the error answers of an endpoint by status. */
export function errorResponses(
  errors: readonly ErrorCode[],
  warnings: readonly WarningCode[],
): Record<string, ZodOpenApiResponseObject> {
  const statuses = [...errors.map((code) => ERRORS[code].status), ...warnings.map(() => WARNING_STATUS)];
  return Object.fromEntries(
    [...new Set<number>(statuses)].sort().map((status) => {
      const codes = codesOf(ERRORS).filter((code) => errors.includes(code) && ERRORS[code].status === status);
      return [String(status), sharedResponse(status, codes, status === WARNING_STATUS ? warnings : [])];
    }),
  );
}

function sharedResponse(
  status: number,
  errors: readonly ErrorCode[],
  warnings: readonly WarningCode[],
): ZodOpenApiResponseObject {
  const id = [status, ...errors, ...warnings].join(".");
  const response = SHARED.get(id) ?? { id, ...errorResponse(status, errors, warnings) };
  SHARED.set(id, response);
  return response;
}

function errorResponse(
  status: number,
  errors: readonly ErrorCode[],
  warnings: readonly WarningCode[],
): ZodOpenApiResponseObject {
  const bodies = [
    ...errors.map((code) => ERROR_BODIES.get(code)!),
    ...warnings.map((code) => WARNING_BODIES.get(code)!),
  ];
  const lines = [
    ...errors.map((code) => `\`${code}\`: ${ERRORS[code].meaning}`),
    ...warnings.map((code) => `Warning \`${code}\`: ${WARNINGS[code]}`),
  ];
  const [only] = bodies;
  return {
    description: lines.join("\n\n"),
    ...(RETRYABLE.has(status) && { headers: z.object({ "Retry-After": z.string() }) }),
    content: { "application/json": { schema: bodies.length === 1 && only ? only : z.union(bodies) } },
  };
}
