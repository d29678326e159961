import { z } from "zod";
import { AUDIT_ACTIONS } from "../../audit/trail.ts";
import type { HistoryRange, RefusalDay, RefusalStore } from "../../bookings/refusal-store.ts";
import type { CatalogReader } from "../../catalog/catalog-reader.ts";
import { millis, toMillis, type Millis } from "../../engine/units.ts";
import { dayBounds } from "../../engine/zone.ts";
import { done, invalidRequest, refuse, type Outcome } from "../../platform/errors.ts";
import { countSchema, dateSchema, idSchema } from "../../platform/http/fields.ts";
import {
  decodePageToken,
  encodePageToken,
  pageTokenSchema,
  refusePageToken,
  tokenIdSchema,
  tokenInstantSchema,
} from "../../platform/http/page-token.ts";
import type { Scope } from "../../platform/scope.ts";
import type { AuditLine, AuditStore } from "./audit-store.ts";

const MAX_PAGE = 200;
const DEFAULT_PAGE = 50;
const REFUSED = "bookings_refused";

/** A user's id as Firebase Auth gives it, or an administrator has chosen it. */
export const uidSchema = z.string("Give one uid.").regex(/^[\x21-\x7e]{1,128}$/, "Not a uid.");

/** `GET …/audit`: by dates of the shop (both inclusive), booking, actor and type; all of them may be combined. */
export const auditQuery = z.strictObject({
  from: dateSchema.optional(),
  to: dateSchema.optional(),
  booking_id: idSchema.optional(),
  actor: uidSchema.optional(),
  type: z.enum([...AUDIT_ACTIONS, REFUSED], "Not a type of entry.").optional(),
  limit: countSchema.refine((value) => value <= MAX_PAGE, `At most ${MAX_PAGE}.`).default(DEFAULT_PAGE),
  page_token: pageTokenSchema.optional(),
});
export type AuditQuery = z.output<typeof auditQuery>;

/** An entry of the trail, or a day's count of refused bookings, as the API shows it. */
export interface ShownEntry {
  readonly id: string;
  readonly at: string;
  readonly type: string;
  readonly actor: { readonly kind: string; readonly uid: string | null };
  readonly booking_id: string | null;
  readonly reason: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

export interface AuditDependencies {
  readonly audit: AuditStore;
  readonly refusalDays: RefusalStore;
  readonly catalog: CatalogReader;
}

export interface AuditPage {
  readonly entries: readonly ShownEntry[];
  readonly nextPageToken: string | null;
}

const position = z.tuple([tokenInstantSchema, tokenIdSchema()]);

/** Returns a page of the trail, the newest entry first. A day of refused bookings has the time at which it begins. */
export async function listAudit(
  dependencies: AuditDependencies,
  { shopId, query }: { readonly shopId: string; readonly query: AuditQuery },
  { cost }: Scope,
): Promise<Outcome<AuditPage>> {
  const token = query.page_token === undefined ? null : decodePageToken(position, query.page_token);
  if (token === undefined) return refusePageToken();
  const shop = await dependencies.catalog.shop(shopId, cost);
  if (!shop) return refuse("not_found", "There is no such shop.");
  const bound = (date: string | undefined, end: "start" | "end") =>
    date === undefined ? null : toMillis(dayBounds(shop.time_zone, date)[end]);
  const [from, to] = [bound(query.from, "start"), bound(query.to, "end")];
  if (from !== null && to !== null && from >= to) {
    return invalidRequest({ path: "to", message: "The range ends before it begins." });
  }
  const after = token && { at: millis(token[0]), id: token[1] };
  // One more than is shown tells whether there is another page.
  const range: HistoryRange = { from, to, after, limit: query.limit + 1 };
  const found = await entriesIn(dependencies, { shopId, query, range }, cost);
  const shown = found.slice(0, query.limit);
  const last = shown.at(-1);
  const nextPageToken = found.length > query.limit && last ? encodePageToken([last.at, last.id]) : null;
  return done({ entries: shown.map(({ entry }) => entry), nextPageToken });
}

interface Placed {
  readonly at: Millis;
  readonly id: string;
  readonly entry: ShownEntry;
}

interface Selection {
  readonly shopId: string;
  readonly query: AuditQuery;
  readonly range: HistoryRange;
}

/** The lines and the days of refusals in the range, in their common order. */
async function entriesIn(
  { audit, refusalDays }: AuditDependencies,
  { shopId, query, range }: Selection,
  cost: Scope["cost"],
): Promise<Placed[]> {
  const { booking_id: bookingId = null, actor = null, type = null } = query;
  const filter = { bookingId, actor, action: type };
  const lines = type === REFUSED ? [] : await audit.lines(shopId, { ...filter, ...range }, cost);
  const hasRefusals = bookingId === null && actor === null && (type === null || type === REFUSED);
  if (!hasRefusals) return lines.map(placeLine);
  // Earlier days than the last line of a full page are on a later page.
  const earliest = lines.length === range.limit ? lines.at(-1)?.at : undefined;
  const days = await refusalDays.days(shopId, { ...range, from: earliest ?? range.from }, cost);
  return [...lines.map(placeLine), ...days.map(placeDay)].sort(newerFirst);
}

function newerFirst(a: Placed, b: Placed): number {
  return b.at - a.at || (a.id < b.id ? 1 : -1);
}

function placeLine(line: AuditLine): Placed {
  return { id: line.id, at: line.at, entry: presentLine(line) };
}

/** A line of the trail as the API shows it. */
export function presentLine({ id, at, action, ...line }: AuditLine): ShownEntry {
  return { id, at: new Date(at).toISOString(), type: action, ...line };
}

function placeDay({ id, at, date, by_reason }: RefusalDay): Placed {
  const entry: ShownEntry = {
    id,
    at: new Date(at).toISOString(),
    type: REFUSED,
    actor: { kind: "system", uid: null },
    booking_id: null,
    reason: null,
    details: { date, by_reason },
  };
  return { id, at, entry };
}
