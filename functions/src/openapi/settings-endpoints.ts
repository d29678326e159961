import { z } from "zod";
import { idempotencyKeySchema } from "../bookings/booking-request.ts";
import { LANGUAGES } from "../catalog/language.ts";
import { shopRemovalQuery } from "../management/management-request.ts";
import type { ShopSettings } from "../management/shops/settings.ts";
import { shopBody, shopChangeBody } from "../management/shops/shop-body.ts";
import { noQuery, shopParams } from "../platform/http/params.ts";
import { ADMIN, PLATFORM_ADMIN } from "./callers.ts";
import type { Endpoint } from "./endpoint.ts";
import { EXAMPLE_POLICY, shownPolicy } from "./shop-endpoints.ts";

const settings = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    time_zone: z.string(),
    language: z.enum(LANGUAGES),
    policy: shownPolicy.extend({ travel_minutes: z.int() }),
    active: z.boolean(),
    rezoning: z.strictObject({ from: z.string(), to: z.string() }).nullable(),
  })
  .meta({ id: "ShopSettings" }) satisfies z.ZodType<ShopSettings>;

const EXAMPLE_SETTINGS = {
  id: "default",
  name: "Default shop",
  time_zone: "America/New_York",
  language: "en",
  policy: { ...EXAMPLE_POLICY, travel_minutes: 0 },
  active: true,
  rezoning: null,
};
const answer = (description: string) => ({ description, schema: settings, example: EXAMPLE_SETTINGS });

const one = { tag: "Shop", path: "/v1/shops/{shop_id}", params: shopParams } as const;

export const SETTINGS_ENDPOINTS: readonly Endpoint[] = [
  {
    id: "createShop",
    method: "post",
    path: "/v1/shops",
    tag: "Shop",
    summary: "Create a shop",
    callers: PLATFORM_ADMIN,
    query: noQuery,
    headers: z.object({ "idempotency-key": idempotencyKeySchema.optional() }),
    body: { schema: shopBody, example: { id: "uptown", name: "Uptown", time_zone: "America/New_York" } },
    answerHeaders: { ETag: z.string() },
    answers: { 201: answer("Created."), 200: answer("Created before, with the same key.") },
    errors: ["already_exists", "idempotency_key_reused", "contention"],
  },
  {
    ...one,
    id: "getSettings",
    method: "get",
    path: "/v1/shops/{shop_id}/settings",
    summary: "Show the settings of a shop",
    callers: ADMIN,
    query: noQuery,
    etag: true,
    answers: { 200: answer("Everything that admins set.") },
  },
  {
    ...one,
    id: "changeShop",
    method: "patch",
    summary: "Change settings of a shop",
    description:
      "After a change of `time_zone` bookings keep their instants and are filed under their new dates; until that has ended reservations answer 503 `shop_rezoning`. Only admins of the platform set `active`.",
    callers: ADMIN,
    query: noQuery,
    etag: true,
    body: { schema: shopChangeBody, example: { policy: { lead_time_minutes: 60 } } },
    answers: {
      200: answer("The settings."),
      202: answer("The bookings are being filed under the new zone."),
    },
    errors: ["contention", "shop_rezoning"],
  },
  {
    ...one,
    id: "removeShop",
    method: "delete",
    summary: "Deactivate or purge a shop",
    description: "Deactivates it; with `purge=true` removes one that has nothing any more.",
    callers: PLATFORM_ADMIN,
    query: shopRemovalQuery,
    queryExample: {},
    ifMatch: true,
    answers: { 200: answer("Deactivated."), 204: { description: "Purged." } },
    errors: ["still_referenced", "contention", "shop_rezoning"],
  },
];
