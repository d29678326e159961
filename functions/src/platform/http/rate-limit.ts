import type { RequestHandler, Response } from "express";
import { rateLimit } from "express-rate-limit";
import type { VerifyToken } from "../auth/token-verifier.ts";
import { tooManyRequests } from "../errors.ts";
import type { KeyedHash } from "../keyed-hash.ts";
import { isWrite, LIMITS, limitOf, type LimitName } from "../rate-limits/limits.ts";
import type { RateLimitStore } from "../rate-limits/rate-limit-store.ts";
import { ApiError } from "./api-error.ts";
import { clientKey } from "./client-key.ts";
import { scopeOf } from "./request-scope.ts";
import { staffOf } from "./staff.ts";

interface Dependencies {
  readonly verifyToken: VerifyToken;
  readonly rateLimitStore: RateLimitStore;
  readonly addressHash: KeyedHash;
}

/**
 * Counts every request towards its limit, and answers 429 when that is used up. Staff of the shop are not subject to
 * the limits of clients; their writes count for each user.
 */
export function limitRequests(dependencies: Dependencies): RequestHandler {
  const reads = limitReads(dependencies);
  return async (request, response, next) => {
    const name = limitOf(request.method, request.path);
    if (name === null) {
      next();
      return;
    }
    const staff = isWrite(request.method) ? await staffOf(request, dependencies.verifyToken) : undefined;
    if (staff) await countShared(dependencies, response, { name: "staff_writes", client: staff.uid });
    else if (name === "reads") {
      await reads(request, response, next);
      return;
    } else await countShared(dependencies, response, { name, client: clientKey(request) });
    next();
  };
}

async function countShared(
  { rateLimitStore }: Dependencies,
  response: Response,
  { name, client }: { readonly name: LimitName; readonly client: string },
): Promise<void> {
  const answer = await rateLimitStore.count(name, client, scopeOf(response).cost);
  if (!answer.allowed) throw new ApiError(tooManyRequests(answer.retryAfterSeconds).refusal);
}

/** Counts in the instance's memory. Tokens are verified only for clients that are over the limit. */
function limitReads({ verifyToken, addressHash }: Dependencies): RequestHandler {
  const [{ requests, seconds }] = LIMITS.reads.windows;
  return rateLimit({
    windowMs: seconds * 1000,
    limit: requests,
    standardHeaders: "draft-8",
    legacyHeaders: false,
    keyGenerator: (request) => addressHash.short("client", clientKey(request)),
    handler: (request, response, next) => {
      const { refusal } = tooManyRequests(Number(response.getHeader("Retry-After")));
      void staffOf(request, verifyToken).then((staff) => (staff ? next() : next(new ApiError(refusal))));
    },
  });
}
