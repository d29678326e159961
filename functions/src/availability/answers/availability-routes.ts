import { Router } from "express";
import type { z } from "zod";
import type { PlainDate } from "../../engine/types.ts";
import type { Scope } from "../../platform/scope.ts";
import { unwrap } from "../../platform/http/api-error.ts";
import { onlyMethods } from "../../platform/http/error-handler.ts";
import { scopeOf } from "../../platform/http/request-scope.ts";
import { parseQuery } from "../../platform/http/validate.ts";
import { setAnswerHeaders } from "./answer-headers.ts";
import { requireMayBypass } from "./bypass.ts";
import type { FirstSlotDependencies } from "./first-slot.ts";
import { availabilityQuery, datesAsked } from "./query-schemas.ts";
import { resolveSelection, selectionQuery } from "./selection.ts";
import { slotRoutes, type AnswerDependencies } from "./slot-routes.ts";
import { rangeAnswer } from "./range-answer.ts";
import { sendJson } from "../../platform/http/send-json.ts";
import type { SlotsOfDate } from "./slots.ts";

/** The routes that answer which slots are free; `GET /availability` answers in the legacy format. */
export function availabilityRoutes(context: AnswerDependencies): Router {
  const router = Router();

  router
    .route("/availability")
    .get(async (request, response) => {
      const query = parseQuery(availabilityQuery, request);
      const { dates, next, single } = unwrap(datesAsked(query));
      const { shop_id: shopId, fresh } = query;
      await requireMayBypass(request, { shopId, fresh }, context.verifyToken);
      const { found, ofDate } = await legacyDays(context, query, dates, scopeOf(response));
      setAnswerHeaders(response, found);
      const { answer, pieces } = rangeAnswer(found, { dates, next }, ofDate);
      await sendJson(response, single ? (answer.days[0]?.slots ?? []) : answer, pieces);
    })
    .all(onlyMethods("GET"));

  router.use(slotRoutes(context));
  return router;
}

async function legacyDays(
  context: FirstSlotDependencies,
  query: z.output<typeof availabilityQuery>,
  dates: readonly PlainDate[],
  scope: Scope,
) {
  const { shop_id: shopId, fresh, service_id } = query;
  const ask = { shopId, dates, fresh, forService: service_id !== undefined };
  const found = unwrap(await context.availability.daysForAnswer(ask, scope));
  const { shop, days } = found;
  const wanted = { shop, days: days.values(), query: selectionQuery(query) };
  const selection = unwrap(await resolveSelection(context, wanted, scope));
  const ofDate = (date: PlainDate): SlotsOfDate => {
    const content = days.get(date) ?? { kind: "generated", mechanics: {} };
    return { shop, date, content, selection, now: scope.now };
  };
  return { found, ofDate };
}
