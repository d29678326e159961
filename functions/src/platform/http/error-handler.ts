import type { ErrorRequestHandler, RequestHandler, Response } from "express";
import * as logger from "firebase-functions/logger";
import type { Refusal } from "../errors.ts";
import { CorruptDocument } from "../firestore/documents.ts";
import { isTransient } from "../firestore/retry.ts";
import { ApiError } from "./api-error.ts";
import { describeRequest } from "./request-scope.ts";
import { ApiWarning } from "./warning.ts";

const TELLS_WHEN_TO_RETRY: ReadonlySet<number> = new Set([429, 503]);
/** A document is mended by a person, so an early repetition is of no use. */
const MENDED_BY_HAND = { "Retry-After": "60" };

/** Answers what was thrown with an error of the API. Unexpected errors are logged and answered without details. */
export const errorHandler: ErrorRequestHandler = (error: unknown, request, response, next) => {
  if (response.headersSent) {
    next(error);
    return;
  }
  if (error instanceof ApiWarning) {
    response.status(409).json(error.warning);
    return;
  }
  const known = asApiError(error);
  if (known.refusal.error === "internal") {
    // JSON shows nothing of an Error: log its text.
    const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
    logger.error("request failed", { ...describeRequest(request), cause });
  }
  response.set(known.headers);
  if (TELLS_WHEN_TO_RETRY.has(known.status)) setRetryAfter(response, known.refusal);
  response.status(known.status).json(known.refusal);
};

/** Sets `Retry-After` to the refusal's own wait, else to that of a header set before, else to a second; never to 0. */
function setRetryAfter(response: Response, { details }: Refusal): void {
  const own = (details as { retry_after_seconds?: unknown } | undefined)?.retry_after_seconds;
  const seconds = Number(own ?? response.get("Retry-After"));
  response.set("Retry-After", String(seconds >= 1 ? Math.ceil(seconds) : 1));
}

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (isTransient(error)) return ApiError.of("unavailable");
  // Which document it is, is for the shop's admins: `GET …/problems` names it.
  if (error instanceof CorruptDocument) return ApiError.of("shop_misconfigured", undefined, MENDED_BY_HAND);
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
