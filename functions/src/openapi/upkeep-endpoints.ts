import { z } from "zod";
import { problemsQuery } from "../problems/problem-routes.ts";
import type { FoundProblem } from "../problems/problem-store.ts";
import { noQuery, shopParams } from "../platform/http/params.ts";
import { recalculationBody } from "../upkeep/recalculation/recalculation-routes.ts";
import { seedBody } from "../upkeep/seeding/seed-routes.ts";
import { ADMIN } from "./callers.ts";
import type { Endpoint } from "./endpoint.ts";
import { pageToken, plainDate } from "./shown.ts";

const problem = z.strictObject({
  path: z.string().meta({ description: "The document, relative to the shop." }),
  problem: z.string(),
  effect: z.string().meta({ description: "What the API does about it." }),
}) satisfies z.ZodType<FoundProblem>;

export const UPKEEP_ENDPOINTS: readonly Endpoint[] = [
  {
    id: "listProblems",
    method: "get",
    path: "/v1/shops/{shop_id}/problems",
    tag: "Upkeep",
    summary: "List the documents of a shop that cannot be read",
    callers: ADMIN,
    params: shopParams,
    query: problemsQuery,
    queryExample: {},
    answers: {
      200: {
        description: "A page of problems.",
        schema: z.strictObject({ problems: z.array(problem), next_page_token: pageToken }),
        example: {
          problems: [
            {
              path: "exceptions/x",
              problem: "start_time is not HH:MM",
              effect: "2026-01-20 is closed for mechanic_123",
            },
          ],
          next_page_token: null,
        },
      },
    },
  },
  {
    id: "seedAvailability",
    method: "post",
    path: "/availability/seed",
    tag: "Upkeep",
    summary: "Fill the cached days of a range",
    description: "The legacy weekly seeder; days are also generated when they are asked for.",
    callers: ADMIN,
    query: noQuery,
    body: {
      schema: seedBody,
      example: { shop_id: "default", start_date: "2026-01-15", days: 7 },
      isOptional: true,
    },
    answers: {
      200: {
        description: "The seeded dates with the number of their slots.",
        schema: z.strictObject({
          shop_id: z.string(),
          seeded: z.array(z.strictObject({ date: plainDate, slots: z.int() })),
        }),
        example: { shop_id: "default", seeded: [{ date: "2026-01-15", slots: 8 }] },
      },
    },
    errors: ["not_found", "contention", "shop_rezoning"],
  },
  {
    id: "recalculateAvailability",
    method: "post",
    path: "/v1/shops/{shop_id}/availability:recalculate",
    tag: "Upkeep",
    summary: "Rebuild the cached days of a range",
    description: "For admins who doubt that the days are right; at most 62 days at a time.",
    callers: ADMIN,
    params: shopParams,
    query: noQuery,
    body: { schema: recalculationBody, example: { from_date: "2026-01-15", to_date: "2026-01-21" } },
    answers: {
      200: {
        description: "The dates that were rebuilt, and those that kept changing meanwhile.",
        schema: z.strictObject({
          shop_id: z.string(),
          from_date: plainDate,
          to_date: plainDate,
          mechanic_id: z.string().nullable(),
          rebuilt: z.array(plainDate),
          not_stored: z.array(plainDate),
        }),
        example: {
          shop_id: "default",
          from_date: "2026-01-15",
          to_date: "2026-01-15",
          mechanic_id: null,
          rebuilt: ["2026-01-15"],
          not_stored: [],
        },
      },
    },
    errors: ["contention", "shop_rezoning"],
  },
];
