import type { RequestHandler, Response } from "express";
import * as logger from "firebase-functions/logger";
import { Cost, type Clock, type Scope } from "../scope.ts";

/** Reads the clock once for the request, starts counting its cost, and logs one structured line once it is answered. */
export function openScope(clock: Clock): RequestHandler {
  return (request, response, next) => {
    const scope: Scope = { now: clock.now(), cost: new Cost() };
    const startedAt = performance.now();
    response.locals["scope"] = scope;
    response.once("finish", () => {
      const { reads, writes, attempts } = scope.cost;
      logger.info("request", {
        method: request.method,
        path: request.path,
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
