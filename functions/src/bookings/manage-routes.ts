import { Router, type Request, type RequestHandler, type Response } from "express";
import { z } from "zod";
import type { VerifyToken } from "../platform/auth/token-verifier.ts";
import { ApiError, unwrap } from "../platform/http/api-error.ts";
import { callerOf, callerOfChange } from "../platform/http/authenticate.ts";
import { onlyMethods } from "../platform/http/error-handler.ts";
import { isKnown } from "../platform/http/etag.ts";
import { idSchema } from "../platform/http/fields.ts";
import { noQuery, shopParams } from "../platform/http/params.ts";
import { scopeOf } from "../platform/http/request-scope.ts";
import { parseBody, parseInput, parseParams, parseQuery } from "../platform/http/validate.ts";
import type { Caller } from "./access.ts";
import { presentBooking } from "./booking.ts";
import { changeBooking, type BookingInZone, type ChangeDependencies } from "./change-booking.ts";
import { reasonBody, rescheduleBody, type Change } from "./change-request.ts";
import { etagOf } from "./etag.ts";
import { viewBooking } from "./view-booking.ts";

const bookingParams = shopParams.extend({ booking_id: idSchema });
const manageToken = z.object({ "x-manage-token": z.string().max(200).optional() });

interface Dependencies extends ChangeDependencies {
  readonly verifyToken: VerifyToken;
}

/** Routes to one booking, for its customer, its guest, its mechanic and the shop's admins. */
export function manageRoutes(dependencies: Dependencies): Router {
  const router = Router();
  router
    .route("/v1/shops/:shop_id/bookings/:booking_id")
    .get(answerView(dependencies))
    .patch(answerReschedule(dependencies))
    .delete(answerCancel(dependencies))
    .all(onlyMethods("GET", "PATCH", "DELETE"));
  for (const action of ["complete", "no_show"] as const) {
    router
      .route(`/v1/shops/:shop_id/bookings/:booking_id/${action}`)
      .post(answerMark(dependencies, action))
      .all(onlyMethods("POST"));
  }
  return router;
}

function answerView(dependencies: Dependencies): RequestHandler {
  return async (request, response) => {
    const { shop_id: shopId, booking_id: bookingId } = parseParams(bookingParams, request);
    parseQuery(noQuery, request);
    const caller = await requireCaller(dependencies, request, callerOf);
    const shown = unwrap(await viewBooking(dependencies, { shopId, bookingId, caller }, scopeOf(response)));
    // Not left to Express: clients that send If-None-Match through fetch send `no-cache` with it.
    if (isKnown(request.get("if-none-match"), etagOf(shown.booking))) {
      response.status(304).set("ETag", etagOf(shown.booking)).end();
    } else answer(response, shown);
  };
}

function answerReschedule(dependencies: Dependencies): RequestHandler {
  return async (request, response) => {
    parseQuery(noQuery, request);
    const {
      start,
      mechanic_id,
      duration_minutes,
      reason,
      override = null,
    } = parseBody(rescheduleBody, request);
    const mechanicId = mechanic_id ?? null;
    const durationMinutes = duration_minutes ?? null;
    const change = { action: "reschedule", start, mechanicId, durationMinutes, override } as const;
    answer(response, await perform(dependencies, request, response, { change, reason: reason ?? null }));
  };
}

function answerCancel(dependencies: Dependencies): RequestHandler {
  return async (request, response) => {
    const inQuery = parseQuery(reasonBody, request).reason;
    const inBody = parseInput(reasonBody, request.body ?? {}).reason;
    const wanted = { change: { action: "cancel" }, reason: inBody ?? inQuery ?? null } as const;
    answer(response, await perform(dependencies, request, response, wanted));
  };
}

function answerMark(dependencies: Dependencies, action: "complete" | "no_show"): RequestHandler {
  return async (request, response) => {
    parseQuery(noQuery, request);
    const { reason } = parseInput(reasonBody, request.body ?? {});
    const wanted = { change: { action }, reason: reason ?? null };
    answer(response, await perform(dependencies, request, response, wanted));
  };
}

async function perform(
  dependencies: Dependencies,
  request: Request,
  response: Response,
  wanted: { readonly change: Change; readonly reason: string | null },
): Promise<BookingInZone> {
  const { shop_id: shopId, booking_id: bookingId } = parseParams(bookingParams, request);
  const caller = await requireCaller(dependencies, request, callerOfChange);
  const ifMatch = request.get("if-match") ?? null;
  const command = { ...wanted, shopId, bookingId, caller, ifMatch };
  return unwrap(await changeBooking(dependencies, command, scopeOf(response)));
}

/** The caller, by bearer token or manage token; 401 when the request has neither. */
async function requireCaller(
  { verifyToken }: Dependencies,
  request: Request,
  principalOf: typeof callerOf,
): Promise<Caller> {
  const given = parseInput(manageToken, { "x-manage-token": request.get("x-manage-token") });
  const principal = await principalOf(request, verifyToken);
  // An empty header counts as missing: forms and scripts send it when they have no token.
  const caller = { principal, manageToken: given["x-manage-token"] || null };
  if (principal || caller.manageToken !== null) return caller;
  throw ApiError.of("unauthenticated", "A bearer token or an X-Manage-Token is required.", {
    "WWW-Authenticate": "Bearer",
  });
}

function answer(response: Response, { booking, zone }: BookingInZone): void {
  response.set("ETag", etagOf(booking));
  response.set("Cache-Control", "private, no-cache");
  response.json({ booking: presentBooking(booking, zone) });
}
