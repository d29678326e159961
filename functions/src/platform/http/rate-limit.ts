import type { RequestHandler } from "express";
import { ipKeyGenerator, rateLimit, type Options, type Store } from "express-rate-limit";
import { ApiError } from "./api-error.ts";

const WINDOW_SECONDS = 60;
const READS_PER_WINDOW = 100;
const HOLDS_PER_WINDOW = 10;

/** A fixed window, answered with the API's own error and Retry-After. */
const COMMON: Partial<Options> = {
  windowMs: WINDOW_SECONDS * 1000,
  standardHeaders: "draft-8",
  legacyHeaders: false,
  // Behind the functions emulator a request arrives through a local socket and has no address.
  keyGenerator: ({ ip }) => (ip === undefined ? "local" : ipKeyGenerator(ip)),
  handler: (_request, response) => {
    const retryAfter = String(response.getHeader("Retry-After") ?? WINDOW_SECONDS);
    throw ApiError.of("rate_limited", undefined, { "Retry-After": retryAfter });
  },
};

/** Limits reads to 100 a minute for each client and instance. */
export function limitReads(): RequestHandler {
  return rateLimit({
    ...COMMON,
    limit: READS_PER_WINDOW,
    skip: (request) => request.method !== "GET",
  });
}

/** Limits holds to 10 a minute for each client, over all instances: a hold blocks other customers. */
export function limitHolds(store: Store): RequestHandler {
  return rateLimit({ ...COMMON, limit: HOLDS_PER_WINDOW, store });
}
