import { Router, type RequestHandler } from "express";
import { z } from "zod";
import { PAGE_DAYS, rangeProblem } from "../../availability/answers/query-schemas.ts";
import { daysBetween, eachDate } from "../../engine/dates.ts";
import type { VerifyToken } from "../../platform/auth/token-verifier.ts";
import { invalidRequest } from "../../platform/errors.ts";
import { ApiError, unwrap } from "../../platform/http/api-error.ts";
import { requireAdmin } from "../../platform/http/authenticate.ts";
import { onlyMethods } from "../../platform/http/error-handler.ts";
import { dateSchema, idSchema } from "../../platform/http/fields.ts";
import { noQuery, shopParams } from "../../platform/http/params.ts";
import { scopeOf } from "../../platform/http/request-scope.ts";
import { parseBody, parseParams, parseQuery } from "../../platform/http/validate.ts";
import { recalculate, type RecalculationDependencies } from "./recalculate.ts";

/** `POST …/availability:recalculate` */
export const recalculationBody = z.strictObject({
  from_date: dateSchema,
  to_date: dateSchema,
  mechanic_id: idSchema.optional(),
});

interface Dependencies extends RecalculationDependencies {
  readonly verifyToken: VerifyToken;
}

/** The route that rebuilds a range of cached days, for admins who doubt that the days are right. */
export function recalculationRoutes(dependencies: Dependencies): Router {
  const router = Router();
  router
    .route("/v1/shops/:shop_id/availability\\:recalculate")
    .post(answerRecalculation(dependencies))
    .all(onlyMethods("POST"));
  return router;
}

function answerRecalculation(dependencies: Dependencies): RequestHandler {
  return async (request, response) => {
    const { shop_id } = parseParams(shopParams, request);
    parseQuery(noQuery, request);
    const admin = await requireAdmin(request, shop_id, dependencies.verifyToken);
    const { from_date, to_date, mechanic_id = null } = parseBody(recalculationBody, request);
    const problem = rangeProblem(from_date, to_date, "to_date") ?? lengthProblem(from_date, to_date);
    if (problem) throw new ApiError(invalidRequest(problem).refusal);
    const dates = eachDate(from_date, to_date);
    const actor = { kind: admin.role, uid: admin.uid };
    const wanted = { shopId: shop_id, dates, mechanicId: mechanic_id, actor };
    const { rebuilt, notStored } = unwrap(await recalculate(dependencies, wanted, scopeOf(response)));
    response.json({ shop_id, from_date, to_date, mechanic_id, rebuilt, not_stored: notStored });
  };
}

function lengthProblem(from: string, to: string) {
  const isTooLong = daysBetween(from, to) + 1 > PAGE_DAYS;
  return isTooLong ? { path: "to_date", message: `At most ${PAGE_DAYS} days at a time.` } : null;
}
