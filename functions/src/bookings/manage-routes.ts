import { Router, type Request, type Response } from "express";
import { z } from "zod";
import type { Context } from "../context.ts";
import { ApiError, unwrap } from "../platform/http/api-error.ts";
import { callerOf } from "../platform/http/authenticate.ts";
import { onlyMethods } from "../platform/http/error-handler.ts";
import { idSchema } from "../platform/http/fields.ts";
import { noQuery, shopParams } from "../platform/http/params.ts";
import { scopeOf } from "../platform/http/request-scope.ts";
import { parseBody, parseInput, parseParams, parseQuery } from "../platform/http/validate.ts";
import type { Caller } from "./access.ts";
import { presentBooking } from "./booking.ts";
import { changeBooking, type BookingInZone } from "./change-booking.ts";
import { reasonBody, rescheduleBody, type Change } from "./change-request.ts";
import { etagOf, isKnown } from "./etag.ts";
import { viewBooking } from "./view-booking.ts";

const params = shopParams.extend({ booking_id: idSchema });
const manageToken = z.object({ "x-manage-token": z.string().max(200).optional() });

/** One booking: what its customer, its guest, its mechanic and the shop's admins may do with it. */
export function manageRoutes(context: Context): Router {
  const router = Router();

  async function whoAsks(request: Request): Promise<Caller> {
    const given = parseInput(manageToken, { "x-manage-token": request.get("x-manage-token") });
    const principal = await callerOf(request, context.verifyToken);
    // An empty header is none: forms and scripts send it where they have no token.
    const caller = { principal, manageToken: given["x-manage-token"] || null };
    if (principal || caller.manageToken !== null) return caller;
    throw ApiError.of("unauthenticated", "A bearer token or an X-Manage-Token is required.", {
      "WWW-Authenticate": "Bearer",
    });
  }

  async function change(request: Request, response: Response, wanted: Change, reason: string | null) {
    const { shop_id: shopId, booking_id: bookingId } = parseParams(params, request);
    const caller = await whoAsks(request);
    const ifMatch = request.get("if-match") ?? null;
    const command = { shopId, bookingId, caller, change: wanted, ifMatch, reason };
    answer(response, unwrap(await changeBooking(context, command, scopeOf(response))));
  }

  router
    .route("/v1/shops/:shop_id/bookings/:booking_id")
    .get(async (request, response) => {
      const { shop_id, booking_id } = parseParams(params, request);
      parseQuery(noQuery, request);
      const caller = await whoAsks(request);
      const shown = unwrap(await viewBooking(context, shop_id, booking_id, caller, scopeOf(response)));
      // Not left to Express: programs that send If-None-Match through fetch send `no-cache` with it.
      if (isKnown(request.get("if-none-match"), etagOf(shown.booking))) {
        response.status(304).set("ETag", etagOf(shown.booking)).end();
      } else answer(response, shown);
    })
    .patch(async (request, response) => {
      parseQuery(noQuery, request);
      const { start, mechanic_id, duration_minutes, reason } = parseBody(rescheduleBody, request);
      const mechanicId = mechanic_id ?? null;
      const durationMinutes = duration_minutes ?? null;
      const wanted = { action: "reschedule", start, mechanicId, durationMinutes } as const;
      await change(request, response, wanted, reason ?? null);
    })
    .delete(async (request, response) => {
      const inQuery = parseQuery(reasonBody, request).reason;
      const inBody = parseInput(reasonBody, request.body ?? {}).reason;
      await change(request, response, { action: "cancel" }, inBody ?? inQuery ?? null);
    })
    .all(onlyMethods("GET", "PATCH", "DELETE"));

  for (const action of ["complete", "no_show"] as const) {
    router
      .route(`/v1/shops/:shop_id/bookings/:booking_id/${action}`)
      .post(async (request, response) => {
        parseQuery(noQuery, request);
        const { reason } = parseInput(reasonBody, request.body ?? {});
        await change(request, response, { action }, reason ?? null);
      })
      .all(onlyMethods("POST"));
  }

  return router;
}

function answer(response: Response, { booking, zone }: BookingInZone): void {
  response.set("ETag", etagOf(booking));
  response.set("Cache-Control", "private, no-cache");
  response.json({ booking: presentBooking(booking, zone) });
}
