/** The `shop_id` of the platform's own admins. No shop can have it as its id. */
export const EVERY_SHOP = "*";

/** The caller, by the claims of a verified ID token. An anonymous caller has no principal (undefined). */
export interface Principal {
  readonly uid: string;
  readonly role: "admin" | "mechanic" | "customer";
  /** The shop the role is valid in; `EVERY_SHOP` for an admin of the platform, and null means no shop. */
  readonly shopId: string | null;
  readonly mechanicId: string | null;
}

export function isAdminOf(principal: Principal, shopId: string): boolean {
  return principal.role === "admin" && (principal.shopId === EVERY_SHOP || principal.shopId === shopId);
}

/** Whether the caller works for the shop, and so books for its customers. */
export function isStaffOf(principal: Principal, shopId: string): boolean {
  return isAdminOf(principal, shopId) || (principal.role === "mechanic" && principal.shopId === shopId);
}

/** Whether the caller works for a shop, whichever it is, or for the platform. */
export function isStaff({ role, shopId }: Principal): boolean {
  return role !== "customer" && shopId !== null;
}

/** Reads the custom claims of a verified token. A missing or unknown role means a customer. */
export function principalFromClaims(uid: string, claims: Readonly<Record<string, unknown>>): Principal {
  const role = claims["role"] === "admin" || claims["role"] === "mechanic" ? claims["role"] : "customer";
  return { uid, role, shopId: textOrNull(claims["shop_id"]), mechanicId: textOrNull(claims["mechanic_id"]) };
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
