import { isAdminOf, type Principal } from "../platform/auth/principal.ts";
import { isManageToken } from "./identity.ts";
import type { BookingRecord } from "./booking-record.ts";
import type { Role } from "./transitions.ts";

/** Who asks about a booking: somebody signed in, or a guest with the token of theirs. */
export interface Caller {
  readonly principal: Principal | undefined;
  /** `X-Manage-Token` */
  readonly manageToken: string | null;
}

/**
 * In what capacity the caller may see and change the booking; undefined: not at all, and then they are not told that
 * it exists. Staff come first: a mechanic who booked for themselves still acts as staff.
 */
export function roleOf({ principal, manageToken }: Caller, record: BookingRecord): Role | undefined {
  const { booking, secrets } = record;
  if (principal && isAdminOf(principal, booking.shop_id)) return "admin";
  const isMechanic =
    principal?.role === "mechanic" &&
    principal.shopId === booking.shop_id &&
    principal.mechanicId === booking.mechanic_id;
  if (isMechanic) return "mechanic";
  if (principal && booking.customer_uid === principal.uid) return "customer";
  const hash = secrets.manage_token_hash;
  const isGuest =
    booking.customer_uid === null &&
    manageToken !== null &&
    hash !== null &&
    isManageToken(manageToken, hash);
  return isGuest ? "guest" : undefined;
}
