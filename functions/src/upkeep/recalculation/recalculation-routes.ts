import { Router } from "express";
import { z } from "zod";
import { PAGE_DAYS, rangeProblem } from "../../availability/answers/query-schemas.ts";
import type { Context } from "../../context.ts";
import { daysBetween, eachDate } from "../../engine/dates.ts";
import { invalidRequest } from "../../platform/errors.ts";
import { ApiError, unwrap } from "../../platform/http/api-error.ts";
import { requireAdmin } from "../../platform/http/authenticate.ts";
import { onlyMethods } from "../../platform/http/error-handler.ts";
import { dateSchema, idSchema } from "../../platform/http/fields.ts";
import { noQuery, shopParams } from "../../platform/http/params.ts";
import { scopeOf } from "../../platform/http/request-scope.ts";
import { parseBody, parseParams, parseQuery } from "../../platform/http/validate.ts";
import { recalculate } from "./recalculate.ts";

/** `POST …/availability:recalculate` */
const recalculationBody = z.strictObject({
  from_date: dateSchema,
  to_date: dateSchema,
  mechanic_id: idSchema.optional(),
});

/** Rebuilds a range of cached days: a remedy for whoever doubts them. */
export function recalculationRoutes(context: Context): Router {
  const router = Router();
  router
    .route("/v1/shops/:shop_id/availability\\:recalculate")
    .post(async (request, response) => {
      const { shop_id } = parseParams(shopParams, request);
      parseQuery(noQuery, request);
      const admin = await requireAdmin(request, shop_id, context.verifyToken);
      const { from_date, to_date, mechanic_id = null } = parseBody(recalculationBody, request);
      const problem = rangeProblem(from_date, to_date, "to_date") ?? tooLong(from_date, to_date);
      if (problem) throw new ApiError(invalidRequest(problem).refusal);
      const ask = { shopId: shop_id, dates: eachDate(from_date, to_date), mechanicId: mechanic_id };
      const actor = { kind: admin.role, uid: admin.uid };
      const { rebuilt, notStored } = unwrap(await recalculate(context, ask, actor, scopeOf(response)));
      response.json({ shop_id, from_date, to_date, mechanic_id, rebuilt, not_stored: notStored });
    })
    .all(onlyMethods("POST"));
  return router;
}

function tooLong(from: string, to: string) {
  const isTooLong = daysBetween(from, to) + 1 > PAGE_DAYS;
  return isTooLong ? { path: "to_date", message: `At most ${PAGE_DAYS} days at a time.` } : null;
}
