import {
  FieldValue,
  type DocumentReference,
  type Firestore,
  type Query,
  type Timestamp,
  type Transaction,
} from "firebase-admin/firestore";
import * as logger from "firebase-functions/logger";
import { exceptionSchema, mechanicSchema, shopSchema, type Shop } from "../catalog/schema.ts";
import { addDays } from "../engine/dates.ts";
import type { PlainDate } from "../engine/types.ts";
import { exceptionsTouching } from "../exceptions/query.ts";
import { readDocument, readDocuments } from "../firestore/documents.ts";
import { shopPaths } from "../firestore/paths.ts";
import { isLostPrecondition, retryTransient } from "../firestore/retry.ts";
import type { DayLedger } from "../ledger/ledger.ts";
import { readLedgers } from "../ledger/store.ts";
import type { Cost } from "../scope.ts";
import type { MechanicsOfDay, StoredDay } from "./day.ts";
import { fillDocument, readDay, type Fill } from "./day-store.ts";
import { generateDays, neighboursNeeded, openTimes } from "./generate.ts";

const READ_DEADLINE_MS = 5_000;
const MAX_IN_VALUES = 30;

/** A stored day with the version that a conditional fill must find again. */
export interface VersionedDay {
  readonly day: StoredDay | undefined;
  readonly updateTime: Timestamp | undefined;
}

/** Reads, generates and fills availability days. */
export class AvailabilityStore {
  constructor(private readonly db: Firestore) {}

  /** The shop and the stored days of `dates`, in one round trip: 1 + dates reads. */
  async read(
    shopId: string,
    dates: readonly PlainDate[],
    cost: Cost,
  ): Promise<{ shop: Shop | undefined; days: VersionedDay[] }> {
    const paths = shopPaths(this.db, shopId);
    const refs = [paths.shop, ...dates.map((date) => paths.day(date))];
    const snapshots = await retryTransient(() => this.db.getAll(...refs), { deadlineMs: READ_DEADLINE_MS });
    cost.reads += refs.length;
    const [shop, ...days] = snapshots;
    return {
      shop: shop && readDocument(shop, shopSchema),
      days: days.map((snapshot) => ({ day: readDay(snapshot), updateTime: snapshot.updateTime })),
    };
  }

  /** Generates the dates from one consistent snapshot: no read per mechanic beyond the query results. */
  async generate(
    shop: Shop,
    dates: readonly PlainDate[],
    reachMinutes: number,
    cost: Cost,
  ): Promise<Map<PlainDate, MechanicsOfDay>> {
    return retryTransient(
      () =>
        this.db.runTransaction((tx) => this.#generateIn(tx, shop, dates, reachMinutes, cost), {
          readOnly: true,
        }),
      { deadlineMs: READ_DEADLINE_MS },
    );
  }

  async #generateIn(
    tx: Transaction,
    shop: Shop,
    dates: readonly PlainDate[],
    reachMinutes: number,
    cost: Cost,
  ): Promise<Map<PlainDate, MechanicsOfDay>> {
    const paths = shopPaths(this.db, shop.id);
    const read = async (query: Query) => {
      const found = await tx.get(query);
      cost.reads += Math.max(1, found.size);
      return found.docs;
    };
    const readLedgersOf = async (on: readonly PlainDate[]) =>
      readLedgers((await Promise.all(dateFilters(paths.ledgers, on).map(read))).flat());

    const [mechanicDocs, exceptionDocs, ledgers] = await Promise.all([
      read(paths.mechanics.where("active", "==", true)),
      read(exceptionsTouching(paths.exceptions, addDays(earliest(dates), -1), addDays(latest(dates), 1))),
      readLedgersOf(dates),
    ]);
    const sources = {
      shop,
      mechanics: readDocuments(mechanicDocs, mechanicSchema),
      exceptions: readDocuments(exceptionDocs, exceptionSchema),
      reachMinutes,
    };
    const open = openTimes(sources, dates);
    const neighbours = neighboursNeeded(open, shop, reachMinutes);
    const beyond: DayLedger[] = neighbours.length === 0 ? [] : await readLedgersOf(neighbours);
    return generateDays({ ...sources, ledgers: [...ledgers, ...beyond] }, open);
  }

  /** What is taken on a date, for every mechanic. */
  async ledgersOn(shopId: string, date: PlainDate, cost: Cost): Promise<DayLedger[]> {
    const query = shopPaths(this.db, shopId).ledgers.where("date", "==", date);
    const found = await retryTransient(() => query.get(), { deadlineMs: READ_DEADLINE_MS });
    cost.reads += Math.max(1, found.size);
    return readLedgers(found.docs);
  }

  /**
   * Fills days that were read as `versions`, each by one conditional write. A day that anything touched meanwhile
   * keeps what it has: then the content generated here may already be old.
   */
  async fill(
    shopId: string,
    fills: readonly Fill[],
    versions: ReadonlyMap<PlainDate, Timestamp | undefined>,
    cost: Cost,
  ): Promise<void> {
    const paths = shopPaths(this.db, shopId);
    const writes = fills.map((fill) => {
      const data = fillDocument(fill);
      return (async () => {
        const written = await writeIfUnchanged(paths.day(fill.date), data, versions.get(fill.date));
        if (written) cost.writes += 1;
      })();
    });
    await Promise.all(writes);
  }
}

/** False when the document is not at that version any more, or the write failed: an answer never depends on it. */
async function writeIfUnchanged(
  ref: DocumentReference,
  data: ReturnType<typeof fillDocument>,
  updateTime: Timestamp | undefined,
): Promise<boolean> {
  try {
    if (updateTime === undefined) await ref.create(data);
    else await ref.update({ ...data, slots: FieldValue.delete() }, { lastUpdateTime: updateTime });
    return true;
  } catch (error) {
    if (!isLostPrecondition(error))
      logger.warn("cache fill failed", { path: ref.path, cause: String(error) });
    return false;
  }
}

/** Queries that together find the documents of exactly these dates: few values by `in`, more in a run by range. */
function dateFilters(collection: Query, dates: readonly PlainDate[]): Query[] {
  if (dates.length === 1) return [collection.where("date", "==", dates[0])];
  if (isRun(dates)) {
    return [collection.where("date", ">=", earliest(dates)).where("date", "<=", latest(dates))];
  }
  const queries: Query[] = [];
  for (let from = 0; from < dates.length; from += MAX_IN_VALUES) {
    queries.push(collection.where("date", "in", dates.slice(from, from + MAX_IN_VALUES)));
  }
  return queries;
}

function isRun(dates: readonly PlainDate[]): boolean {
  return addDays(earliest(dates), dates.length - 1) === latest(dates);
}

function earliest(dates: readonly PlainDate[]): PlainDate {
  return dates.reduce((a, b) => (a < b ? a : b));
}

function latest(dates: readonly PlainDate[]): PlainDate {
  return dates.reduce((a, b) => (a > b ? a : b));
}
