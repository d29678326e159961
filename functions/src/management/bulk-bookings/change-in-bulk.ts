import { firstMinuteFrom } from "../../availability/answers/slot-rules.ts";
import type { BookingListStore } from "../../bookings/booking-list-store.ts";
import { presentBooking } from "../../bookings/booking.ts";
import type { BookingInZone } from "../../bookings/change-booking.ts";
import type { CatalogReader } from "../../catalog/catalog-reader.ts";
import { minutes } from "../../engine/units.ts";
import { dayBounds } from "../../engine/zone.ts";
import { done, invalidRequest, refuse, type ErrorCode, type Outcome } from "../../platform/errors.ts";
import type { Scope } from "../../platform/scope.ts";
import { MAX_BOOKINGS, type Selection } from "./bulk-request.ts";

/** Bookings that no transaction has begun for by then are listed as not changed: Hosting waits a minute. */
const TIME_MS = 40_000;

export interface SelectionDependencies {
  readonly catalog: CatalogReader;
  readonly bookingLists: BookingListStore;
}

/** A booking that was not changed, and why. */
export interface NotChanged {
  readonly booking_id: string;
  readonly error: ErrorCode;
  readonly message: string;
}

export interface BulkResult {
  readonly changed: readonly ReturnType<typeof presentBooking>[];
  readonly notChanged: readonly NotChanged[];
}

/**
 * Returns the ids of the selected bookings. Of a range they are the confirmed ones that have not begun, in the order of
 * their starts. Errors: `invalid_request` where the range has more than one request may change.
 */
export async function selectBookings(
  { catalog, bookingLists }: SelectionDependencies,
  { shopId, selection }: { readonly shopId: string; readonly selection: Selection },
  { cost, now }: Scope,
): Promise<Outcome<readonly string[]>> {
  const shop = await catalog.shop(shopId, cost);
  if (!shop) return refuse("not_found", "There is no such shop.");
  if ("bookingIds" in selection) return done(selection.bookingIds);
  const { mechanicId, from, to } = selection;
  const { bookings, next } = await bookingLists.page(
    shopId,
    {
      mechanicId,
      customerUid: null,
      statuses: ["confirmed"],
      from: minutes(Math.max(dayBounds(shop.time_zone, from).start, firstMinuteFrom(now))),
      to: dayBounds(shop.time_zone, to).end,
      after: null,
      limit: MAX_BOOKINGS,
    },
    cost,
  );
  if (next === null) return done(bookings.map(({ id }) => id));
  const message = `The range has more than ${MAX_BOOKINGS} bookings: choose fewer dates.`;
  return invalidRequest({ path: "to", message });
}

/**
 * Changes one booking after the other, each in its own transaction, so that those of one mechanic's day do not contend.
 * What ends the request in the middle leaves whole bookings changed and the others as they were.
 */
export async function changeEach(
  bookingIds: readonly string[],
  change: (bookingId: string) => Promise<Outcome<BookingInZone>>,
): Promise<BulkResult> {
  const giveUpAt = performance.now() + TIME_MS;
  const changed: BulkResult["changed"][number][] = [];
  const notChanged: NotChanged[] = [];
  for (const bookingId of bookingIds) {
    const outcome = performance.now() < giveUpAt ? await change(bookingId) : refuseLate();
    if (outcome.ok) changed.push(presentBooking(outcome.value.booking, outcome.value.zone));
    else {
      const { error, message } = outcome.refusal;
      notChanged.push({ booking_id: bookingId, error, message });
    }
  }
  return { changed, notChanged };
}

function refuseLate() {
  return refuse(
    "contention",
    "The request had no time left for it; nothing was written, repeat the request.",
  );
}
