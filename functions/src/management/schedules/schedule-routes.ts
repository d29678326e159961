import { actorOf } from "../../audit/actor.ts";
import { Router, type RequestHandler } from "express";
import { z } from "zod";
import type { Level1 } from "../../availability/day/level1.ts";
import type { CatalogReader } from "../../catalog/catalog-reader.ts";
import { isAdminOf } from "../../platform/auth/principal.ts";
import type { VerifyToken } from "../../platform/auth/token-verifier.ts";
import { invalidRequest } from "../../platform/errors.ts";
import { ApiError, unwrap } from "../../platform/http/api-error.ts";
import { requireAdminOrMechanic } from "../../platform/http/authenticate.ts";
import { onlyMethods } from "../../platform/http/error-handler.ts";
import { idSchema } from "../../platform/http/fields.ts";
import { mechanicParams, noQuery } from "../../platform/http/params.ts";
import { scopeOf } from "../../platform/http/request-scope.ts";
import { parseBody, parseParams, parseQuery } from "../../platform/http/validate.ts";
import { unwrapChange } from "../../platform/http/warning.ts";
import { confirmQuery, optionalMatch, requiredMatch } from "../management-request.ts";
import type { ManagementStore } from "../management-store.ts";
import { answerResource } from "../../platform/http/resource-answer.ts";
import { changeSchedule, presentSchedule } from "./change-schedule.ts";
import { readSource, scheduleCopyBody, scheduleFrom } from "./copy-schedule.ts";
import { readSchedule, weeklyScheduleBody } from "./weekly-schedule.ts";

/** The body of `PUT …/schedule`: what `GET` answers, changed. */
export const scheduleBody = z.strictObject({
  mechanic_id: idSchema.optional(),
  weekly_schedule: weeklyScheduleBody,
});

interface Dependencies {
  readonly catalog: CatalogReader;
  readonly level1: Level1;
  readonly management: ManagementStore;
  readonly newId: () => string;
  readonly verifyToken: VerifyToken;
}

/** Routes to a mechanic's weekly schedule, for the mechanic and the shop's admins. */
export function scheduleRoutes(dependencies: Dependencies): Router {
  const router = Router();
  router
    .route("/v1/shops/:shop_id/mechanics/:mechanic_id/schedule")
    .get(answerSchedule(dependencies))
    .put(answerChange(dependencies))
    .all(onlyMethods("GET", "PUT"));
  router
    .route("/v1/shops/:shop_id/mechanics/:mechanic_id/schedule\\:copy")
    .post(answerCopy(dependencies))
    .all(onlyMethods("POST"));
  return router;
}

function answerSchedule({ catalog, verifyToken }: Dependencies): RequestHandler {
  return async (request, response) => {
    const { shop_id: shopId, mechanic_id: mechanicId } = parseParams(mechanicParams, request);
    parseQuery(noQuery, request);
    await requireAdminOrMechanic(request, { shopId, mechanicId }, verifyToken);
    const mechanic = await catalog.mechanic(shopId, mechanicId, scopeOf(response).cost);
    if (!mechanic) throw ApiError.of("not_found", "There is no such mechanic.");
    answerResource(request, response, { name: null, resource: presentSchedule(mechanic) });
  };
}

function answerChange({ level1, management, newId, verifyToken }: Dependencies): RequestHandler {
  return async (request, response) => {
    const { shop_id: shopId, mechanic_id: mechanicId } = parseParams(mechanicParams, request);
    const { confirm } = parseQuery(confirmQuery, request);
    const caller = await requireAdminOrMechanic(request, { shopId, mechanicId }, verifyToken);
    const body = parseBody(scheduleBody, request);
    if ((body.mechanic_id ?? mechanicId) !== mechanicId) {
      throw new ApiError(
        invalidRequest({ path: "mechanic_id", message: "Not the one in the path." }).refusal,
      );
    }
    const schedule = unwrap(readSchedule(body.weekly_schedule));
    const changed = await changeSchedule(
      management,
      {
        command: { shopId, requestId: newId(), actor: actorOf(caller) },
        change: {
          mechanicId,
          next: () => ({ ok: true, value: schedule }),
          precondition: requiredMatch(request),
          confirm,
        },
      },
      scopeOf(response),
    );
    level1.dropShop(shopId);
    answerResource(request, response, { name: null, resource: unwrapChange(changed) });
  };
}

function answerCopy({ level1, management, newId, verifyToken }: Dependencies): RequestHandler {
  return async (request, response) => {
    const { shop_id: shopId, mechanic_id: mechanicId } = parseParams(mechanicParams, request);
    const { confirm } = parseQuery(confirmQuery, request);
    const caller = await requireAdminOrMechanic(request, { shopId, mechanicId }, verifyToken);
    const source = unwrap(readSource(parseBody(scheduleCopyBody, request)));
    const isWeek = source.kind === "mechanic";
    // A colleague's weekly hours are private.
    if (isWeek && source.mechanicId !== mechanicId && !isAdminOf(caller, shopId)) {
      throw ApiError.of("forbidden", "Only an admin of the shop may copy a colleague's schedule.");
    }
    const changed = await changeSchedule(
      management,
      {
        command: { shopId, requestId: newId(), actor: actorOf(caller) },
        change: {
          mechanicId,
          next: scheduleFrom(source),
          precondition: isWeek ? requiredMatch(request) : optionalMatch(request),
          confirm,
        },
      },
      scopeOf(response),
    );
    level1.dropShop(shopId);
    answerResource(request, response, { name: null, resource: unwrapChange(changed) });
  };
}
