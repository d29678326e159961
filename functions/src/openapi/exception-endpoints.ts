import { z } from "zod";
import { idempotencyKeySchema } from "../bookings/booking-request.ts";
import { exceptionBatchBody, type BatchResult } from "../management/exceptions/batch-exceptions.ts";
import { clearQuery } from "../management/exceptions/bulk-routes.ts";
import type { Clearing } from "../management/exceptions/clear-exceptions.ts";
import { exceptionBody, exceptionReplacement } from "../management/exceptions/exception-body.ts";
import { exceptionListQuery } from "../management/exceptions/list-exceptions.ts";
import type { ShownException } from "../management/exceptions/write-exceptions.ts";
import { confirmQuery } from "../management/management-request.ts";
import { ERRORS, WARNINGS, type ErrorCode, type WarningCode } from "../platform/errors.ts";
import { idSchema } from "../platform/http/fields.ts";
import { mechanicParams, noQuery, shopParams } from "../platform/http/params.ts";
import { ADMIN, MECHANIC_OR_ADMIN } from "./callers.ts";
import type { Endpoint } from "./endpoint.ts";
import { instant, pageToken, plainDate } from "./shown.ts";

const exception = z
  .strictObject({
    id: z.string(),
    mechanic_id: z.string(),
    from_date: plainDate,
    to_date: plainDate.nullable(),
    start_time: z.string().nullable(),
    end_time: z.string().nullable(),
    effect: z.enum(["unavailable", "available", "busy"]),
    rrule: z.string().nullable(),
    location_id: z.string().nullable(),
    reason: z.string().nullable(),
    source: z.string(),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: "Exception" }) satisfies z.ZodType<ShownException>;

const index = z.int().min(0).meta({ description: "Position of the line in the request." });
const batchResult = z
  .union([
    z.strictObject({ index, exception }),
    z.strictObject({
      index,
      error: z.enum(Object.keys(ERRORS) as ErrorCode[]),
      message: z.string(),
      details: z.unknown().optional(),
    }),
    z.strictObject({
      index,
      warning: z.enum(Object.keys(WARNINGS) as WarningCode[]),
      message: z.string(),
      details: z.unknown(),
    }),
  ])
  .meta({ id: "BatchResult" }) satisfies z.ZodType<BatchResult>;

const clearing = z.strictObject({
  from_date: plainDate,
  to_date: plainDate,
  removed: z.int(),
  shortened: z.int(),
  split: z.int(),
  kept: z.array(exception).meta({ description: "Recurring exceptions that still have dates in the range." }),
}) satisfies z.ZodType<Clearing>;

const creationHeaders = z.object({ "idempotency-key": idempotencyKeySchema.optional() });
const batchHeaders = z.object({ "idempotency-key": idempotencyKeySchema });

const EXAMPLE_BODY = { date: "2026-01-20", start_time: "14:00", end_time: "18:00", reason: "dentist" };
const oneException = z.strictObject({ exception });

interface Collection {
  readonly name: string;
  readonly of: string;
  readonly path: string;
  readonly params: z.ZodObject;
  readonly callers: Endpoint["callers"];
  readonly mechanicId: string;
  readonly exceptionId: string;
}

const COLLECTIONS: readonly Collection[] = [
  {
    name: "MechanicException",
    of: "of a mechanic",
    path: "/v1/shops/{shop_id}/mechanics/{mechanic_id}/exceptions",
    params: mechanicParams,
    callers: MECHANIC_OR_ADMIN,
    mechanicId: "mechanic_123",
    exceptionId: "e52a9c",
  },
  {
    name: "ShopException",
    of: "of the whole shop",
    path: "/v1/shops/{shop_id}/exceptions",
    params: shopParams,
    callers: ADMIN,
    mechanicId: "*",
    exceptionId: "e77b10",
  },
];

export const EXCEPTION_ENDPOINTS: readonly Endpoint[] = COLLECTIONS.flatMap((collection) => [
  ...collectionEndpoints(collection),
  ...itemEndpoints(collection),
]);

function exampleOf({ mechanicId, exceptionId }: Collection): ShownException {
  return {
    id: exceptionId,
    mechanic_id: mechanicId,
    from_date: "2026-01-20",
    to_date: "2026-01-20",
    start_time: "14:00",
    end_time: "18:00",
    effect: "unavailable",
    rrule: null,
    location_id: null,
    reason: "dentist",
    source: "manual",
    created_at: "2026-01-10T16:20:00.000Z",
    updated_at: "2026-01-10T16:20:00.000Z",
  };
}

function collectionEndpoints(collection: Collection): Endpoint[] {
  const { name, of, path, params, callers } = collection;
  const example = { exception: exampleOf(collection) };
  const shared = { tag: "Exceptions", path, params, callers } as const;
  return [
    {
      ...shared,
      id: `list${name}s`,
      method: "get",
      summary: `List the exceptions ${of}`,
      description: "Those that apply to a date of the range; all without one.",
      query: exceptionListQuery,
      queryExample: { from_date: "2026-01-15", to_date: "2026-01-21", limit: 50 },
      answers: {
        200: {
          description: "A page of exceptions.",
          schema: z.strictObject({ exceptions: z.array(exception), next_page_token: pageToken }),
          example: { exceptions: [exampleOf(collection)], next_page_token: null },
        },
      },
    },
    {
      ...shared,
      id: `create${name}`,
      method: "post",
      summary: `Create an exception ${of}`,
      description:
        "On one `date`, or from `from_date` to `to_date`, all day or at hours, perhaps recurring. Appointments that it would leave outside hours are listed in a warning.",
      query: confirmQuery,
      headers: creationHeaders,
      body: { schema: exceptionBody, example: EXAMPLE_BODY },
      answerHeaders: { ETag: z.string() },
      answers: {
        201: { description: "Created.", schema: oneException, example },
        200: { description: "Created before, with the same key.", schema: oneException, example },
      },
      errors: ["invalid_interval", "idempotency_key_reused", "contention"],
      warnings: ["appointment_conflicts"],
    },
    {
      ...shared,
      id: `clear${name}s`,
      method: "delete",
      summary: `Clear a range of the exceptions ${of}`,
      description: "Exceptions that reach beyond the range are shortened or split; recurring ones are kept.",
      query: clearQuery,
      queryExample: { from_date: "2026-01-20", to_date: "2026-01-21" },
      answers: {
        200: {
          description: "How many exceptions were changed.",
          schema: clearing,
          example: {
            from_date: "2026-01-20",
            to_date: "2026-01-21",
            ...{ removed: 1, shortened: 0, split: 0, kept: [] },
          },
        },
      },
      errors: ["contention"],
      warnings: ["appointment_conflicts"],
    },
    {
      ...shared,
      id: `create${name}s`,
      method: "post",
      path: `${path}:batch`,
      summary: `Create up to 500 exceptions ${of}`,
      description:
        "Each line has its own result, in order. Repeated with the same key, it creates only what is missing.",
      query: confirmQuery,
      headers: batchHeaders,
      body: { schema: exceptionBatchBody, example: { exceptions: [EXAMPLE_BODY] } },
      answers: {
        200: {
          description: "What became of each line.",
          schema: z.strictObject({ results: z.array(batchResult) }),
          example: { results: [{ index: 0, exception: exampleOf(collection) }] },
        },
      },
      errors: ["contention"],
    },
  ];
}

function itemEndpoints(collection: Collection): Endpoint[] {
  const { name, of, path, params, callers } = collection;
  const example = { exception: exampleOf(collection) };
  const shared = {
    tag: "Exceptions",
    path: `${path}/{exception_id}`,
    params: params.extend({ exception_id: idSchema }),
    paramsExample: { exception_id: collection.exceptionId },
    callers,
  } as const;
  return [
    {
      ...shared,
      id: `get${name}`,
      method: "get",
      summary: `Show an exception ${of}`,
      query: noQuery,
      etag: true,
      answers: { 200: { description: "The exception.", schema: oneException, example } },
    },
    {
      ...shared,
      id: `replace${name}`,
      method: "put",
      summary: `Replace an exception ${of}`,
      query: confirmQuery,
      etag: "required",
      body: { schema: exceptionReplacement, example: EXAMPLE_BODY },
      answers: { 200: { description: "The new exception.", schema: oneException, example } },
      errors: ["invalid_interval", "contention"],
      warnings: ["appointment_conflicts"],
    },
    {
      ...shared,
      id: `delete${name}`,
      method: "delete",
      summary: `Delete an exception ${of}`,
      query: confirmQuery,
      ifMatch: true,
      answers: { 200: { description: "The exception that was deleted.", schema: oneException, example } },
      errors: ["contention"],
      warnings: ["appointment_conflicts"],
    },
  ];
}
