import type { ErrorRequestHandler, RequestHandler } from "express";
import * as logger from "firebase-functions/logger";
import { isTransient } from "../firestore/retry.ts";
import { ApiError } from "./api-error.ts";
import { describeRequest } from "./request-scope.ts";

const RETRY_AFTER_SECONDS = "1";

/** Answers what was thrown with an error of the API. Unexpected errors are logged and answered without details. */
export const errorHandler: ErrorRequestHandler = (error: unknown, request, response, next) => {
  if (response.headersSent) {
    next(error);
    return;
  }
  const known = asApiError(error);
  if (known.refusal.error === "internal") {
    // JSON shows nothing of an Error: log its text.
    const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
    logger.error("request failed", { ...describeRequest(request), cause });
  }
  if (known.status === 503) response.set("Retry-After", RETRY_AFTER_SECONDS);
  response.set(known.headers);
  response.status(known.status).json(known.refusal);
};

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (isTransient(error)) return ApiError.of("unavailable");
  // Express reports an undecodable path or header as an error with a 4xx status of its own.
  const status = (error as { status?: unknown } | null)?.status;
  if (typeof status === "number" && status >= 400 && status < 500) return ApiError.of("not_found");
  return ApiError.of("internal");
}

/** The last handler of the API: no route has this path. */
export const noSuchRoute: RequestHandler = (request) => {
  throw ApiError.of("not_found", `There is nothing at ${request.path.slice(0, 200)}.`);
};

/** The last handler of a route: the path exists, but not with this method. */
export function onlyMethods(...methods: string[]): RequestHandler {
  const allow = [...methods, "OPTIONS"].join(", ");
  return (request) => {
    throw ApiError.of("method_not_allowed", `${request.method} is not one of ${allow}.`, { Allow: allow });
  };
}
