import type { z } from "zod";
import {
  availabilityQuery,
  slotsQuery,
  streamQuery,
} from "../../functions/src/availability/answers/query-schemas.ts";
import { bookingBody } from "../../functions/src/bookings/booking-request.ts";
import { calendarQuery, calendarStreamQuery } from "../../functions/src/calendar/calendar-query.ts";
import { reasonBody, rescheduleBody } from "../../functions/src/bookings/change-request.ts";
import { listQuery } from "../../functions/src/bookings/list-bookings.ts";
import { holdBody } from "../../functions/src/holds/hold-request.ts";
import { cancelBody, reassignBody } from "../../functions/src/management/bulk-bookings/bulk-request.ts";
import { confirmQuery } from "../../functions/src/management/management-request.ts";
import { scheduleBody } from "../../functions/src/management/schedules/schedule-routes.ts";
import { recalculationBody } from "../../functions/src/upkeep/recalculation/recalculation-routes.ts";
import { seedBody } from "../../functions/src/upkeep/seeding/seed-routes.ts";

/** An endpoint as the fuzzer calls it. */
export interface FuzzedRoute {
  readonly method: string;
  /** Its parameters in braces, by the names that the dictionary has values for. */
  readonly path: string;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** Sets of optional fields, each of which makes a request complete. */
  readonly complete?: readonly (readonly string[])[];
  /** Whether it needs a signed-in caller. */
  readonly staff?: true;
  /** How often it is called, relative to the others. */
  readonly weight: number;
}

const V1 = "/v1/shops/{shop_id}";
const BOOKING = `${V1}/bookings/{booking_id}`;

const SCHEDULE = `${V1}/mechanics/{mechanic_id}/schedule`;

const CALENDAR = `${V1}/mechanics/{mechanic_id}/calendar`;
const MANY = [["booking_ids"], ["mechanic_id", "from", "to"]];
const CALENDAR_DATES = [["date"], ["month"]];

const DATES = [["date"], ["from_date", "to_date"], ["date", "shop_id", "service_id"]];
const WHAT = [
  ["service_id", "start"],
  ["slot_id"],
  ["hold_id", "session_id"],
  ["service_id", "start", "mechanic_id"],
];
const HELD = [
  ["slot_id", "session_id"],
  ["service_id", "mechanic_id", "start", "session_id"],
];

/** Every endpoint, with the schemas that validate its requests. */
export const FUZZED_ROUTES: readonly FuzzedRoute[] = [
  { method: "GET", path: "/healthz", weight: 1 },
  { method: "GET", path: "/v1/health", weight: 1 },
  { method: "GET", path: "/v1/diagnostics/request", staff: true, weight: 1 },
  { method: "GET", path: `${V1}/problems`, staff: true, weight: 2 },
  { method: "GET", path: "/availability", query: availabilityQuery, complete: DATES, weight: 8 },
  { method: "GET", path: V1, weight: 2 },
  { method: "GET", path: `${V1}/services`, weight: 2 },
  { method: "GET", path: `${V1}/mechanics`, weight: 2 },
  { method: "GET", path: `${V1}/slots`, query: slotsQuery, complete: [["to"], ["view"]], weight: 10 },
  { method: "GET", path: `${V1}/slots/stream`, query: streamQuery, weight: 1 },
  { method: "POST", path: "/bookings", body: bookingBody, complete: WHAT, weight: 4 },
  { method: "POST", path: `${V1}/bookings`, body: bookingBody, complete: WHAT, weight: 12 },
  { method: "GET", path: `${V1}/bookings`, query: listQuery, staff: true, weight: 6 },
  { method: "GET", path: BOOKING, staff: true, weight: 4 },
  { method: "PATCH", path: BOOKING, staff: true, body: rescheduleBody, weight: 8 },
  { method: "DELETE", path: BOOKING, staff: true, query: reasonBody, body: reasonBody, weight: 5 },
  { method: "POST", path: `${BOOKING}/complete`, staff: true, body: reasonBody, weight: 2 },
  { method: "POST", path: `${BOOKING}/no_show`, staff: true, body: reasonBody, weight: 2 },
  { method: "POST", path: `${V1}/holds`, body: holdBody, complete: HELD, weight: 8 },
  { method: "DELETE", path: `${V1}/holds/{hold_id}`, body: reasonBody, weight: 3 },
  { method: "POST", path: "/availability/seed", body: seedBody, staff: true, weight: 1 },
  { method: "POST", path: `${V1}/availability:recalculate`, body: recalculationBody, staff: true, weight: 1 },
  { method: "GET", path: SCHEDULE, staff: true, weight: 2 },
  { method: "PUT", path: SCHEDULE, query: confirmQuery, body: scheduleBody, staff: true, weight: 4 },
  {
    method: "POST",
    path: `${V1}/bookings:reassign`,
    body: reassignBody,
    complete: MANY,
    staff: true,
    weight: 4,
  },
  { method: "POST", path: `${V1}/bookings:cancel`, body: cancelBody, complete: MANY, staff: true, weight: 2 },
  { method: "GET", path: CALENDAR, query: calendarQuery, complete: CALENDAR_DATES, staff: true, weight: 4 },
  { method: "GET", path: `${CALENDAR}/stream`, query: calendarStreamQuery, staff: true, weight: 1 },
  {
    method: "GET",
    path: `${V1}/calendar`,
    query: calendarQuery,
    complete: CALENDAR_DATES,
    staff: true,
    weight: 4,
  },
  { method: "GET", path: `${V1}/calendar/stream`, query: calendarStreamQuery, staff: true, weight: 1 },
  { method: "GET", path: "/{shop_id}/{booking_id}", weight: 1 },
];
