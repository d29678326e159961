import { Router } from "express";
import type { Context } from "../../context.ts";
import { unwrap } from "../../platform/http/api-error.ts";
import { onlyMethods } from "../../platform/http/error-handler.ts";
import { scopeOf } from "../../platform/http/request-scope.ts";
import { parseQuery } from "../../platform/http/validate.ts";
import { setAnswerHeaders, asksForFresh } from "./answer-headers.ts";
import { availabilityQuery, datesAsked } from "./query-schemas.ts";
import { resolveSelection } from "./selection.ts";
import { slotRoutes } from "./slot-routes.ts";
import { legacyAnswer } from "./slots.ts";

export function availabilityRoutes(context: Context): Router {
  const router = Router();

  router
    .route("/availability")
    .get(async (request, response) => {
      const query = parseQuery(availabilityQuery, request);
      const { dates, next, single } = unwrap(datesAsked(query));
      const scope = scopeOf(response);
      const fresh = query.fresh || asksForFresh(request);
      const ask = { shopId: query.shop_id, dates, fresh, forService: query.service_id !== undefined };
      const found = unwrap(await context.availability.daysForAnswer(ask, scope));
      setAnswerHeaders(response, found);
      const { shop, days } = found;
      const selection = unwrap(await resolveSelection(context, shop, days.values(), query, scope));
      const perDay = dates.map((date) => {
        const content = days.get(date);
        return { date, slots: content ? legacyAnswer(shop, date, content, selection, scope.now) : [] };
      });
      if (single) response.json(perDay[0]?.slots ?? []);
      else {
        response.json({
          from_date: dates[0],
          to_date: dates.at(-1),
          time_zone: shop.time_zone,
          days: perDay,
          next_from_date: next,
        });
      }
    })
    .all(onlyMethods("GET"));

  router.use(slotRoutes(context));
  return router;
}
