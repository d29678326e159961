import type { CatalogReader } from "../catalog/catalog-reader.ts";
import type { ManageLinks } from "../notifications/manage-links.ts";
import { done, refuse, type Outcome } from "../platform/errors.ts";
import type { Scope } from "../platform/scope.ts";
import { roleOf, type Caller } from "./access.ts";
import type { BookingInZone } from "./change-booking.ts";
import type { BookingStore } from "./booking-store.ts";

interface Dependencies {
  readonly bookings: BookingStore;
  readonly catalog: CatalogReader;
  readonly manageLinks: ManageLinks;
}

interface ViewRequest {
  readonly shopId: string;
  readonly bookingId: string;
  readonly caller: Caller;
}

/** Returns a booking to callers whom it concerns; to all others it does not exist. */
export async function viewBooking(
  { bookings, catalog, manageLinks }: Dependencies,
  { shopId, bookingId, caller }: ViewRequest,
  scope: Scope,
): Promise<Outcome<BookingInZone>> {
  const [record, shop] = await Promise.all([
    bookings.booking(shopId, bookingId, scope.cost),
    catalog.shop(shopId, scope.cost),
  ]);
  if (!record || !shop || !roleOf(caller, record, manageLinks))
    return refuse("not_found", "There is no such booking.");
  return done({ booking: record.booking, zone: shop.time_zone });
}
