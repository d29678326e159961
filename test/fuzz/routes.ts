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
import { exceptionBatchBody } from "../../functions/src/management/exceptions/batch-exceptions.ts";
import {
  exceptionBody,
  exceptionReplacement,
} from "../../functions/src/management/exceptions/exception-body.ts";
import { clearQuery } from "../../functions/src/management/exceptions/bulk-routes.ts";
import { exceptionListQuery } from "../../functions/src/management/exceptions/list-exceptions.ts";
import { auditQuery } from "../../functions/src/management/audit/list-audit.ts";
import { eraseBody, exportBody } from "../../functions/src/management/customers/customer-routes.ts";
import { scheduleCopyBody } from "../../functions/src/management/schedules/copy-schedule.ts";
import {
  confirmQuery,
  fullViewQuery,
  removalQuery,
  shopRemovalQuery,
} from "../../functions/src/management/management-request.ts";
import { adminAccessBody, mechanicAccessBody } from "../../functions/src/management/access/access-body.ts";
import { mechanicBody, mechanicChangeBody } from "../../functions/src/management/mechanics/mechanic-body.ts";
import { serviceBody, serviceChangeBody } from "../../functions/src/management/services/service-body.ts";
import { scheduleBody } from "../../functions/src/management/schedules/schedule-routes.ts";
import { shopBody, shopChangeBody } from "../../functions/src/management/shops/shop-body.ts";
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

const SERVICE = `${V1}/services/{service_id}`;
const MECHANIC = `${V1}/mechanics/{mechanic_id}`;
const SCHEDULE = `${V1}/mechanics/{mechanic_id}/schedule`;

const EXCEPTIONS = [`${V1}/mechanics/{mechanic_id}/exceptions`, `${V1}/exceptions`];

const EXCEPTION_DATES = [
  ["date"],
  ["date", "start_time", "end_time"],
  ["from_date", "to_date"],
  ["from_date", "rrule"],
];
const COPIES = [["from_mechanic_id"], ["from_day", "to_days"]];
/** A list may be asked for without a view, and is public then. */
const viewQuery = fullViewQuery.partial();
const CALENDAR = `${V1}/mechanics/{mechanic_id}/calendar`;
const MANY = [["booking_ids"], ["mechanic_id", "from", "to"]];
const CALENDAR_DATES = [["date"], ["month"]];

/** Without the time zone: no trigger runs here that would end the rezoning, until which the shop answers 503. */
const settingsBody = shopChangeBody.omit({ time_zone: true });

const DATES = [["date"], ["from_date", "to_date"], ["date", "shop_id", "service_id"]];
const WHAT = [
  ["service_id", "start"],
  ["slot_id"],
  ["hold_id", "session_id"],
  ["service_id", "start", "mechanic_id"],
];
const WHOM = [["email"], ["uid"]];
const NAMED = [["email"], ["phone"], ["uid"]];
const HELD = [
  ["slot_id", "session_id"],
  ["service_id", "mechanic_id", "start", "session_id"],
];

const EXCEPTION_ROUTES = EXCEPTIONS.flatMap((path): FuzzedRoute[] => {
  const item = `${path}/{exception_id}`;
  const common = { staff: true, query: confirmQuery, complete: EXCEPTION_DATES } as const;
  return [
    { method: "GET", path, query: exceptionListQuery, staff: true, weight: 2 },
    { method: "POST", path, body: exceptionBody, ...common, weight: 4 },
    { method: "DELETE", path, query: clearQuery, staff: true, weight: 1 },
    { method: "POST", path: `${path}:batch`, body: exceptionBatchBody, ...common, weight: 2 },
    { method: "GET", path: item, staff: true, weight: 1 },
    { method: "PUT", path: item, body: exceptionReplacement, ...common, weight: 2 },
    { method: "DELETE", path: item, query: confirmQuery, staff: true, weight: 1 },
  ];
});

/** Every endpoint, with the schemas that validate its requests. */
export const FUZZED_ROUTES: readonly FuzzedRoute[] = [
  { method: "GET", path: "/healthz", weight: 1 },
  { method: "GET", path: "/v1/health", weight: 1 },
  { method: "GET", path: "/v1/diagnostics/request", staff: true, weight: 1 },
  { method: "GET", path: `${V1}/problems`, staff: true, weight: 2 },
  { method: "GET", path: "/availability", query: availabilityQuery, complete: DATES, weight: 8 },
  { method: "POST", path: "/v1/shops", body: shopBody, staff: true, weight: 1 },
  { method: "GET", path: V1, weight: 2 },
  { method: "PATCH", path: V1, body: settingsBody, staff: true, weight: 2 },
  { method: "DELETE", path: V1, query: shopRemovalQuery, staff: true, weight: 1 },
  { method: "GET", path: `${V1}/settings`, staff: true, weight: 1 },
  { method: "GET", path: `${V1}/services`, query: viewQuery, weight: 2 },
  { method: "POST", path: `${V1}/services`, body: serviceBody, staff: true, weight: 2 },
  { method: "GET", path: SERVICE, staff: true, weight: 1 },
  { method: "PATCH", path: SERVICE, query: confirmQuery, body: serviceChangeBody, staff: true, weight: 3 },
  { method: "DELETE", path: SERVICE, query: removalQuery, staff: true, weight: 1 },
  { method: "GET", path: `${V1}/mechanics`, query: viewQuery, weight: 2 },
  { method: "POST", path: `${V1}/mechanics`, body: mechanicBody, staff: true, weight: 2 },
  { method: "GET", path: MECHANIC, staff: true, weight: 1 },
  { method: "PATCH", path: MECHANIC, query: confirmQuery, body: mechanicChangeBody, staff: true, weight: 3 },
  { method: "DELETE", path: MECHANIC, query: removalQuery, staff: true, weight: 1 },
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
  ...(["PUT", "DELETE"] as const).flatMap((method): FuzzedRoute[] => [
    { method, path: `${V1}/access`, body: adminAccessBody, complete: WHOM, staff: true, weight: 1 },
    { method, path: `${MECHANIC}/access`, body: mechanicAccessBody, complete: WHOM, staff: true, weight: 1 },
  ]),
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
  {
    method: "POST",
    path: `${SCHEDULE}:copy`,
    query: confirmQuery,
    body: scheduleCopyBody,
    complete: COPIES,
    staff: true,
    weight: 2,
  },
  ...EXCEPTION_ROUTES,
  { method: "GET", path: `${V1}/audit`, query: auditQuery, staff: true, weight: 3 },
  {
    method: "POST",
    path: `${V1}/customers:export`,
    body: exportBody,
    complete: NAMED,
    staff: true,
    weight: 2,
  },
  {
    method: "POST",
    path: `${V1}/customers:erase`,
    query: confirmQuery,
    body: eraseBody,
    complete: NAMED,
    staff: true,
    weight: 1,
  },
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
