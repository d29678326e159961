import { Router, type Request, type Response } from "express";
import { z } from "zod";
import type { Context } from "../context.ts";
import { ApiError, unwrap } from "../platform/http/api-error.ts";
import { callerOf } from "../platform/http/authenticate.ts";
import { onlyMethods } from "../platform/http/error-handler.ts";
import { sessionIdSchema } from "../holds/session.ts";
import { noQuery, shopParams } from "../platform/http/params.ts";
import { scopeOf } from "../platform/http/request-scope.ts";
import { parseBody, parseInput, parseParams, parseQuery } from "../platform/http/validate.ts";
import { book } from "./book.ts";
import { presentBooking } from "./booking.ts";
import { etagOf } from "./etag.ts";
import { listBookings, listQuery } from "./list-bookings.ts";
import { bookingBody, bookingRequest, idempotencyKeySchema } from "./booking-request.ts";

const headers = z.object({
  "idempotency-key": idempotencyKeySchema.optional(),
  "x-session-id": sessionIdSchema.optional(),
});

export function bookingRoutes(context: Context): Router {
  const router = Router();

  async function answerBooking(shopId: string, request: Request, response: Response): Promise<void> {
    parseQuery(noQuery, request);
    const { "idempotency-key": key, "x-session-id": session } = parseInput(headers, {
      "idempotency-key": request.get("idempotency-key"),
      "x-session-id": request.get("x-session-id"),
    });
    const wanted = unwrap(bookingRequest(parseBody(bookingBody, request), session));
    const principal = await callerOf(request, context.verifyToken);
    const command = { shopId, request: wanted, principal, idempotencyKey: key ?? null };
    const { booking, zone, manageToken, replayed } = unwrap(await book(context, command, scopeOf(response)));
    response.set("ETag", etagOf(booking));
    response.status(replayed ? 200 : 201).json({
      booking: presentBooking(booking, zone),
      ...(manageToken === null ? {} : { manage_token: manageToken }),
    });
  }

  router
    .route("/bookings")
    .post((request, response) => answerBooking("default", request, response))
    .all(onlyMethods("POST"));

  router
    .route("/v1/shops/:shop_id/bookings")
    .post((request, response) => answerBooking(parseParams(shopParams, request).shop_id, request, response))
    .get(async (request, response) => {
      const { shop_id } = parseParams(shopParams, request);
      const query = parseQuery(listQuery, request);
      const principal = await callerOf(request, context.verifyToken);
      if (!principal) throw ApiError.of("unauthenticated", undefined, { "WWW-Authenticate": "Bearer" });
      const listed = unwrap(await listBookings(context, shop_id, principal, query, scopeOf(response)));
      response.set("Cache-Control", "private, no-store").json({
        bookings: listed.bookings.map((booking) => presentBooking(booking, listed.zone)),
        next_page_token: listed.nextPageToken,
      });
    })
    .all(onlyMethods("GET", "POST"));

  return router;
}
