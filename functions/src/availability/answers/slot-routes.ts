import { Router, type Response } from "express";
import type { Shop } from "../../catalog/schema.ts";
import type { VerifyToken } from "../../platform/auth/token-verifier.ts";
import { invalidRequest } from "../../platform/errors.ts";
import { ApiError, unwrap } from "../../platform/http/api-error.ts";
import { onlyMethods } from "../../platform/http/error-handler.ts";
import { scopeOf } from "../../platform/http/request-scope.ts";
import { shopParams } from "../../platform/http/params.ts";
import { parseParams, parseQuery } from "../../platform/http/validate.ts";
import { setAnswerHeaders } from "./answer-headers.ts";
import { requireMayBypass } from "./bypass.ts";
import { firstFreeSlot, type FirstSlotDependencies } from "./first-slot.ts";
import { pageSize, rangeProblem, slotsQuery, viewProblem, type SlotsQuery } from "./query-schemas.ts";
import { resolveSelection, selectionQuery } from "./selection.ts";
import { answeredPart, pageOfSlots, placeOfPage } from "./slot-page.ts";
import { presentSlot, type MechanicSlot, type Selection } from "./slots.ts";

export interface AnswerDependencies extends FirstSlotDependencies {
  readonly verifyToken: VerifyToken;
}

/** `GET /v1/shops/{shop_id}/slots`: free slots, as a list in pages or only the next one. */
export function slotRoutes(context: AnswerDependencies): Router {
  const router = Router();
  router
    .route("/v1/shops/:shop_id/slots")
    .get(async (request, response) => {
      const { shop_id } = parseParams(shopParams, request);
      const query = parseQuery(slotsQuery, request);
      const { from, to, fresh } = query;
      const problem = viewProblem(query) ?? (to === undefined ? null : rangeProblem(from, to, "to"));
      if (problem) throw new ApiError(invalidRequest(problem).refusal);
      await requireMayBypass(request, { shopId: shop_id, fresh }, context.verifyToken);
      if (query.view === "first" || to === undefined) await answerFirst(context, shop_id, query, response);
      else await answerList(context, shop_id, { ...query, to }, response);
    })
    .all(onlyMethods("GET"));
  return router;
}

async function answerList(
  context: FirstSlotDependencies,
  shopId: string,
  query: SlotsQuery & { to: string },
  response: Response,
): Promise<void> {
  const scope = scopeOf(response);
  const place = unwrap(placeOfPage(query));
  const ask = { shopId, dates: place.dates, fresh: query.fresh, forService: query.service_id !== undefined };
  const found = unwrap(await context.availability.daysForAnswer(ask, scope));
  setAnswerHeaders(response, found);
  const { shop, days } = found;
  const wanted = { shop, days: days.values(), query: selectionQuery(query) };
  const selection = unwrap(await resolveSelection(context, wanted, scope));
  const source = { shop, days, selection, now: scope.now };
  const page = pageOfSlots(source, answeredPart(place, days), pageSize(query));
  const { time_zone, present } = presentation(query, shop, selection);
  const slots = page.slots.map(present);
  response.json({ shop_id: shop.id, time_zone, slots, next_page_token: page.nextToken });
}

async function answerFirst(
  context: FirstSlotDependencies,
  shopId: string,
  query: SlotsQuery,
  response: Response,
): Promise<void> {
  const { from, to, fresh } = query;
  const ask = { shopId, from, to, fresh, selection: selectionQuery(query) };
  const found = unwrap(await firstFreeSlot(context, ask, scopeOf(response)));
  setAnswerHeaders(response, found);
  const { shop, selection, slot, nextFrom } = found;
  const { time_zone, present } = presentation(query, shop, selection);
  response.json({ shop_id: shop.id, time_zone, slot: slot && present(slot), next_from: nextFrom });
}

/** Returns the zone of an answer's times, the requested one or the shop's, and the presenter of its slots. */
function presentation(query: SlotsQuery, shop: Shop, selection: Selection) {
  const zone = query.time_zone ?? shop.time_zone;
  const present = (slot: MechanicSlot) => presentSlot(slot, selection.service?.id ?? null, zone);
  return { time_zone: zone, present };
}
