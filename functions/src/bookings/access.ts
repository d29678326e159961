import type { ManageLinks } from "../notifications/manage-links.ts";
import { isAdminOf, isStaffOf, type Principal } from "../platform/auth/principal.ts";
import { isFormerToken } from "./identity.ts";
import type { BookingRecord } from "./booking-record.ts";
import type { Role } from "./transitions.ts";

/** The caller of a request about one booking: signed in, or a guest with a manage token. */
export interface Caller {
  readonly principal: Principal | undefined;
  /** `X-Manage-Token` */
  readonly manageToken: string | null;
}

/** Tells whether the caller may book the mechanic outside hours: an admin anyone of the shop, a mechanic themselves. */
export function mayOverride(
  principal: Principal | undefined,
  { shopId, mechanicId }: { readonly shopId: string; readonly mechanicId: string | null },
): boolean {
  if (principal === undefined || !isStaffOf(principal, shopId)) return false;
  return principal.role === "admin" || principal.mechanicId === mechanicId;
}

/**
 * Returns the role in which the caller may see and change the booking; undefined when they may not, and then the
 * booking does not exist for them. Staff roles come first: a mechanic who booked for themselves still acts as staff.
 */
export function roleOf(
  { principal, manageToken }: Caller,
  { booking, former }: BookingRecord,
  manageLinks: ManageLinks,
): Role | undefined {
  if (principal && isAdminOf(principal, booking.shop_id)) return "admin";
  const isMechanic =
    principal?.role === "mechanic" &&
    principal.shopId === booking.shop_id &&
    principal.mechanicId === booking.mechanic_id;
  if (isMechanic) return "mechanic";
  if (principal && booking.customer_uid === principal.uid) return "customer";
  if (booking.customer_uid !== null || manageToken === null) return undefined;
  const isGuest = manageLinks.isToken(manageToken, booking) || isFormerToken(manageToken, former);
  return isGuest ? "guest" : undefined;
}
