import { etagOfShown } from "../platform/http/etag.ts";
import { presentBooking, type Booking } from "./booking.ts";

/**
 * Returns the ETag of a booking. It includes `updated_at`, which increases with every change, so a booking that was
 * moved away and back has a new ETag.
 */
export function etagOf(booking: Booking): string {
  return etagOfShown(presentBooking(booking, "UTC"));
}
