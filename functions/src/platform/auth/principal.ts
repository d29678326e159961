/** Who asks: the claims of a verified ID token. Undefined stands for an anonymous caller. */
export interface Principal {
  readonly uid: string;
  readonly role: "admin" | "mechanic" | "customer";
  /** The shop that a role is for; null for an admin means every shop. */
  readonly shopId: string | null;
  readonly mechanicId: string | null;
}

export function isAdminOf(principal: Principal, shopId: string): boolean {
  return principal.role === "admin" && (principal.shopId === null || principal.shopId === shopId);
}

/** Whether somebody books for the shop's customers, not for themselves. */
export function isStaffOf(principal: Principal, shopId: string): boolean {
  return isAdminOf(principal, shopId) || (principal.role === "mechanic" && principal.shopId === shopId);
}

/** Reads the custom claims of a verified token. Unknown roles are customers: a role is only ever given. */
export function principalFromClaims(uid: string, claims: Readonly<Record<string, unknown>>): Principal {
  const role = claims["role"] === "admin" || claims["role"] === "mechanic" ? claims["role"] : "customer";
  return { uid, role, shopId: textOrNull(claims["shop_id"]), mechanicId: textOrNull(claims["mechanic_id"]) };
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
