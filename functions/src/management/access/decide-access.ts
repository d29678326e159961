import { EVERY_SHOP, principalFromClaims } from "../../platform/auth/principal.ts";
import { done, refuse, type Outcome } from "../../platform/errors.ts";
import { NO_ROLE, type Claims, type HeldRole } from "./role-claims.ts";

/** A role to give to a user, or to take away. */
export interface AccessChange {
  readonly kind: "grant" | "revoke";
  readonly role: HeldRole & { readonly shopId: string };
  /** Who asks for it. */
  readonly actorUid: string;
}

export interface AccessDecision {
  readonly before: HeldRole;
  readonly after: HeldRole;
}

/** Returns the role that the claims state. A role without a shop is none: it opens nothing. */
export function roleOf(uid: string, claims: Claims): HeldRole {
  const { role, shopId, mechanicId } = principalFromClaims(uid, claims);
  return role === "customer" || shopId === null ? NO_ROLE : { role, shopId, mechanicId };
}

/** Decides which role the user has afterwards; the same one where there is nothing to change. */
export function decideAccess(
  user: { readonly uid: string; readonly claims: Claims },
  { kind, role, actorUid }: AccessChange,
): Outcome<AccessDecision> {
  const before = roleOf(user.uid, user.claims);
  if (before.shopId === EVERY_SHOP) {
    return refuse("role_conflict", "The user is an admin of the platform: that role is not changed here.");
  }
  if (before.shopId !== null && before.shopId !== role.shopId) {
    return refuse("role_conflict", "The user has a role in another shop: it must be taken away there first.");
  }
  if (isSameRole(before, role) === (kind === "grant")) return done({ before, after: before });
  if (user.uid === actorUid && before.role === "admin") {
    return refuse("role_conflict", "An admin's role is taken away by another admin, so that one remains.");
  }
  return done({ before, after: kind === "grant" ? role : NO_ROLE });
}

export function isSameRole(a: HeldRole, b: HeldRole): boolean {
  return a.role === b.role && a.shopId === b.shopId && a.mechanicId === b.mechanicId;
}
