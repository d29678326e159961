import { Router, type Request, type Response } from "express";
import type { Context } from "../../context.ts";
import { invalidRequest } from "../../platform/errors.ts";
import { ApiError, unwrap } from "../../platform/http/api-error.ts";
import { onlyMethods } from "../../platform/http/error-handler.ts";
import { shopParams } from "../../platform/http/params.ts";
import { scopeOf } from "../../platform/http/request-scope.ts";
import { parseParams, parseQuery } from "../../platform/http/validate.ts";
import { setAnswerHeaders, asksForFresh } from "./answer-headers.ts";
import { firstFreeSlot } from "./first-slot.ts";
import { pageSize, rangeProblem, slotsQuery, viewProblem, type SlotsQuery } from "./query-schemas.ts";
import { resolveSelection } from "./selection.ts";
import { pageOfSlots, placeOfPage } from "./slot-page.ts";
import { presentSlot } from "./slots.ts";

/** `GET /v1/shops/{shop_id}/slots`: free slots, as a list in pages or only the next one. */
export function slotRoutes(context: Context): Router {
  const router = Router();

  async function answerList(
    shopId: string,
    query: SlotsQuery & { to: string },
    fresh: boolean,
    to: Response,
  ) {
    const scope = scopeOf(to);
    const place = unwrap(placeOfPage(query));
    const forService = query.service_id !== undefined;
    const ask = { shopId, dates: place.dates, fresh, forService };
    const found = unwrap(await context.availability.daysForAnswer(ask, scope));
    setAnswerHeaders(to, found);
    const { shop, days } = found;
    const selection = unwrap(await resolveSelection(context, shop, days.values(), query, scope));
    const page = pageOfSlots({ shop, days, selection, now: scope.now }, place, pageSize(query));
    const zone = query.time_zone ?? shop.time_zone;
    to.json({
      shop_id: shop.id,
      time_zone: zone,
      slots: page.slots.map((slot) => presentSlot(slot, selection.service?.id ?? null, zone)),
      next_page_token: page.nextToken,
    });
  }

  async function answerFirst(shopId: string, query: SlotsQuery, fresh: boolean, to: Response) {
    const ask = { shopId, from: query.from, to: query.to, fresh, selection: query };
    const found = unwrap(await firstFreeSlot(context, ask, scopeOf(to)));
    setAnswerHeaders(to, found);
    const { shop, selection, slot, nextFrom } = found;
    const zone = query.time_zone ?? shop.time_zone;
    to.json({
      shop_id: shop.id,
      time_zone: zone,
      slot: slot && presentSlot(slot, selection.service?.id ?? null, zone),
      next_from: nextFrom,
    });
  }

  router
    .route("/v1/shops/:shop_id/slots")
    .get(async (request: Request, response: Response) => {
      const { shop_id } = parseParams(shopParams, request);
      const query = parseQuery(slotsQuery, request);
      const { from, to } = query;
      const problem = viewProblem(query) ?? (to === undefined ? null : rangeProblem(from, to, "to"));
      if (problem) throw new ApiError(invalidRequest(problem).refusal);
      const fresh = query.fresh || asksForFresh(request);
      if (query.view === "first" || to === undefined) await answerFirst(shop_id, query, fresh, response);
      else await answerList(shop_id, { ...query, to }, fresh, response);
    })
    .all(onlyMethods("GET"));

  return router;
}
