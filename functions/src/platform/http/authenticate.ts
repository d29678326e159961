import type { Request } from "express";
import { isAdminOf, isStaff, type Principal } from "../auth/principal.ts";
import type { Verification, VerifyToken } from "../auth/token-verifier.ts";
import { ApiError } from "./api-error.ts";

const CHALLENGE = { "WWW-Authenticate": "Bearer" };

/**
 * Returns the caller of a read or of a customer's call; undefined when there is no Authorization header. Throws a 401
 * for an invalid token. Revoked tokens pass until they expire, which is within the hour.
 */
export function callerOf(request: Request, verify: VerifyToken): Promise<Principal | undefined> {
  return verifiedCaller(request, verify, { checkRevoked: false });
}

/** Returns the caller like `callerOf`, but throws a 401 if it is a member of staff whose token was revoked. */
export async function callerOfChange(request: Request, verify: VerifyToken): Promise<Principal | undefined> {
  const caller = await callerOf(request, verify);
  return caller === undefined || caller.role === "customer" ? caller : requireCaller(request, verify);
}

/** Returns the caller, who must be an admin of the shop. Throws a 401, for a revoked token too, or a 403 otherwise. */
export async function requireAdmin(
  request: Request,
  shopId: string,
  verify: VerifyToken,
): Promise<Principal> {
  const caller = await requireCaller(request, verify);
  if (isAdminOf(caller, shopId)) return caller;
  throw ApiError.of("forbidden", "Only an admin of the shop may do this.");
}

/** Returns the caller, who must work for any shop. Throws a 401, for a revoked token too, or a 403 otherwise. */
export async function requireStaff(request: Request, verify: VerifyToken): Promise<Principal> {
  const caller = await requireCaller(request, verify);
  if (isStaff(caller)) return caller;
  throw ApiError.of("forbidden", "Only staff may do this.");
}

async function requireCaller(request: Request, verify: VerifyToken): Promise<Principal> {
  const caller = await verifiedCaller(request, verify, { checkRevoked: true });
  if (!caller) throw ApiError.of("unauthenticated", undefined, CHALLENGE);
  return caller;
}

async function verifiedCaller(
  request: Request,
  verify: VerifyToken,
  verification: Verification,
): Promise<Principal | undefined> {
  const header = request.get("authorization");
  if (header === undefined || header.trim() === "") return undefined;
  const token = /^Bearer +([\w.~+/=-]+)$/i.exec(header.trim())?.[1];
  const principal = token === undefined ? undefined : await verify(token, verification);
  if (!principal) throw ApiError.of("unauthenticated", "The bearer token is not valid.", CHALLENGE);
  return principal;
}
