import { z } from "zod";
import { BOOKING_STATUSES } from "../ledger/booking-status.ts";
import type { presentBooking } from "../bookings/booking.ts";
import { bookingBody } from "../bookings/booking-request.ts";
import { bookingHeaders } from "../bookings/booking-routes.ts";
import { reasonBody, rescheduleBody } from "../bookings/change-request.ts";
import { listQuery } from "../bookings/list-bookings.ts";
import { bookingParams } from "../bookings/manage-routes.ts";
import { noQuery, shopParams } from "../platform/http/params.ts";
import { ANYONE, CONCERNED, CONCERNED_STAFF, SIGNED_IN } from "./callers.ts";
import type { Endpoint } from "./endpoint.ts";
import { EXAMPLE_BOOKING, EXAMPLE_SLOT } from "./examples.ts";
import { instant, pageToken } from "./shown.ts";

const customer = z.strictObject({
  name: z.string(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
});

export const shownBooking = z
  .strictObject({
    id: z.string(),
    shop_id: z.string(),
    service_id: z.string(),
    mechanic_id: z.string(),
    start: instant,
    end: instant,
    duration_minutes: z.int(),
    location_id: z.string().nullable(),
    status: z.enum(BOOKING_STATUSES),
    customer,
    notes: z.string().nullable(),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: "Booking" }) satisfies z.ZodType<ReturnType<typeof presentBooking>>;

const oneBooking = z.strictObject({ booking: shownBooking });
const booked = z.strictObject({ booking: shownBooking, manage_token: z.string().optional() });
const EXAMPLE_BOOKED = { booking: EXAMPLE_BOOKING, manage_token: "v1.3c2f9d" };

const SLOT_ERRORS = ["slot_taken", "outside_hours", "day_full", "too_soon", "beyond_horizon"] as const;
const MECHANIC_ERRORS = [
  "service_inactive",
  "mechanic_inactive",
  "not_qualified",
  "invalid_duration",
] as const;
const WRITE_ERRORS = ["app_check_failed", "shop_inactive", "contention", "shop_rezoning"] as const;

const make = {
  method: "post",
  tag: "Bookings",
  description:
    "A slot by its `slot_id`, or by service and start, or the hold that has it. Without a mechanic it goes to the free one with the fewest bookings that day. A guest gets a `manage_token`.",
  callers: ANYONE,
  query: noQuery,
  headers: bookingHeaders.extend({ "x-firebase-appcheck": z.string().optional() }),
  body: {
    schema: bookingBody,
    example: {
      service_id: "oil_change",
      mechanic_id: "mechanic_123",
      start: EXAMPLE_SLOT.start,
      customer: { name: "陳小姐", email: "chen@example.com" },
    },
  },
  answerHeaders: { ETag: z.string() },
  answers: {
    201: { description: "Booked.", schema: booked, example: EXAMPLE_BOOKED },
    200: { description: "Booked before, with the same key.", schema: booked, example: EXAMPLE_BOOKED },
  },
  errors: [
    ...(["unauthenticated", "forbidden", "not_found", "hold_expired", "idempotency_key_reused"] as const),
    ...SLOT_ERRORS,
    ...MECHANIC_ERRORS,
    ...WRITE_ERRORS,
  ],
} as const;

const one = {
  tag: "Bookings",
  path: "/v1/shops/{shop_id}/bookings/{booking_id}",
  params: bookingParams,
  callers: CONCERNED,
  manageToken: true,
  etag: true,
} as const;

const changed = (description: string) => ({
  200: { description, schema: oneBooking, example: { booking: EXAMPLE_BOOKING } },
});

const mark = {
  ...one,
  method: "post",
  callers: CONCERNED_STAFF,
  query: noQuery,
  headers: z.object({ "x-firebase-appcheck": z.string().optional() }),
  body: { schema: reasonBody, example: {}, isOptional: true },
  errors: ["app_check_failed", "wrong_status", "already_cancelled", "not_begun", "contention"],
} as const;

export const BOOKING_ENDPOINTS: readonly Endpoint[] = [
  {
    ...make,
    id: "book",
    path: "/v1/shops/{shop_id}/bookings",
    summary: "Book a slot",
    params: shopParams,
  },
  { ...make, id: "bookAtDefaultShop", path: "/bookings", summary: "Book a slot of the shop `default`" },
  {
    id: "listBookings",
    method: "get",
    path: "/v1/shops/{shop_id}/bookings",
    tag: "Bookings",
    summary: "List one's bookings",
    description: "A customer's own, a mechanic's own, or for admins the whole shop's, by start.",
    callers: SIGNED_IN,
    params: shopParams,
    query: listQuery,
    queryExample: { from: "2026-01-15", to: "2026-01-21", limit: 50 },
    answers: {
      200: {
        description: "A page of bookings.",
        schema: z.strictObject({ bookings: z.array(shownBooking), next_page_token: pageToken }),
        example: { bookings: [EXAMPLE_BOOKING], next_page_token: null },
      },
    },
    errors: ["forbidden"],
  },
  {
    ...one,
    id: "getBooking",
    method: "get",
    summary: "Show a booking",
    query: noQuery,
    answers: changed("The booking."),
  },
  {
    ...one,
    id: "moveBooking",
    method: "patch",
    summary: "Move a booking",
    description: "To another start, mechanic or length. Its former time is free in the same moment.",
    query: noQuery,
    headers: mark.headers,
    body: { schema: rescheduleBody, example: { start: "2026-01-15T15:00:00-05:00" } },
    answers: changed("Moved."),
    errors: [
      ...(["forbidden", "wrong_status", "already_cancelled", "cancellation_window"] as const),
      ...SLOT_ERRORS,
      ...MECHANIC_ERRORS,
      ...WRITE_ERRORS,
    ],
  },
  {
    ...one,
    id: "cancelBooking",
    method: "delete",
    summary: "Cancel a booking",
    description: "Cancelling twice is cancelling once. The reason may be in the body or in the query.",
    query: reasonBody,
    queryExample: {},
    headers: mark.headers,
    body: { schema: reasonBody, example: { reason: "Fell ill." }, isOptional: true },
    answers: changed("Cancelled."),
    errors: ["wrong_status", "cancellation_window", ...WRITE_ERRORS],
  },
  {
    ...mark,
    id: "completeBooking",
    path: "/v1/shops/{shop_id}/bookings/{booking_id}/complete",
    summary: "Mark a booking as completed",
    answers: changed("Marked as completed."),
  },
  {
    ...mark,
    id: "markNoShow",
    path: "/v1/shops/{shop_id}/bookings/{booking_id}/no_show",
    summary: "Mark a booking as missed by its customer",
    answers: changed("Marked as missed."),
  },
];
