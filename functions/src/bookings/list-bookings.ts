import { z } from "zod";
import { isAdminOf, type Principal } from "../platform/auth/principal.ts";
import type { CatalogReader } from "../catalog/catalog-reader.ts";
import { dayBounds } from "../engine/zone.ts";
import { done, invalidRequest, refuse, type Outcome } from "../platform/errors.ts";
import { countSchema, dateSchema, idSchema } from "../platform/http/fields.ts";
import {
  decodePageToken,
  encodePageToken,
  pageTokenSchema,
  refusePageToken,
  tokenIdSchema,
  tokenInstantSchema,
} from "../platform/http/page-token.ts";
import type { Scope } from "../platform/scope.ts";
import { BOOKING_STATUSES, type BookingStatus } from "../ledger/booking-status.ts";
import type { Booking } from "./booking.ts";
import type { BookingListStore, BookingPage, ListPosition } from "./booking-list-store.ts";
import { millis } from "../engine/units.ts";

const MAX_PAGE = 200;
const DEFAULT_PAGE = 50;
const isStatus = (text: string): text is BookingStatus =>
  (BOOKING_STATUSES as readonly string[]).includes(text);

/** One status in a query, or several with commas. */
export const statusesQuery = z
  .string("Give one status, or several with commas.")
  .transform((text) => [...new Set(text.split(","))])
  .refine((names) => names.every(isStatus), `Each one of ${BOOKING_STATUSES.join(", ")}.`)
  .transform((names) => names.filter(isStatus));

/** `GET …/bookings`: by the dates on which they start, both inclusive, and by status (several with commas). */
export const listQuery = z.strictObject({
  from: dateSchema.optional(),
  to: dateSchema.optional(),
  status: statusesQuery.optional(),
  mechanic_id: idSchema.optional(),
  limit: countSchema.refine((value) => value <= MAX_PAGE, `At most ${MAX_PAGE}.`).default(DEFAULT_PAGE),
  page_token: pageTokenSchema.optional(),
});
type ListQuery = z.output<typeof listQuery>;

export interface ListDependencies {
  readonly catalog: CatalogReader;
  readonly bookingLists: BookingListStore;
}

export interface ListRequest {
  readonly shopId: string;
  readonly principal: Principal;
  readonly query: ListQuery;
}

export interface Listed {
  readonly bookings: readonly Booking[];
  readonly zone: string;
  readonly nextPageToken: string | null;
}

/** Returns the caller's bookings by start: a customer's own, a mechanic's own, or the whole shop's for an admin. */
export async function listBookings(
  { catalog, bookingLists }: ListDependencies,
  { shopId, principal, query }: ListRequest,
  scope: Scope,
): Promise<Outcome<Listed>> {
  const whose = whoseBookings(principal, shopId, query.mechanic_id);
  if (!whose.ok) return whose;
  const after = query.page_token === undefined ? null : decodeToken(query.page_token);
  if (after === undefined) return refusePageToken();
  const shop = await catalog.shop(shopId, scope.cost);
  if (!shop) return refuse("not_found", "There is no such shop.");
  const bound = (date: string | undefined, end: "start" | "end") =>
    date === undefined ? null : dayBounds(shop.time_zone, date)[end];
  const [from, to] = [bound(query.from, "start"), bound(query.to, "end")];
  if (from !== null && to !== null && from >= to) {
    return invalidRequest({ path: "to", message: "The range ends before it begins." });
  }
  const { limit, status: statuses = null } = query;
  const page: BookingPage = await bookingLists.page(
    shopId,
    { ...whose.value, statuses, from, to, after, limit },
    scope.cost,
  );
  const nextPageToken = page.next && encodePageToken([page.next.startMs, page.next.id]);
  return done({ bookings: page.bookings, zone: shop.time_zone, nextPageToken });
}

function whoseBookings(principal: Principal, shopId: string, asked: string | undefined) {
  if (isAdminOf(principal, shopId)) return done({ mechanicId: asked ?? null, customerUid: null });
  const { role, mechanicId } = principal;
  if (role === "mechanic" && principal.shopId === shopId && mechanicId !== null) {
    if ((asked ?? mechanicId) === mechanicId) return done({ mechanicId, customerUid: null });
    return refuse("forbidden", "Only an admin of the shop may see another mechanic's bookings.");
  }
  return done({ mechanicId: asked ?? null, customerUid: principal.uid });
}

const position = z.tuple([tokenInstantSchema, tokenIdSchema()]);

function decodeToken(token: string): ListPosition | undefined {
  const [startMs, id] = decodePageToken(position, token) ?? [];
  return startMs === undefined || id === undefined ? undefined : { startMs: millis(startMs), id };
}
