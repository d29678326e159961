import type { ErrorCode } from "../../../functions/src/platform/errors.ts";
import type { RawRequest } from "../raw-request.ts";
import { CUSTOMER } from "../shop.ts";

/** What must come back: the catalogue's error and, for `invalid_request`, the fields it names. */
export interface BadRequest {
  readonly what: string;
  readonly request: RawRequest;
  readonly error: ErrorCode;
  readonly fields?: readonly string[];
}

/** Requests to a shop `bad` that exists, with a mechanic `ada` who offers an `inspection`. */
export const SLOTS = "/v1/shops/bad/slots";
export const BOOKINGS = "/v1/shops/bad/bookings";
export const DAY = "2030-01-15";
export const LONG_ID = "x".repeat(2048);

export const GOOD = {
  service_id: "inspection",
  mechanic_id: "ada",
  start: `${DAY}T15:00:00Z`,
  customer: CUSTOMER,
};

export const get = (what: string, path: string, error: ErrorCode, ...fields: string[]): BadRequest => ({
  what,
  request: { path },
  error,
  fields,
});
export const availability = (
  what: string,
  query: string,
  error: ErrorCode,
  ...fields: string[]
): BadRequest => get(what, `/availability?shop_id=bad&${query}`, error, ...fields);
export const slots = (what: string, query: string, error: ErrorCode, ...fields: string[]): BadRequest =>
  get(what, `${SLOTS}?${query}`, error, ...fields);

export const bytes = (what: string, body: string | Buffer, error: ErrorCode, headers = {}): BadRequest => ({
  what,
  request: {
    method: "POST",
    path: BOOKINGS,
    body,
    headers: { "content-type": "application/json", ...headers },
  },
  error,
});
export const booking = (what: string, change: object, error: ErrorCode, ...fields: string[]): BadRequest => ({
  ...bytes(what, JSON.stringify({ ...GOOD, ...change }), error),
  fields,
});
export const method = (name: string, path: string): BadRequest => ({
  what: `${name} ${path}`,
  request: { method: name, path },
  error: "method_not_allowed",
});
export const slotId = (...parts: unknown[]) => ({
  slot_id: Buffer.from(JSON.stringify(parts)).toString("base64url"),
  service_id: undefined,
  mechanic_id: undefined,
  start: undefined,
});
