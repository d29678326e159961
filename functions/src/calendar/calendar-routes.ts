import { Router, type Request, type RequestHandler, type Response } from "express";
import type { VerifyToken } from "../platform/auth/token-verifier.ts";
import { unwrap } from "../platform/http/api-error.ts";
import { requireAdmin, requireAdminOrMechanic } from "../platform/http/authenticate.ts";
import { onlyMethods } from "../platform/http/error-handler.ts";
import { mechanicParams, shopParams } from "../platform/http/params.ts";
import { scopeOf } from "../platform/http/request-scope.ts";
import { parseParams, parseQuery } from "../platform/http/validate.ts";
import { answerResource } from "../platform/http/resource-answer.ts";
import { calendarQuery, monthPage, shownStatuses } from "./calendar-query.ts";
import { showDay, showMonth, type CalendarDependencies } from "./show-calendar.ts";

interface Dependencies extends CalendarDependencies {
  readonly verifyToken: VerifyToken;
}

/** Whose calendar a request asks for. */
export interface Whose {
  readonly shopId: string;
  /** Null: the shop's, with all mechanics. */
  readonly mechanicId: string | null;
}

/** The two calendars of the API: their paths, and how a request names whose calendar it wants. */
export const CALENDARS: readonly { readonly path: string; readonly whose: (request: Request) => Whose }[] = [
  {
    path: "/v1/shops/:shop_id/mechanics/:mechanic_id/calendar",
    whose: (request) => {
      const { shop_id: shopId, mechanic_id: mechanicId } = parseParams(mechanicParams, request);
      return { shopId, mechanicId };
    },
  },
  {
    path: "/v1/shops/:shop_id/calendar",
    whose: (request) => ({ shopId: parseParams(shopParams, request).shop_id, mechanicId: null }),
  },
];

/** Routes to calendars: a mechanic's for the mechanic and admins, the shop's for admins. */
export function calendarRoutes(dependencies: Dependencies): Router {
  const router = Router();
  for (const { path, whose } of CALENDARS) {
    router.route(path).get(answerCalendar(dependencies, whose)).all(onlyMethods("GET"));
  }
  return router;
}

/** Throws the refusal of a caller who may not see the calendar. */
export async function requireReader(
  request: Request,
  { shopId, mechanicId }: Whose,
  verify: VerifyToken,
): Promise<void> {
  if (mechanicId === null) await requireAdmin(request, shopId, verify);
  else await requireAdminOrMechanic(request, { shopId, mechanicId }, verify);
}

function answerCalendar(dependencies: Dependencies, whose: (request: Request) => Whose): RequestHandler {
  return async (request: Request, response: Response) => {
    const asked = whose(request);
    const query = parseQuery(calendarQuery, request);
    await requireReader(request, asked, dependencies.verifyToken);
    const filter = { ...asked, statuses: shownStatuses(query.status) };
    const shown =
      query.date === undefined
        ? showMonth(dependencies, { filter, asked: monthPage(query.month ?? "", query) }, scopeOf(response))
        : showDay(dependencies, { ...filter, date: query.date }, scopeOf(response));
    answerResource(request, response, { name: null, resource: unwrap(await shown) });
  };
}
