import type { Request } from "express";
import { isStaffOf, type Principal } from "../auth/principal.ts";
import type { VerifyToken } from "../auth/token-verifier.ts";
import { shopInPath } from "../rate-limits/limits.ts";
import { callerOf } from "./authenticate.ts";

/** The caller, if they are staff of the shop that the path names, or of any shop where it names none. */
export async function staffOf(request: Request, verify: VerifyToken): Promise<Principal | undefined> {
  try {
    const principal = await callerOf(request, verify);
    const shopId = shopInPath(request.path) ?? principal?.shopId ?? "";
    return principal && isStaffOf(principal, shopId) ? principal : undefined;
  } catch {
    // A token that is not valid is answered by the route; here it is no token.
    return undefined;
  }
}
