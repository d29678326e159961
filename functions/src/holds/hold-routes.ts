import { Router, type Request, type RequestHandler } from "express";
import { z } from "zod";
import { actorOf } from "../audit/actor.ts";
import type { VerifyToken } from "../platform/auth/token-verifier.ts";
import { invalidRequest } from "../platform/errors.ts";
import { ApiError, unwrap } from "../platform/http/api-error.ts";
import { callerOf } from "../platform/http/authenticate.ts";
import { onlyMethods } from "../platform/http/error-handler.ts";
import { idSchema } from "../platform/http/fields.ts";
import { noQuery, shopParams } from "../platform/http/params.ts";
import { scopeOf } from "../platform/http/request-scope.ts";
import { parseBody, parseInput, parseParams, parseQuery } from "../platform/http/validate.ts";
import { presentHold } from "./hold.ts";
import { holdBody, holdRequest } from "./hold-request.ts";
import { placeHold, type HoldDependencies } from "./place-hold.ts";
import { releaseHold } from "./release-hold.ts";
import { sessionIdSchema } from "./session.ts";

const holdParams = shopParams.extend({ hold_id: idSchema });
const releaseBody = z.strictObject({ session_id: sessionIdSchema.optional() });
/** Access logs keep URLs, and a session id is what releases the session's holds. */
const releaseQuery = z.strictObject({
  session_id: z.never("Not in the URL: send it in the body or as X-Session-Id.").optional(),
});

interface Dependencies extends HoldDependencies {
  readonly verifyToken: VerifyToken;
}

/** Routes to place and to release a hold. */
export function holdRoutes(dependencies: Dependencies): Router {
  const router = Router();
  router.route("/v1/shops/:shop_id/holds").post(answerPlacing(dependencies)).all(onlyMethods("POST"));
  router
    .route("/v1/shops/:shop_id/holds/:hold_id")
    .delete(answerReleasing(dependencies))
    .all(onlyMethods("DELETE"));
  return router;
}

function answerPlacing(dependencies: Dependencies): RequestHandler {
  return async (request, response) => {
    const { shop_id: shopId } = parseParams(shopParams, request);
    parseQuery(noQuery, request);
    const body = parseBody(holdBody, request);
    const wanted = unwrap(holdRequest(body));
    const sessionId = sessionOf(request, body.session_id);
    const actor = actorOf(await callerOf(request, dependencies.verifyToken));
    const command = { shopId, request: wanted, sessionId, actor };
    const { hold, shop, again } = unwrap(await placeHold(dependencies, command, scopeOf(response)));
    const answer = presentHold(hold, shop.time_zone, shop.policy.hold_minutes);
    response.status(again ? 200 : 201).json(answer);
  };
}

function answerReleasing(dependencies: Dependencies): RequestHandler {
  return async (request, response) => {
    const { shop_id: shopId, hold_id: holdId } = parseParams(holdParams, request);
    parseQuery(releaseQuery, request);
    const body = parseInput(releaseBody, request.body ?? {});
    const sessionId = sessionOf(request, body.session_id);
    unwrap(await releaseHold(dependencies, { shopId, holdId, sessionId }, scopeOf(response)));
    response.status(204).end();
  };
}

/** The session of the request: as its body states it, else its `X-Session-Id`. */
function sessionOf(request: Request, inBody: string | undefined): string {
  const sessionId = inBody ?? request.get("x-session-id");
  if (sessionId === undefined) {
    const message = "Required, here or as X-Session-Id: the session that holds.";
    throw new ApiError(invalidRequest({ path: "session_id", message }).refusal);
  }
  return parseInput(z.object({ session_id: sessionIdSchema }), { session_id: sessionId }).session_id;
}
