import { Router, type Request, type RequestHandler } from "express";
import type { BookDependencies } from "../../bookings/attempt-until-settled.ts";
import { idempotencyKeySchema } from "../../bookings/booking-request.ts";
import { settleChange } from "../../bookings/change-booking.ts";
import { isAdminOf, type Principal } from "../../platform/auth/principal.ts";
import type { VerifyToken } from "../../platform/auth/token-verifier.ts";
import { ApiError, unwrap } from "../../platform/http/api-error.ts";
import { requireStaffOf } from "../../platform/http/authenticate.ts";
import { onlyMethods } from "../../platform/http/error-handler.ts";
import { noQuery, shopParams } from "../../platform/http/params.ts";
import { scopeOf } from "../../platform/http/request-scope.ts";
import { parseBody, parseInput, parseParams, parseQuery } from "../../platform/http/validate.ts";
import { identityFromKey } from "../request-identity.ts";
import { cancelBody, reassignBody, selectionOf, type Selection } from "./bulk-request.ts";
import { changeEach, selectBookings, type SelectionDependencies } from "./change-in-bulk.ts";
import { reassignBooking } from "./reassign-booking.ts";

interface Dependencies extends BookDependencies, SelectionDependencies {
  readonly verifyToken: VerifyToken;
}

/** Routes that change many bookings: any of the shop for its admins, their own for mechanics. */
export function bulkBookingRoutes(dependencies: Dependencies): Router {
  const router = Router();
  const post = (action: string, handler: RequestHandler) =>
    router.route(`/v1/shops/:shop_id/bookings\\:${action}`).post(handler).all(onlyMethods("POST"));
  post("reassign", answerReassign(dependencies));
  post("cancel", answerCancel(dependencies));
  return router;
}

function answerReassign(dependencies: Dependencies): RequestHandler {
  return async (request, response) => {
    const { shopId, principal } = await requireStaff(dependencies, request);
    const key = parseInput(idempotencyKeySchema.optional(), request.get("idempotency-key"));
    const body = parseBody(reassignBody, request);
    const selection = ownSelection(principal, shopId, selectionOf(body));
    const scope = scopeOf(response);
    const { to_mechanic_id: toMechanicId = null, reason = null } = body;
    const requestIdOf = (bookingId: string) =>
      key === undefined
        ? null
        : identityFromKey(key, { shopId, kind: "reassign", principal, body: [body, bookingId] }).requestId;
    const fromMechanicId = "mechanicId" in selection ? selection.mechanicId : null;
    const ids = unwrap(await selectBookings(dependencies, { shopId, selection }, scope));
    const { changed, notChanged } = await changeEach(ids, (bookingId) => {
      const caller = { principal, manageToken: null };
      const requestId = requestIdOf(bookingId);
      const command = { shopId, bookingId, caller, fromMechanicId, toMechanicId, reason, requestId };
      return reassignBooking(dependencies, command, scope);
    });
    response.json({ moved: changed, not_moved: notChanged });
  };
}

function answerCancel(dependencies: Dependencies): RequestHandler {
  return async (request, response) => {
    const { shopId, principal } = await requireStaff(dependencies, request);
    const body = parseBody(cancelBody, request);
    const selection = ownSelection(principal, shopId, selectionOf(body));
    const scope = scopeOf(response);
    const ids = unwrap(await selectBookings(dependencies, { shopId, selection }, scope));
    const { changed, notChanged } = await changeEach(ids, (bookingId) => {
      const caller = { principal, manageToken: null };
      const change = { action: "cancel" } as const;
      const order = { bookingId, caller, change, ifMatch: null, reason: body.reason ?? null };
      return settleChange(dependencies, { shopId, ...order }, scope);
    });
    response.json({ cancelled: changed, not_cancelled: notChanged });
  };
}

async function requireStaff({ verifyToken }: Dependencies, request: Request) {
  const { shop_id: shopId } = parseParams(shopParams, request);
  parseQuery(noQuery, request);
  return { shopId, principal: await requireStaffOf(request, shopId, verifyToken) };
}

/** The selection, if the caller may change it as a whole; of named bookings each one decides for itself. */
function ownSelection(principal: Principal, shopId: string, selection: Selection): Selection {
  const isTheirs =
    "bookingIds" in selection ||
    isAdminOf(principal, shopId) ||
    selection.mechanicId === principal.mechanicId;
  if (isTheirs) return selection;
  throw ApiError.of("forbidden", "A mechanic may change their own bookings only.");
}
