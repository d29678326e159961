import { z } from "zod";
import { idempotencyKeySchema } from "../bookings/booking-request.ts";
import { cancelBody, reassignBody } from "../management/bulk-bookings/bulk-request.ts";
import type { NotChanged } from "../management/bulk-bookings/change-in-bulk.ts";
import { ERRORS, type ErrorCode } from "../platform/errors.ts";
import { noQuery, shopParams } from "../platform/http/params.ts";
import { shownBooking } from "./booking-endpoints.ts";
import { STAFF } from "./callers.ts";
import type { Endpoint } from "./endpoint.ts";
import { EXAMPLE_BOOKING } from "./examples.ts";

const notChanged = z
  .strictObject({
    booking_id: z.string(),
    error: z.enum(Object.keys(ERRORS) as ErrorCode[]),
    message: z.string(),
  })
  .meta({ id: "NotChanged" }) satisfies z.ZodType<NotChanged>;

const shared = {
  method: "post",
  tag: "Bookings",
  callers: STAFF,
  params: shopParams,
  query: noQuery,
} as const;

const SELECTION =
  "Bookings by `booking_ids`, or those of a mechanic that start on a range of dates. Each is a transaction of its own; those that could not be changed are listed with the reason. Mechanics change their own.";

export const BULK_ENDPOINTS: readonly Endpoint[] = [
  {
    ...shared,
    id: "reassignBookings",
    path: "/v1/shops/{shop_id}/bookings:reassign",
    summary: "Move bookings to a colleague, or to the mechanics who are free",
    description: SELECTION,
    headers: z.object({ "idempotency-key": idempotencyKeySchema.optional() }),
    body: { schema: reassignBody, example: { booking_ids: ["b7f3c1"], to_mechanic_id: "mechanic_456" } },
    answers: {
      200: {
        description: "The bookings that were moved, and those that were not.",
        schema: z.strictObject({ moved: z.array(shownBooking), not_moved: z.array(notChanged) }),
        example: { moved: [{ ...EXAMPLE_BOOKING, mechanic_id: "mechanic_456" }], not_moved: [] },
      },
    },
    errors: ["contention", "shop_rezoning"],
  },
  {
    ...shared,
    id: "cancelBookings",
    path: "/v1/shops/{shop_id}/bookings:cancel",
    summary: "Cancel bookings, with a notice to each customer",
    description: SELECTION,
    body: { schema: cancelBody, example: { booking_ids: ["b7f3c1"], reason: "The mechanic is ill." } },
    answers: {
      200: {
        description: "The bookings that were cancelled, and those that were not.",
        schema: z.strictObject({ cancelled: z.array(shownBooking), not_cancelled: z.array(notChanged) }),
        example: { cancelled: [{ ...EXAMPLE_BOOKING, status: "cancelled_by_shop" }], not_cancelled: [] },
      },
    },
    errors: ["contention", "shop_rezoning"],
  },
];
