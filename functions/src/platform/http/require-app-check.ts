import type { Request, RequestHandler } from "express";
import * as logger from "firebase-functions/logger";
import type { VerifyAppCheck } from "../app-check.ts";
import type { VerifyToken } from "../auth/token-verifier.ts";
import { isWrite, limitOf } from "../rate-limits/limits.ts";
import { ApiError } from "./api-error.ts";
import { staffOf } from "./staff.ts";

interface Dependencies {
  readonly mode: "log" | "enforce";
  readonly verifyAppCheck: VerifyAppCheck;
  readonly verifyToken: VerifyToken;
}

/**
 * Checks `X-Firebase-AppCheck` of holds and bookings. Staff of the shop need none: their token says who they are.
 * `log` lets every request through. Errors: 401 `app_check_failed`.
 */
export function requireAppCheck({ mode, verifyAppCheck, verifyToken }: Dependencies): RequestHandler {
  return async (request, _response, next) => {
    if (isPublicWrite(request) && !(await staffOf(request, verifyToken))) {
      const problem = await problemOf(request, verifyAppCheck);
      if (problem !== null) {
        logger.warn("App Check failed", { path: request.path, problem, enforced: mode === "enforce" });
        if (mode === "enforce") throw ApiError.of("app_check_failed");
      }
    }
    next();
  };
}

function isPublicWrite({ method, path }: Request): boolean {
  return isWrite(method) && limitOf(method, path) !== "reads";
}

async function problemOf(request: Request, verify: VerifyAppCheck): Promise<string | null> {
  const token = request.get("x-firebase-appcheck");
  if (token === undefined || token === "") return "no token";
  return (await isValid(token, verify)) ? null : "invalid token";
}

/** A token that cannot be checked, because the keys cannot be fetched, counts as invalid. */
async function isValid(token: string, verify: VerifyAppCheck): Promise<boolean> {
  try {
    return await verify(token);
  } catch (error) {
    logger.error("an App Check token could not be verified", { cause: String(error) });
    return false;
  }
}
