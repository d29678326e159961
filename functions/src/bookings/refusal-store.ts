import { FieldPath, FieldValue, Timestamp, type Firestore, type Query } from "firebase-admin/firestore";
import { z } from "zod";
import { shopSchema } from "../catalog/schema.ts";
import type { PlainDate } from "../engine/types.ts";
import { toMillis, toMinutes, type Millis } from "../engine/units.ts";
import { dateOf, dayBounds } from "../engine/zone.ts";
import type { ErrorCode } from "../platform/errors.ts";
import { readDocuments } from "../platform/firestore/documents.ts";
import { shopPaths } from "../platform/firestore/paths.ts";
import { deletion, type Retention } from "../platform/firestore/retention.ts";
import { retryTransient } from "../platform/firestore/retry.ts";
import { millisField } from "../platform/firestore/timestamps.ts";
import { groupBy } from "../platform/group-by.ts";
import type { Cost } from "../platform/scope.ts";

const DEADLINE_MS = 5_000;

/** Bookings that were refused for one reason at about one time. */
export interface RefusedAt {
  readonly at: Millis;
  readonly reason: ErrorCode;
  readonly count: number;
}

/** `shops/{shop}/refusals/{date}`: how many bookings were refused on the shop-local date. */
const refusalDaySchema = z.object({
  date: z.string(),
  /** When the date begins. */
  at: millisField,
  by_reason: z.record(z.string(), z.number()),
});
export type RefusalDay = z.output<typeof refusalDaySchema> & { readonly id: string };

/** Where a page of a shop's history begins and ends: times in `[from, to)`, after a position, the newest first. */
export interface HistoryRange {
  readonly from: Millis | null;
  readonly to: Millis | null;
  readonly after: { readonly at: Millis; readonly id: string } | null;
  readonly limit: number;
}

/** Daily counts of refused bookings. */
export class RefusalStore {
  constructor(
    private readonly db: Firestore,
    private readonly retention: Pick<Retention, "auditDays">,
  ) {}

  /**
   * Adds to the counts of the dates: a read, and a write for each date. Counts of a shop that does not exist are dropped.
   * If the answer of a write is lost, its repetition counts twice.
   */
  async add(shopId: string, refused: readonly RefusedAt[]): Promise<void> {
    const paths = shopPaths(this.db, shopId);
    const shop = await retryTransient(() => paths.shop.get(), { deadlineMs: DEADLINE_MS });
    if (!shop.exists) return;
    const read = shopSchema.safeParse(shop.data());
    const zone = read.success ? read.data.time_zone : "UTC";
    const byDate = groupBy(refused, ({ at }) => dateOf(zone, toMinutes(at)));
    const batch = this.db.batch();
    for (const [date, ofDate] of byDate) {
      batch.set(paths.refusals.doc(date), this.#increments(zone, date, ofDate), { merge: true });
    }
    await batch.commit();
  }

  #increments(zone: string, date: PlainDate, refused: readonly RefusedAt[]) {
    const start = toMillis(dayBounds(zone, date).start);
    const byReason = groupBy(refused, ({ reason }) => reason);
    const increments = [...byReason].map(([reason, ofReason]) => {
      const sum = ofReason.reduce((total, { count }) => total + count, 0);
      return [reason, FieldValue.increment(sum)] as const;
    });
    return {
      date,
      at: Timestamp.fromMillis(start),
      by_reason: Object.fromEntries(increments),
      ...deletion(start, this.retention.auditDays),
    };
  }

  async days(shopId: string, range: HistoryRange, cost: Cost): Promise<RefusalDay[]> {
    const query = newestFirst(shopPaths(this.db, shopId).refusals, range);
    const found = await retryTransient(() => query.get(), { deadlineMs: DEADLINE_MS });
    cost.reads += Math.max(1, found.size);
    return readDocuments(found.docs, refusalDaySchema);
  }
}

/** Selects the documents in the range by `at`. */
export function newestFirst(documents: Query, { from, to, after, limit }: HistoryRange): Query {
  let query = documents;
  if (from !== null) query = query.where("at", ">=", Timestamp.fromMillis(from));
  if (to !== null) query = query.where("at", "<", Timestamp.fromMillis(to));
  query = query.orderBy("at", "desc").orderBy(FieldPath.documentId(), "desc").limit(limit);
  return after ? query.startAfter(Timestamp.fromMillis(after.at), after.id) : query;
}
