import { z } from "zod";
import type { publicMechanic, publicService, publicShop } from "../catalog/public-view.ts";
import { noQuery, shopParams } from "../platform/http/params.ts";
import { ANYONE } from "./callers.ts";
import type { Endpoint } from "./endpoint.ts";

const minutes = z.int();

const shop = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    time_zone: z.string(),
    stream_url: z.string().nullable(),
    policy: z.strictObject({
      slot_interval_minutes: minutes,
      default_slot_minutes: minutes,
      lead_time_minutes: minutes,
      horizon_days: z.int().nullable(),
      hold_minutes: minutes,
      cancellation_notice_minutes: minutes,
      allow_guest_booking: z.boolean(),
    }),
  })
  .meta({ id: "Shop" }) satisfies z.ZodType<ReturnType<typeof publicShop>>;

const service = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    durations_minutes: z.array(minutes),
    buffer_before_minutes: minutes,
    buffer_after_minutes: minutes,
  })
  .meta({ id: "PublicService" }) satisfies z.ZodType<ReturnType<typeof publicService>>;

const mechanic = z
  .strictObject({ id: z.string(), name: z.string(), specialties: z.array(z.string()) })
  .meta({ id: "PublicMechanic" }) satisfies z.ZodType<ReturnType<typeof publicMechanic>>;

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
          policy: {
            slot_interval_minutes: 30,
            default_slot_minutes: 60,
            lead_time_minutes: 0,
            horizon_days: null,
            hold_minutes: 10,
            cancellation_notice_minutes: 0,
            allow_guest_booking: true,
          },
        },
      },
    },
  },
  {
    ...read,
    id: "listServices",
    path: "/v1/shops/{shop_id}/services",
    summary: "List the services on offer",
    answers: {
      200: {
        description: "The active services.",
        schema: z.strictObject({ services: z.array(service) }),
        example: {
          services: [
            {
              id: "oil_change",
              name: "Oil change",
              durations_minutes: [30, 60],
              buffer_before_minutes: 0,
              buffer_after_minutes: 15,
            },
          ],
        },
      },
    },
  },
  {
    ...read,
    id: "listMechanics",
    path: "/v1/shops/{shop_id}/mechanics",
    summary: "List the mechanics who take bookings",
    answers: {
      200: {
        description: "The active mechanics.",
        schema: z.strictObject({ mechanics: z.array(mechanic) }),
        example: { mechanics: [{ id: "mechanic_123", name: "Ada", specialties: ["oil_change"] }] },
      },
    },
  },
];
