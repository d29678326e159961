import { z } from "zod";
import type { publicShop } from "../catalog/public-view.ts";
import { noQuery, shopParams } from "../platform/http/params.ts";
import { ANYONE } from "./callers.ts";
import type { Endpoint } from "./endpoint.ts";

const minutes = z.int();

export const shownPolicy = z.strictObject({
  slot_interval_minutes: minutes,
  default_slot_minutes: minutes,
  lead_time_minutes: minutes,
  horizon_days: z.int().nullable(),
  hold_minutes: minutes,
  cancellation_notice_minutes: minutes,
  allow_guest_booking: z.boolean(),
});

const shop = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    time_zone: z.string(),
    stream_url: z.string().nullable(),
    policy: shownPolicy,
  })
  .meta({ id: "Shop" }) satisfies z.ZodType<ReturnType<typeof publicShop>>;

export const EXAMPLE_POLICY = {
  slot_interval_minutes: 30,
  default_slot_minutes: 60,
  lead_time_minutes: 0,
  horizon_days: null,
  hold_minutes: 10,
  cancellation_notice_minutes: 0,
  allow_guest_booking: true,
};

const read = {
  method: "get",
  tag: "Shop",
  callers: ANYONE,
  params: shopParams,
  query: noQuery,
} as const;

export const SHOP_ENDPOINTS: readonly Endpoint[] = [
  {
    ...read,
    id: "getShop",
    path: "/v1/shops/{shop_id}",
    summary: "Show a shop",
    answers: {
      200: {
        description: "The public part of the shop.",
        schema: shop,
        example: {
          id: "default",
          name: "Default shop",
          time_zone: "America/New_York",
          stream_url: null,
          policy: EXAMPLE_POLICY,
        },
      },
    },
    errors: ["shop_inactive"],
  },
];
