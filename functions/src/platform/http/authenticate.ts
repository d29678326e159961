import type { Request } from "express";
import { EVERY_SHOP, isAdminOf, isStaff, isStaffOf, type Principal } from "../auth/principal.ts";
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

/**
 * Returns the caller, who must be an admin of the shop. Throws a 401, for a revoked token too, a 404 for the staff of
 * another shop, or a 403 otherwise.
 */
export async function requireAdmin(
  request: Request,
  shopId: string,
  verify: VerifyToken,
): Promise<Principal> {
  const caller = await requireCaller(request, verify);
  if (isAdminOf(caller, shopId)) return caller;
  throw refuseStranger(caller, shopId, "Only an admin of the shop may do this.");
}

/** As `requireAdmin`, and the mechanic may do it too. */
export async function requireAdminOrMechanic(
  request: Request,
  { shopId, mechanicId }: { readonly shopId: string; readonly mechanicId: string },
  verify: VerifyToken,
): Promise<Principal> {
  const caller = await requireCaller(request, verify);
  if (isAdminOf(caller, shopId)) return caller;
  if (isStaffOf(caller, shopId) && caller.mechanicId === mechanicId) return caller;
  throw refuseStranger(caller, shopId, "Only the mechanic and admins of the shop may do this.");
}

/** As `requireAdmin`, and every mechanic of the shop may do it too. */
export async function requireStaffOf(
  request: Request,
  shopId: string,
  verify: VerifyToken,
): Promise<Principal> {
  const caller = await requireCaller(request, verify);
  if (isStaffOf(caller, shopId)) return caller;
  throw refuseStranger(caller, shopId, "Only staff of the shop may do this.");
}

/** Returns the caller, who must be an admin of the platform. Throws a 401, for a revoked token too, or a 403 otherwise. */
export async function requirePlatformAdmin(request: Request, verify: VerifyToken): Promise<Principal> {
  const caller = await requireCaller(request, verify);
  if (isAdminOf(caller, EVERY_SHOP)) return caller;
  throw ApiError.of("forbidden", "Only an admin of the platform may do this.");
}

/** Another shop's things do not exist for the staff of a shop. */
function refuseStranger(caller: Principal, shopId: string, message: string): ApiError {
  const isElsewhere = isStaff(caller) && !isStaffOf(caller, shopId);
  return isElsewhere ? ApiError.of("not_found", "There is no such shop.") : ApiError.of("forbidden", message);
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
