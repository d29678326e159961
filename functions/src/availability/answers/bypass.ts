import type { Request } from "express";
import { isStaffOf } from "../../platform/auth/principal.ts";
import type { VerifyToken } from "../../platform/auth/token-verifier.ts";
import { ApiError } from "../../platform/http/api-error.ts";
import { callerOf } from "../../platform/http/authenticate.ts";

interface FreshQuery {
  readonly shopId: string;
  readonly fresh: boolean;
}

/**
 * Throws a 403 if the query has `fresh=true` and the caller is not of the shop's staff: such an answer costs a
 * generation. No request header asks for one, because Firebase Hosting adds `no-cache` to every request.
 */
export async function requireMayBypass(
  request: Request,
  { shopId, fresh }: FreshQuery,
  verify: VerifyToken,
): Promise<void> {
  if (!fresh) return;
  const principal = await callerOf(request, verify);
  if (principal && isStaffOf(principal, shopId)) return;
  throw ApiError.of("forbidden", "Only staff of the shop may ask for fresh=true.");
}
