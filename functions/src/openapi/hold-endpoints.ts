import { z } from "zod";
import type { presentHold } from "../holds/hold.ts";
import { holdBody } from "../holds/hold-request.ts";
import { holdParams, releaseBody } from "../holds/hold-routes.ts";
import { sessionIdSchema } from "../holds/session.ts";
import { noQuery, shopParams } from "../platform/http/params.ts";
import { ANYONE } from "./callers.ts";
import type { Endpoint } from "./endpoint.ts";
import { EXAMPLE_SLOT } from "./examples.ts";
import { instant, shownSlot } from "./shown.ts";

const hold = z
  .strictObject({
    hold_id: z.string(),
    slot: shownSlot.extend({ service_id: z.string() }),
    reserved_until: instant,
    message: z.string(),
  })
  .meta({ id: "Hold" }) satisfies z.ZodType<ReturnType<typeof presentHold>>;

const headers = z.object({
  "x-session-id": sessionIdSchema.optional(),
  "x-firebase-appcheck": z.string().optional(),
});
const SESSION_ID = "c1f0a6d2e9";

const EXAMPLE_HOLD = {
  hold_id: "h41d0a",
  slot: EXAMPLE_SLOT,
  reserved_until: "2026-01-15T13:10:00-05:00",
  message: "Slot reserved for 10 minutes",
};

export const HOLD_ENDPOINTS: readonly Endpoint[] = [
  {
    id: "placeHold",
    method: "post",
    path: "/v1/shops/{shop_id}/holds",
    tag: "Holds",
    summary: "Hold a slot",
    description:
      "A slot by its `slot_id`, or by service, mechanic and start. A session that holds the slot already extends its hold, once.",
    callers: ANYONE,
    params: shopParams,
    query: noQuery,
    headers,
    body: {
      schema: holdBody,
      example: {
        service_id: "oil_change",
        mechanic_id: "mechanic_123",
        start: EXAMPLE_SLOT.start,
        session_id: SESSION_ID,
      },
    },
    answers: {
      201: { description: "The slot is held.", schema: hold, example: EXAMPLE_HOLD },
      200: { description: "The session's hold is extended.", schema: hold, example: EXAMPLE_HOLD },
    },
    errors: [
      ...([
        "unauthenticated",
        "app_check_failed",
        "slot_taken",
        "outside_hours",
        "day_full",
        "too_soon",
      ] as const),
      ...([
        "beyond_horizon",
        "hold_limit",
        "hold_extended",
        "service_inactive",
        "mechanic_inactive",
      ] as const),
      ...(["not_qualified", "shop_inactive", "invalid_duration", "contention", "shop_rezoning"] as const),
    ],
  },
  {
    id: "releaseHold",
    method: "delete",
    path: "/v1/shops/{shop_id}/holds/{hold_id}",
    tag: "Holds",
    summary: "Release a hold",
    description: "Its session is named in the body or as X-Session-Id, never in the URL.",
    callers: ANYONE,
    params: holdParams,
    headers,
    body: { schema: releaseBody, example: { session_id: SESSION_ID }, isOptional: true },
    answers: { 204: { description: "The slot is free again." } },
    errors: ["app_check_failed", "forbidden", "contention", "shop_rezoning"],
  },
];
