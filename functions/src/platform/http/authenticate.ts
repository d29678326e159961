import type { Request } from "express";
import { isAdminOf, type Principal } from "../auth/principal.ts";
import type { VerifyToken } from "../auth/token-verifier.ts";
import { ApiError } from "./api-error.ts";

/** The caller; undefined when there is no Authorization header. Throws a 401 for an invalid token. */
export async function callerOf(request: Request, verify: VerifyToken): Promise<Principal | undefined> {
  const header = request.get("authorization");
  if (header === undefined || header.trim() === "") return undefined;
  const token = /^Bearer +([\w.~+/=-]+)$/i.exec(header.trim())?.[1];
  const principal = token === undefined ? undefined : await verify(token);
  if (!principal) {
    throw ApiError.of("unauthenticated", "The bearer token is not valid.", { "WWW-Authenticate": "Bearer" });
  }
  return principal;
}

/** The caller, who must be an admin of the shop. Throws a 401 or a 403 otherwise. */
export async function requireAdmin(
  request: Request,
  shopId: string,
  verify: VerifyToken,
): Promise<Principal> {
  const principal = await callerOf(request, verify);
  if (!principal) throw ApiError.of("unauthenticated", undefined, { "WWW-Authenticate": "Bearer" });
  if (!isAdminOf(principal, shopId)) throw ApiError.of("forbidden", "Only an admin of the shop may do this.");
  return principal;
}
