import type { Principal } from "../../platform/auth/principal.ts";

/** A user's role: none (a customer), an admin's, or that of one mechanic, and the shop it holds in. */
export type HeldRole = Pick<Principal, "role" | "shopId" | "mechanicId">;

export const NO_ROLE: HeldRole = { role: "customer", shopId: null, mechanicId: null };

const OUR_CLAIMS = ["role", "shop_id", "mechanic_id"];

export type Claims = Readonly<Record<string, unknown>>;

/** Returns the custom claims that state the role. A customer has none. */
export function claimsOf({ role, shopId, mechanicId }: HeldRole): Record<string, string> {
  if (role === "customer") return {};
  const claims = { role, shop_id: shopId ?? "" };
  return mechanicId === null ? claims : { ...claims, mechanic_id: mechanicId };
}

/** Returns the claims with the role instead of the one they state; those of other applications stay. */
export function withRole(
  claims: Claims,
  role: HeldRole,
): { readonly claims: Claims; readonly changed: boolean } {
  const others = Object.fromEntries(Object.entries(claims).filter(([name]) => !OUR_CLAIMS.includes(name)));
  const granted: Claims = claimsOf(role);
  const changed = OUR_CLAIMS.some((name) => claims[name] !== granted[name]);
  return { claims: { ...others, ...granted }, changed };
}
