import type { Request, RequestHandler, Response } from "express";
import * as logger from "firebase-functions/logger";
import { Cost, type Clock, type Scope } from "../scope.ts";
import { idSchema } from "./fields.ts";

/** Reads the clock once for the request, starts counting its cost, and logs one structured line once it is answered. */
export function openScope(clock: Clock): RequestHandler {
  return (request, response, next) => {
    const scope: Scope = { now: clock.now(), cost: new Cost() };
    const startedAt = performance.now();
    response.locals["scope"] = scope;
    response.once("finish", () => {
      const { reads, writes, attempts } = scope.cost;
      logger.info("request", {
        ...describeRequest(request),
        status: response.statusCode,
        duration_ms: Math.round((performance.now() - startedAt) * 10) / 10,
        cache: response.get("X-Cache"),
        reads,
        writes,
        ...(attempts > 1 ? { attempts } : {}),
      });
    });
    next();
  };
}

export function scopeOf(response: Response): Scope {
  return response.locals["scope"] as Scope;
}

/**
 * What the log says about a request: its route and its shop. A path may contain anything that a client has put there by
 * mistake, such as a token or an e-mail address.
 */
export function describeRequest(request: Request) {
  // A route with an alias has a list of paths: the first names it.
  const [route] = [(request.route as { path: string | string[] } | undefined)?.path].flat();
  const position = route?.split("/").indexOf(":shop_id") ?? -1;
  const shop = request.path.split("/")[position];
  return { method: request.method, route, shop: idSchema.safeParse(shop).data };
}
