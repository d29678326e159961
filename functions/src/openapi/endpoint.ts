import type { z } from "zod";
import type { ErrorCode, WarningCode } from "../platform/errors.ts";
import type { Permissions } from "./callers.ts";

/** An answer that is not an error. */
export interface DocumentedAnswer {
  readonly description: string;
  /** Missing where the answer has no body. */
  readonly schema?: z.ZodType;
  /** By default JSON. */
  readonly type?: "text/event-stream";
  readonly example?: unknown;
}

export interface RequestBody {
  readonly schema: z.ZodType;
  readonly example: unknown;
  /** True where the endpoint works without a body. */
  readonly isOptional?: true;
}

/** An endpoint as the document describes it. Schemas of requests are those that validate them. */
export interface Endpoint {
  readonly id: string;
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  readonly path: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  readonly callers: Permissions;
  /** Whether a guest's `X-Manage-Token` is accepted too. */
  readonly manageToken?: true;
  readonly params?: z.ZodObject;
  /** Examples of path parameters that differ from the glossary's. */
  readonly paramsExample?: Readonly<Record<string, string>>;
  readonly query?: z.ZodObject;
  /** The example of a query; by default the glossary's of every parameter. */
  readonly queryExample?: Readonly<Record<string, unknown>>;
  readonly headers?: z.ZodObject;
  readonly body?: RequestBody;
  /** Whether the answer has an `ETag`: reads take `If-None-Match`, changes `If-Match`. */
  readonly etag?: true | "required";
  /** Whether a change takes `If-Match`, although its answer has no `ETag`. */
  readonly ifMatch?: true;
  /** Other headers of the answers. */
  readonly answerHeaders?: Readonly<Record<string, z.ZodType>>;
  readonly answers: Readonly<Record<number, DocumentedAnswer>>;
  /** Beside those that every endpoint of its kind can answer. */
  readonly errors?: readonly ErrorCode[];
  /** Whether the endpoint answers whatever the limits and the database say. */
  readonly isUnlimited?: true;
  readonly warnings?: readonly WarningCode[];
}

/** The groups of endpoints, in the order of the page. */
export const TAGS = {
  Availability: "Which slots are free.",
  Shop: "A shop: its name, time zone and policy.",
  Services: "What is booked.",
  Mechanics: "Who is booked.",
  Access: "Who has which role in a shop.",
  Holds: "A slot that is kept for a session while somebody fills in a form.",
  Bookings: "Appointments: to make, see, move, cancel and mark them.",
  Schedules: "Weekly working hours of mechanics.",
  Exceptions: "Changes of the working hours on dates: vacations, holidays, extra hours.",
  Calendar: "What staff see of their days: schedule, open time and events.",
  Audit: "Who did what, and when.",
  Customers: "The personal data of customers.",
  Upkeep: "What keeps a shop's data right.",
  Service: "The state of the service itself.",
} as const;
export type Tag = keyof typeof TAGS;
