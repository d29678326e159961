import { Router } from "express";
import { z } from "zod";
import type { Context } from "../../context.ts";
import { addDays, daysBetween, eachDate, LAST_DATE } from "../../engine/dates.ts";
import { dateOf } from "../../engine/zone.ts";
import { unwrap } from "../../platform/http/api-error.ts";
import { requireAdmin } from "../../platform/http/authenticate.ts";
import { onlyMethods } from "../../platform/http/error-handler.ts";
import { dateSchema, idSchema } from "../../platform/http/fields.ts";
import { noQuery } from "../../platform/http/params.ts";
import { scopeOf } from "../../platform/http/request-scope.ts";
import { parseInput, parseQuery } from "../../platform/http/validate.ts";

const MAX_SEEDED_DAYS = 62;

/** `POST /availability/seed`: which days to seed. Without a start, from today on; without a length, a week. */
const seedBody = z
  .strictObject({
    shop_id: idSchema.default("default"),
    start_date: dateSchema.optional(),
    days: z.int().min(1).max(MAX_SEEDED_DAYS).default(7),
  })
  .refine(({ start_date, days }) => !isBeyondCalendar(start_date, days), {
    path: ["days"],
    error: `The last date is ${LAST_DATE}.`,
  });

/** A start that is no date has been complained of already. */
function isBeyondCalendar(start: string | undefined, days: number): boolean {
  return start !== undefined && daysBetween(start, LAST_DATE) < days - 1;
}

export function seedingRoutes(context: Context): Router {
  const router = Router();
  router
    .route("/availability/seed")
    .post(async (request, response) => {
      parseQuery(noQuery, request);
      const { shop_id, start_date, days } = parseInput(seedBody, request.body ?? {});
      const admin = await requireAdmin(request, shop_id, context.verifyToken);
      const scope = scopeOf(response);
      const datesIn = (zone: string) => {
        const first = start_date ?? dateOf(zone, Math.floor(scope.now / 60_000));
        return eachDate(first, addDays(first, days - 1));
      };
      const actor = { kind: admin.role, uid: admin.uid };
      response.json(unwrap(await context.seeder.seed(shop_id, datesIn, actor, scope)));
    })
    .all(onlyMethods("POST"));
  return router;
}
