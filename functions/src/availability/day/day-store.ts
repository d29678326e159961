import {
  type BulkWriter,
  type DocumentReference,
  type DocumentSnapshot,
  type Firestore,
  type Query,
  type Timestamp,
} from "firebase-admin/firestore";
import * as logger from "firebase-functions/logger";
import { mechanicSchema, shopSchema, type Shop } from "../../catalog/schema.ts";
import type { PlainDate } from "../../engine/types.ts";
import { readDocumentOrThrow, readDocuments } from "../../platform/firestore/documents.ts";
import { shopPaths } from "../../platform/firestore/paths.ts";
import { documentBytes, MAX_DOCUMENT_BYTES } from "../../platform/firestore/size.ts";
import { retryTransient } from "../../platform/firestore/retry.ts";
import { readLedgersToOffer } from "../../ledger/ledger-document.ts";
import type { Cost } from "../../platform/scope.ts";
import { dateFilter } from "./date-filter.ts";
import type { StoredDay } from "./day.ts";
import { readDay } from "./day-document.ts";
import { fillWrite, writeUnlessChanged, type Fill } from "./epoch-protocol.ts";
import { SharedReads } from "./shared-reads.ts";
import type { Overlay } from "./legacy.ts";
import { RememberedDays } from "./remembered-days.ts";

const READ_DEADLINE_MS = 5_000;
/** Leaves room for the write-through of later bookings. */
const MAX_FILL_BYTES = MAX_DOCUMENT_BYTES - 96 * 1024;

/** A stored day, and the update time that a fill requires the document to have. */
export interface VersionedDay {
  readonly day: StoredDay | undefined;
  readonly updateTime: Timestamp | undefined;
}

interface ReadDays {
  readonly shop: Shop | undefined;
  /** The requested days; it may hold others. */
  readonly days: ReadonlyMap<PlainDate, VersionedDay>;
}

/** A fill, and the update time of the document that it may replace; undefined: the document must not exist. */
export interface ConditionalFill extends Fill {
  readonly version: Timestamp | undefined;
}

/** Reads and fills availability days. */
export class AvailabilityStore {
  readonly #remembered = new RememberedDays();
  readonly #reads = new SharedReads<PlainDate, ReadDays>();

  constructor(private readonly db: Firestore) {}

  /** Returns the shop and its stored days in one round trip of 1 + dates reads, shared by simultaneous callers. */
  async read(shopId: string, dates: readonly PlainDate[], cost: Cost): Promise<ReadDays> {
    const { result, first, own } = await this.#reads.of(shopId, dates, (all) => this.#read(shopId, all));
    cost.reads += own.length + (first ? 1 : 0);
    return result;
  }

  async #read(shopId: string, dates: readonly PlainDate[]): Promise<ReadDays> {
    const paths = shopPaths(this.db, shopId);
    const refs = [paths.shop, ...dates.map((date) => paths.day(date))];
    const [shop, ...days] = await retryTransient(() => this.db.getAll(...refs), {
      deadlineMs: READ_DEADLINE_MS,
    });
    const version = (snapshot: DocumentSnapshot): [PlainDate, VersionedDay] => [
      snapshot.id,
      { day: this.#decode(snapshot), updateTime: snapshot.updateTime },
    ];
    return { shop: shop && readDocumentOrThrow(shop, shopSchema), days: new Map(days.map(version)) };
  }

  #decode(snapshot: DocumentSnapshot): StoredDay | undefined {
    const { ref, updateTime } = snapshot;
    if (!updateTime) return undefined;
    const version = `${updateTime.seconds}.${updateTime.nanoseconds}`;
    return this.#remembered.of(ref.path, version, () => readDay(snapshot));
  }

  /** Returns the overlay for the legacy days of these dates (at least one), with two queries. */
  async overlay(shop: Shop, dates: readonly PlainDate[], cost: Cost): Promise<Overlay> {
    const paths = shopPaths(this.db, shop.id);
    const read = async (query: Query) => {
      const found = await retryTransient(() => query.get(), { deadlineMs: READ_DEADLINE_MS });
      cost.reads += Math.max(1, found.size);
      return found.docs;
    };
    const [mechanics, ledgers] = await Promise.all([
      read(paths.mechanics.where("active", "==", true)),
      read(dateFilter(paths.ledgers, dates)),
    ]);
    return {
      mechanics: readDocuments(mechanics, mechanicSchema),
      ledgers: readLedgersToOffer(ledgers, shop.time_zone),
    };
  }

  /**
   * Fills days in one batch of independent conditional writes: a day that has changed since it was read is left as it
   * is, because the content generated for it may be outdated. Returns the dates that were filled.
   */
  async fill(shopId: string, fills: readonly ConditionalFill[], cost: Cost): Promise<PlainDate[]> {
    if (fills.length === 0) return [];
    const paths = shopPaths(this.db, shopId);
    const writer = this.db.bulkWriter({ throttling: false });
    // A failed fill is not retried: the next reader generates the day again.
    writer.onWriteError(() => false);
    const writes = fills.map(async (fill) => {
      const written = await fillUnlessChanged(writer, paths.day(fill.date), fill);
      return written ? [fill.date] : [];
    });
    await writer.close();
    const filled = (await Promise.all(writes)).flat();
    cost.writes += filled.length;
    return filled;
  }
}

/** Returns false if the document has changed, the day is too large, or the write failed. */
async function fillUnlessChanged(
  writer: BulkWriter,
  ref: DocumentReference,
  fill: ConditionalFill,
): Promise<boolean> {
  const write = fillWrite(fill);
  const bytes = documentBytes(ref.path, write.fields);
  if (bytes > MAX_FILL_BYTES) {
    logger.warn("day too large to cache", { path: ref.path, bytes });
    return false;
  }
  try {
    return await writeUnlessChanged(ref, write, fill.version, writer);
  } catch (error) {
    logger.warn("cache fill failed", { path: ref.path, cause: String(error) });
    return false;
  }
}
