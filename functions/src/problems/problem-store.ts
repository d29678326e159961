import {
  FieldPath,
  Timestamp,
  type DocumentSnapshot,
  type Firestore,
  type Query,
} from "firebase-admin/firestore";
import { addDays } from "../engine/dates.ts";
import type { PlainDate } from "../engine/types.ts";
import { toMinutes, type Millis } from "../engine/units.ts";
import { dateOf, dayBounds, isTimeZone } from "../engine/zone.ts";
import { shopPaths } from "../platform/firestore/paths.ts";
import { retryTransient } from "../platform/firestore/retry.ts";
import { timestampOfMinutes } from "../platform/firestore/timestamps.ts";
import type { Scope } from "../platform/scope.ts";
import {
  checkBooking,
  checkException,
  checkLedger,
  checkMechanic,
  checkService,
  checkShop,
  type Check,
  type Problem,
} from "./check-document.ts";

const READ_DEADLINE_MS = 5_000;
/** The most documents that one page reads, beside the first few bookings without a readable start. */
const PAGE_DOCUMENTS = 500;
const MOST_WITHOUT_START = 50;
const FIRST_INSTANT = new Timestamp(-62_135_596_800, 0);
const LAST_INSTANT = new Timestamp(253_402_300_799, 999_999_999);

export interface FoundProblem extends Problem {
  /** Relative to the shop; the shop itself is `shops/{id}`. */
  readonly path: string;
}

/** The last document of a page: its source, the values of the fields that order the source, and its id. */
export interface ProblemPosition {
  readonly source: number;
  readonly key: readonly (string | number)[];
}

export interface ProblemPage {
  readonly problems: readonly FoundProblem[];
  /** The position after which the next page continues; null on the last page. */
  readonly next: ProblemPosition | null;
}

/** Documents of one kind. */
interface Source {
  readonly query: Query;
  readonly check: Check;
  /** The field that orders them before their ids do; null: none. A source without a next page leaves it out. */
  readonly orderedBy?: "date" | "start" | null;
}

/** Reads a shop's documents and finds those that cannot be read. */
export class ProblemStore {
  constructor(private readonly db: Firestore) {}

  /** The problems among the next documents; undefined if there is no such shop. A page without problems may have a next one. */
  async page(shopId: string, after: ProblemPosition | null, scope: Scope): Promise<ProblemPage | undefined> {
    const shop = await this.#get(shopPaths(this.db, shopId).shop);
    scope.cost.reads += 1;
    if (!shop.exists) return undefined;
    const { zone, today } = todayOf(shop, scope.now);
    const problems = after === null ? found(`shops/${shopId}`, checkShop(shop, today)) : [];
    const sources = this.#sources(shopId, zone, today);
    let left = PAGE_DOCUMENTS;
    for (const [index, source] of sources.entries()) {
      if (index < (after?.source ?? 0)) continue;
      const key = after?.source === index ? after.key : [];
      const { docs } = await this.#get(pageOf(source, key, left));
      scope.cost.reads += Math.max(1, docs.length);
      for (const document of docs) {
        problems.push(...found(`${document.ref.parent.id}/${document.id}`, source.check(document, today)));
      }
      if (source.orderedBy === undefined) continue;
      left -= docs.length;
      const last = docs.at(-1);
      if (left === 0 && last) return { problems, next: { source: index, key: keyOf(source, last) } };
    }
    return { problems, next: null };
  }

  #sources(shopId: string, zone: string, today: PlainDate): readonly Source[] {
    const paths = shopPaths(this.db, shopId);
    const start = timestampOfMinutes(dayBounds(zone, today).start);
    return [
      { query: paths.services, check: checkService, orderedBy: null },
      { query: paths.mechanics, check: checkMechanic, orderedBy: null },
      // All of them: the dates of one that cannot be read cannot be queried.
      { query: paths.exceptions, check: checkException, orderedBy: null },
      { query: paths.ledgers.where("date", ">=", today), check: checkLedger, orderedBy: "date" },
      { query: paths.bookings.where("start", ">=", start), check: checkBooking, orderedBy: "start" },
      ...this.#bookingsWithoutStart(shopId),
    ];
  }

  /** Bookings whose start is a value of another type: in Firestore's order they lie before or after all Timestamps. */
  #bookingsWithoutStart(shopId: string): readonly Source[] {
    const byStart = shopPaths(this.db, shopId).bookings.orderBy("start");
    return [byStart.endBefore(FIRST_INSTANT), byStart.startAfter(LAST_INSTANT)].map((query) => ({
      query,
      check: checkBooking,
    }));
  }

  #get<T>(source: { get(): Promise<T> }): Promise<T> {
    return retryTransient(() => source.get(), { deadlineMs: READ_DEADLINE_MS });
  }
}

function pageOf({ query, orderedBy }: Source, key: ProblemPosition["key"], left: number): Query {
  if (orderedBy === undefined) return query.limit(MOST_WITHOUT_START);
  const ordered = (orderedBy === null ? query : query.orderBy(orderedBy)).orderBy(FieldPath.documentId());
  const [first, ...ids] = key;
  if (first === undefined) return ordered.limit(left);
  const values = orderedBy === "start" ? [Timestamp.fromMillis(Number(first)), ...ids] : key;
  return ordered.startAfter(...values).limit(left);
}

function keyOf({ orderedBy }: Source, last: DocumentSnapshot): ProblemPosition["key"] {
  if (!orderedBy) return [last.id];
  const value = last.get(orderedBy) as Timestamp | string;
  return [value instanceof Timestamp ? value.toMillis() : value, last.id];
}

function found(path: string, problem: Problem | null): FoundProblem[] {
  return problem ? [{ path, ...problem }] : [];
}

/** The shop's zone and date; without a readable zone, a date that is nowhere later than the present one. */
function todayOf(shop: DocumentSnapshot, now: Millis) {
  const stated: unknown = shop.get("time_zone");
  if (typeof stated === "string" && isTimeZone(stated)) {
    return { zone: stated, today: dateOf(stated, toMinutes(now)) };
  }
  return { zone: "UTC", today: addDays(dateOf("UTC", toMinutes(now)), -1) };
}
