import { z } from "zod";
import type { ZodOpenApiResponseObject } from "zod-openapi";
import { ERRORS, WARNINGS, type ErrorCode, type WarningCode } from "../platform/errors.ts";
import { EXAMPLE_SLOT } from "./examples.ts";
import { headerFields } from "./header-fields.ts";
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
  already_exists: z.strictObject({ fields }).optional(),
  still_referenced: z.strictObject({ references: z.array(z.string()) }).optional(),
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

const FIELD = { path: "weekly_schedule.monday.0.end_time", message: "The end must be after the start." };
const EXAMPLE_APPOINTMENT = {
  booking_id: "b7f3c1",
  mechanic_id: "mechanic_123",
  date: "2026-01-20",
  start_time: "14:00",
  end_time: "15:00",
  customer: "陳小姐",
};

/** Examples of details that errors and warnings always have, or have where they help. */
const EXAMPLES: Partial<Record<ErrorCode | WarningCode, unknown>> = {
  invalid_request: { fields: [{ path: "date", message: "Not a date: give an existing one as YYYY-MM-DD." }] },
  slot_taken: { alternatives: [EXAMPLE_SLOT] },
  cancellation_window: { cancellation_notice_minutes: 120 },
  payload_too_large: { limit_bytes: 65_536 },
  invalid_duration: {
    fields: [{ path: "duration_minutes", message: "One of 30, 60." }],
    durations_minutes: [30, 60],
  },
  overlapping_intervals: {
    fields: [{ path: "weekly_schedule.monday", message: "09:00-12:00 and 10:00-14:00 overlap." }],
    conflicting_intervals: ["09:00-12:00", "10:00-14:00"],
  },
  invalid_interval: { fields: [FIELD] },
  rate_limited: { retry_after_seconds: 42 },
  appointment_conflicts: { conflicting_appointments: [EXAMPLE_APPOINTMENT] },
  appointments_outside_hours: { affected_appointments: [EXAMPLE_APPOINTMENT] },
};

function exampleOf(kind: "error" | "warning", code: ErrorCode | WarningCode, message: string) {
  const details = EXAMPLES[code];
  return [code, { value: { [kind]: code, message, ...(details !== undefined && { details }) } }] as const;
}

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
  const examples = Object.fromEntries([
    ...errors.map((code) => exampleOf("error", code, ERRORS[code].meaning)),
    ...warnings.map((code) => exampleOf("warning", code, WARNINGS[code])),
  ]);
  const [only] = bodies;
  return {
    description: lines.join("\n\n"),
    ...(RETRYABLE.has(status) && { headers: headerFields({ "Retry-After": z.string() }) }),
    content: {
      "application/json": { schema: bodies.length === 1 && only ? only : z.union(bodies), examples },
    },
  };
}
