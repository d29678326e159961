import { Router, type Request, type RequestHandler, type Response } from "express";
import { z } from "zod";
import { sessionIdSchema } from "../holds/session.ts";
import type { VerifyToken } from "../platform/auth/token-verifier.ts";
import { ApiError, unwrap } from "../platform/http/api-error.ts";
import { callerOf, callerOfChange } from "../platform/http/authenticate.ts";
import { onlyMethods } from "../platform/http/error-handler.ts";
import { noQuery, shopParams } from "../platform/http/params.ts";
import { scopeOf } from "../platform/http/request-scope.ts";
import { parseBody, parseInput, parseParams, parseQuery } from "../platform/http/validate.ts";
import type { BookDependencies } from "./attempt-until-settled.ts";
import { book } from "./book.ts";
import { presentBooking } from "./booking.ts";
import { bookingBody, bookingRequest, guestKeySchema, idempotencyKeySchema } from "./booking-request.ts";
import { etagOf } from "./etag.ts";
import { listBookings, listQuery, type ListDependencies } from "./list-bookings.ts";

const DEFAULT_SHOP = "default";

const headers = z.object({
  "idempotency-key": idempotencyKeySchema.optional(),
  "x-session-id": sessionIdSchema.optional(),
});

const guestHeaders = headers.extend({ "idempotency-key": guestKeySchema.optional() });

interface Dependencies extends BookDependencies, ListDependencies {
  readonly verifyToken: VerifyToken;
}

/** Routes to make and to list bookings. */
export function bookingRoutes(dependencies: Dependencies): Router {
  const router = Router();
  router
    .route("/bookings")
    .post((request, response) => answerBooking(dependencies, DEFAULT_SHOP, request, response))
    .all(onlyMethods("POST"));
  router
    .route("/v1/shops/:shop_id/bookings")
    .post((request, response) => {
      const { shop_id } = parseParams(shopParams, request);
      return answerBooking(dependencies, shop_id, request, response);
    })
    .get(answerList(dependencies))
    .all(onlyMethods("GET", "POST"));
  return router;
}

async function answerBooking(
  dependencies: Dependencies,
  shopId: string,
  request: Request,
  response: Response,
): Promise<void> {
  parseQuery(noQuery, request);
  const principal = await callerOf(request, dependencies.verifyToken);
  const { "idempotency-key": key, "x-session-id": session } = parseInput(principal ? headers : guestHeaders, {
    "idempotency-key": request.get("idempotency-key"),
    "x-session-id": request.get("x-session-id"),
  });
  const wanted = unwrap(bookingRequest(parseBody(bookingBody, request), session));
  if (wanted.override) await callerOfChange(request, dependencies.verifyToken);
  const command = { shopId, request: wanted, principal, idempotencyKey: key ?? null };
  const booked = unwrap(await book(dependencies, command, scopeOf(response)));
  const { booking, zone, manageToken, replayed } = booked;
  response.set("ETag", etagOf(booking));
  response.status(replayed ? 200 : 201).json({
    booking: presentBooking(booking, zone),
    ...(manageToken === null ? {} : { manage_token: manageToken }),
  });
}

function answerList(dependencies: Dependencies): RequestHandler {
  return async (request, response) => {
    const { shop_id } = parseParams(shopParams, request);
    const query = parseQuery(listQuery, request);
    const principal = await callerOf(request, dependencies.verifyToken);
    if (!principal) throw ApiError.of("unauthenticated", undefined, { "WWW-Authenticate": "Bearer" });
    const asked = { shopId: shop_id, principal, query };
    const listed = unwrap(await listBookings(dependencies, asked, scopeOf(response)));
    response.set("Cache-Control", "private, no-store").json({
      bookings: listed.bookings.map((booking) => presentBooking(booking, listed.zone)),
      next_page_token: listed.nextPageToken,
    });
  };
}
