import type { RequestHandler } from "express";
import { rateLimit } from "express-rate-limit";
import { ApiError } from "./api-error.ts";

const WINDOW_SECONDS = 60;
const READS_PER_WINDOW = 100;

/** 100 reads a minute for each client and instance. The answer and its Retry-After are the catalogue's. */
export function limitReads(): RequestHandler {
  return rateLimit({
    windowMs: WINDOW_SECONDS * 1000,
    limit: READS_PER_WINDOW,
    standardHeaders: "draft-8",
    legacyHeaders: false,
    skip: (request) => request.method !== "GET" || request.path === "/healthz",
    handler: (_request, response) => {
      const retryAfter = String(response.getHeader("Retry-After") ?? WINDOW_SECONDS);
      throw ApiError.of("rate_limited", undefined, { "Retry-After": retryAfter });
    },
  });
}
