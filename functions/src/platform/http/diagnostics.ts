import { Router, type Request, type RequestHandler } from "express";
import { isStaffOf } from "../auth/principal.ts";
import type { VerifyToken } from "../auth/token-verifier.ts";
import type { KeyedHash } from "../keyed-hash.ts";
import { LIMITS, UPCOMING_PER_CONTACT } from "../rate-limits/limits.ts";
import { ApiError } from "./api-error.ts";
import { callerOf } from "./authenticate.ts";
import type { Diagnostics } from "./diagnostics-answer.ts";
import { clientKey } from "./client-key.ts";
import { onlyMethods } from "./error-handler.ts";
import { noQuery } from "./params.ts";
import { scopeOf } from "./request-scope.ts";
import { listOf, proxyRanges, trustOf } from "./trusted-proxies.ts";
import { parseQuery } from "./validate.ts";

/** Headers that proxies set and that carry no secret; of the others only the names are shown. */
const SHOWN_HEADERS = [
  ...["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port"],
  ...["x-real-ip", "x-client-ip", "x-original-url", "fastly-client-ip", "fastly-temp-xff", "fastly-ssl"],
  ...[
    "x-fah-client-ip",
    "x-appengine-user-ip",
    "x-cloud-trace-context",
    "cdn-loop",
    "cache-control",
    "pragma",
  ],
] as const;

const MAX_SHOWN = 500;

interface Dependencies {
  readonly verifyToken: VerifyToken;
  readonly addressHash: KeyedHash;
  readonly config: {
    readonly rateLimits: boolean;
    readonly trustedProxies: string;
    readonly appCheck: string;
  };
  readonly platform: Diagnostics["platform"];
}

/** `GET /v1/diagnostics/request`: what the function sees of the request that asks. Staff only; it shows no token. */
export function diagnosticsRoutes(dependencies: Dependencies): Router {
  const router = Router();
  router.route("/v1/diagnostics/request").get(answerRequest(dependencies)).all(onlyMethods("GET"));
  return router;
}

function answerRequest(dependencies: Dependencies): RequestHandler {
  const { verifyToken, addressHash, config, platform } = dependencies;
  const ranges = proxyRanges(config.trustedProxies);
  return async (request, response) => {
    parseQuery(noQuery, request);
    await requireStaff(request, verifyToken);
    const key = clientKey(request);
    const answer: Diagnostics = {
      method: request.method,
      path: request.path,
      host: request.host,
      protocol: request.protocol,
      headers: Object.keys(request.headers).sort(),
      forwarded: shownHeaders(request),
      client: {
        ...addressesOf(request),
        address: request.ip ?? null,
        key,
        stored_as: addressHash.short("client", key),
      },
      trusted_proxies: { parameter: config.trustedProxies, ranges },
      limits: { enabled: config.rateLimits, table: LIMITS, upcoming_per_contact: UPCOMING_PER_CONTACT },
      app_check: { mode: config.appCheck, token: request.get("x-firebase-appcheck") !== undefined },
      platform: { service: platform.service, revision: platform.revision, region: platform.region },
      clock: new Date(scopeOf(response).now).toISOString(),
    };
    response.set("Cache-Control", "no-store").json(answer);
  };
}

async function requireStaff(request: Request, verify: VerifyToken): Promise<void> {
  const principal = await callerOf(request, verify);
  if (!principal) throw ApiError.of("unauthenticated", undefined, { "WWW-Authenticate": "Bearer" });
  if (!isStaffOf(principal, principal.shopId ?? "")) {
    throw ApiError.of("forbidden", "Only staff may see this.");
  }
}

function shownHeaders(request: Request): Record<string, string> {
  return Object.fromEntries(
    SHOWN_HEADERS.flatMap((name) => {
      const value = request.get(name);
      return value === undefined ? [] : [[name, value.slice(0, MAX_SHOWN)]];
    }),
  );
}

/** How the client's address was found: the addresses from the connection on, and which of them are trusted. */
function addressesOf(request: Request) {
  const isTrusted = trustOf(request.app);
  const peer = request.socket.remoteAddress ?? null;
  const forwarded = (request.get("x-forwarded-for") ?? "").split(",").map((part) => part.trim());
  const nearestFirst = forwarded.filter((part) => part !== "").reverse();
  const described = nearestFirst.slice(0, 20).map((address) => ({
    address: address.slice(0, 64),
    trusted: isTrusted(address, 1),
    list: listOf(address),
  }));
  return { peer: { address: peer, trusted: peer === null || isTrusted(peer, 0) }, forwarded_for: described };
}
