import {
  FieldPath,
  FieldValue,
  type DocumentReference,
  type DocumentSnapshot,
  type Firestore,
  type Query,
  type QuerySnapshot,
  type Transaction,
} from "firebase-admin/firestore";
import { z } from "zod";
import { invalidate } from "../../availability/day/epoch-protocol.ts";
import { WHOLE_CATALOG } from "../../catalog/invalidation.ts";
import { isRezoning } from "../../catalog/ledger-zone.ts";
import { shopSchema } from "../../catalog/schema.ts";
import { addDays } from "../../engine/dates.ts";
import type { PlainDate } from "../../engine/types.ts";
import { minutes, toMinutes, type Millis } from "../../engine/units.ts";
import { dateOf } from "../../engine/zone.ts";
import type { DayLedger } from "../../ledger/ledger.ts";
import { ledgerDocument, readLedgerIfValid } from "../../ledger/ledger-document.ts";
import { readDocument } from "../../platform/firestore/documents.ts";
import { shopPaths } from "../../platform/firestore/paths.ts";
import { retryTransient } from "../../platform/firestore/retry.ts";
import { minutesField, timestampOfMillis, timestampOfMinutes } from "../../platform/firestore/timestamps.ts";
import { concernsOthers, datesConcerned, refile, type Filing } from "./refile.ts";
import { nextStage, STAGES, type LedgerPage, type Position, type Rezoning } from "./rezoning.ts";

const STEP_DEADLINE_MS = 30_000;
const LEDGERS_PER_PAGE = 300;
/** The documents of a page are read and written in one transaction. */
const DATED_PER_PAGE = 100;
/** Today's ledgers are filed in full, whatever the zone: the daily limit counts what has ended today, too. */
const PRESENT_MINUTES = 48 * 60;
const DAY_MINUTES = 24 * 60;
/** A job that has advanced since then is probably running. */
const QUIET_MS = 60_000;

const progressSchema = z.object({
  job_id: z.string(),
  since: minutesField,
  stage: z.enum(STAGES),
  after: z.object({ value: z.unknown(), id: z.string() }).nullable(),
});

type Paths = ReturnType<typeof shopPaths>;

/** The steps that change the zone of a shop's ledgers. Each may be repeated. */
export class RezoningStore {
  constructor(private readonly db: Firestore) {}

  /** Begins to file the ledgers under the shop's present zone, or continues; null if they are. */
  async begin(shopId: string, newId: string, now: Millis): Promise<Rezoning | null> {
    const paths = shopPaths(this.db, shopId);
    return this.#transact(async (tx) => {
      const [found, progress] = await tx.getAll(paths.shop, paths.rezoning);
      const shop = found && readDocument(found, shopSchema);
      if (!shop || !isRezoning(shop)) return null;
      const begun = progress && readDocument(progress, progressSchema);
      const { rezoning, time_zone: to } = shop;
      if (rezoning?.to === to && begun?.job_id === rezoning.id) {
        return { shopId, to, id: rezoning.id, since: begun.since, stage: begun.stage, after: begun.after };
      }
      const since = minutes(toMinutes(now) - PRESENT_MINUTES);
      tx.update(paths.shop, { rezoning: { id: newId, to } });
      invalidate(tx, paths, WHOLE_CATALOG);
      tx.set(paths.rezoning, {
        job_id: newId,
        from: shop.ledger_time_zone,
        to,
        since: timestampOfMinutes(since),
        stage: STAGES[0],
        after: null,
        started_at: timestampOfMillis(now),
      });
      return { shopId, to, id: newId, since, stage: STAGES[0], after: null };
    });
  }

  /** Returns the next page of ledgers that may have entries to move. A ledger that cannot be read is left as it is. */
  async ledgerPage(rezoning: Rezoning, now: Millis): Promise<LedgerPage> {
    // Filed under any zone, a slot's date is at most one day from its date in UTC.
    const from = addDays(dateOf("UTC", rezoning.since), -1);
    const query = shopPaths(this.db, rezoning.shopId).ledgers.where("date", ">=", from);
    const page = paged(query, "date", rezoning.after, LEDGERS_PER_PAGE);
    const found = await retryTransient(() => page.get(), { deadlineMs: STEP_DEADLINE_MS });
    const filing = filingOf(rezoning, now);
    const ledgers = found.docs.flatMap((snapshot) => readLedgerIfValid(snapshot) ?? []);
    return {
      misfiled: ledgers.filter((ledger) => concernsOthers(ledger, filing)),
      next: positionAfter(found, "date", LEDGERS_PER_PAGE),
    };
  }

  /** Moves the entries of one ledger to the ledgers they belong in. False: the job has been superseded. */
  async refileLedger(
    rezoning: Rezoning,
    { mechanic_id: mechanicId, date }: DayLedger,
    now: Millis,
  ): Promise<boolean> {
    const done = await this.#step(rezoning, async (tx, paths) => {
      const ledger = readLedgerIfValid(await tx.get(paths.ledger(mechanicId, date)));
      if (!ledger) return true;
      const filing = filingOf(rezoning, now);
      const dates = datesConcerned(ledger, filing).filter((other) => other !== date);
      const { ledgers, closed } = await readOthers(tx, paths, mechanicId, dates);
      for (const changed of refile(ledger, ledgers, { ...filing, closed })) {
        tx.set(paths.ledger(mechanicId, changed.date), ledgerDocument(changed));
      }
      return true;
    });
    return done === true;
  }

  /** Corrects the stored dates of the next page of bookings or holds. Undefined: the job has been superseded. */
  async redatePage(rezoning: Rezoning): Promise<Rezoning | undefined> {
    return this.#step(rezoning, async (tx, paths) => {
      const { to, since, stage, after } = rezoning;
      const dated = stage === "bookings" ? paths.bookings : paths.holds;
      const present = dated.where("start", ">=", timestampOfMinutes(minutes(since - DAY_MINUTES)));
      const found = await tx.get(paged(present, "start", after, DATED_PER_PAGE));
      for (const { ref, date } of found.docs.flatMap((one) => wronglyDated(one, to, since))) {
        tx.update(ref, { date });
      }
      return this.#advance(tx, paths, rezoning, positionAfter(found, "start", DATED_PER_PAGE));
    });
  }

  /** Records that the page before `next` is done. Undefined: the job has been superseded. */
  async advance(rezoning: Rezoning, next: Position | null): Promise<Rezoning | undefined> {
    return this.#step(rezoning, (tx, paths) => Promise.resolve(this.#advance(tx, paths, rezoning, next)));
  }

  #advance(tx: Transaction, paths: Paths, rezoning: Rezoning, next: Position | null): Rezoning {
    const reached = next ? { stage: rezoning.stage, after: next } : nextStage(rezoning.stage);
    tx.update(paths.rezoning, { ...reached });
    return { ...rezoning, ...reached };
  }

  /**
   * Ends a job that has done all its stages. While it ran, every writer has filed under its zone, so a ledger that was
   * filed correctly still is, and none has to be read again.
   */
  async finish(rezoning: Rezoning, now: Millis): Promise<boolean> {
    const done = await this.#step(rezoning, async (tx, paths) => {
      const progress = readDocument(await tx.get(paths.rezoning), progressSchema);
      if (progress?.job_id !== rezoning.id || progress.stage !== "done") return false;
      tx.update(paths.shop, { ledger_time_zone: rezoning.to, rezoning: FieldValue.delete() });
      invalidate(tx, paths, WHOLE_CATALOG);
      tx.update(paths.rezoning, { finished_at: timestampOfMillis(now) });
      return true;
    });
    return done === true;
  }

  /** Returns the shops whose jobs have begun, have not ended, and have not advanced for a minute. */
  async abandoned(now: Millis): Promise<string[]> {
    const begun = await this.db.collection("shops").where("rezoning.to", ">", "").select().get();
    if (begun.empty) return [];
    const ids = begun.docs.map(({ id }) => id);
    const progress = await this.db.getAll(...ids.map((id) => shopPaths(this.db, id).rezoning));
    return ids.filter((_, index) => (progress[index]?.updateTime?.toMillis() ?? 0) <= now - QUIET_MS);
  }

  /** Runs a step of the job unless the shop's zone has been changed again, or the job has ended: then undefined. */
  #step<T>(
    { shopId, id, to }: Rezoning,
    body: (tx: Transaction, paths: Paths) => Promise<T>,
  ): Promise<T | undefined> {
    const paths = shopPaths(this.db, shopId);
    return this.#transact(async (tx) => {
      const shop = readDocument(await tx.get(paths.shop), shopSchema);
      const isCurrent = shop?.rezoning?.id === id && shop.time_zone === to;
      return isCurrent ? body(tx, paths) : undefined;
    });
  }

  #transact<T>(body: (tx: Transaction) => Promise<T>): Promise<T> {
    return retryTransient(() => this.db.runTransaction(body, { maxAttempts: 1 }), {
      deadlineMs: STEP_DEADLINE_MS,
    });
  }
}

function filingOf({ to: zone, since }: Rezoning, now: Millis): Filing {
  return { zone, since, now };
}

function paged(query: Query, field: string, after: Position | null, limit: number): Query {
  const ordered = query.orderBy(field).orderBy(FieldPath.documentId()).limit(limit);
  return after ? ordered.startAfter(after.value, after.id) : ordered;
}

/** The position after a full page; null when the page was the last. */
function positionAfter(found: QuerySnapshot, field: string, limit: number): Position | null {
  const last = found.docs.at(-1);
  if (!last || found.size < limit) return null;
  return { value: last.get(field), id: last.id };
}

async function readOthers(tx: Transaction, paths: Paths, mechanicId: string, dates: readonly PlainDate[]) {
  const refs = dates.map((date) => paths.ledger(mechanicId, date));
  const found = refs.length === 0 ? [] : await tx.getAll(...refs);
  const ledgers = found.flatMap((snapshot) => readLedgerIfValid(snapshot) ?? []);
  const readable = new Set(ledgers.map(({ date }) => date));
  const closed = new Set(dates.filter((date, index) => found[index]?.exists && !readable.has(date)));
  return { ledgers, closed };
}

/** The document with its date in the zone, if it states another one. A corrupt document is left as it is. */
function wronglyDated(
  snapshot: DocumentSnapshot,
  zone: string,
  since: number,
): { ref: DocumentReference; date: PlainDate }[] {
  const stated: unknown = snapshot.get("date");
  const [start, end] = [snapshot.get("start"), snapshot.get("end")].map((at) => minutesField.safeParse(at));
  if (typeof stated !== "string" || !start?.success || !end?.success || end.data <= since) return [];
  const date = dateOf(zone, start.data);
  return date === stated ? [] : [{ ref: snapshot.ref, date }];
}
