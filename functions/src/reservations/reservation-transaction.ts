import type { DocumentReference, DocumentSnapshot, Firestore, Transaction } from "firebase-admin/firestore";
import { emptyDay, writeThrough } from "../availability/day/epoch-protocol.ts";
import { exceptionSchema, mechanicSchema, serviceSchema, shopSchema, WHOLE_SHOP } from "../catalog/schema.ts";
import type { Exception, Mechanic, Service, Shop } from "../catalog/schema.ts";
import { addDays } from "../engine/dates.ts";
import type { PlainDate } from "../engine/types.ts";
import { exceptionsTouching } from "../catalog/exceptions/exceptions-touching.ts";
import { readDocument, readDocuments } from "../platform/firestore/documents.ts";
import type { shopPaths } from "../platform/firestore/paths.ts";
import { isTooLarge } from "../platform/firestore/retry.ts";
import type { DayLedger } from "../ledger/ledger.ts";
import { ledgerDocument, readLedger } from "../ledger/ledger-document.ts";
import type { Cost } from "../platform/scope.ts";
import type { LedgerChange } from "./ledger-change.ts";

type ShopPaths = ReturnType<typeof shopPaths>;

/** What a transaction that places something reads first, in one round trip. */
export interface ReservationReads {
  readonly shop: Shop | undefined;
  readonly service: Service | undefined;
  readonly mechanic: Mechanic | undefined;
  readonly ledgers: readonly DayLedger[];
}

/**
 * The steps that every transaction has in common which takes or frees a mechanic's time. Everything is read before
 * anything is written.
 */
export class ReservationTransaction {
  protected writes = 0;
  protected deletes = 0;
  #emptiesDays = false;

  constructor(
    protected readonly tx: Transaction,
    protected readonly paths: ShopPaths,
    protected readonly cost: Cost,
  ) {}

  async shopServiceMechanicLedgers(
    serviceId: string,
    mechanicId: string,
    ledgerDates: readonly PlainDate[],
  ): Promise<ReservationReads> {
    const { paths } = this;
    const [shop, service, mechanic, ...ledgers] = await this.getAll(
      paths.shop,
      paths.service(serviceId),
      paths.mechanic(mechanicId),
      ...ledgerDates.map((date) => paths.ledger(mechanicId, date)),
    );
    return {
      shop: shop && readDocument(shop, shopSchema),
      service: service && readDocument(service, serviceSchema),
      mechanic: mechanic && readDocument(mechanic, mechanicSchema),
      ledgers: readAll(ledgers, mechanicId, ledgerDates),
    };
  }

  async shop(): Promise<Shop | undefined> {
    const [shop] = await this.getAll(this.paths.shop);
    return shop && readDocument(shop, shopSchema);
  }

  async serviceMechanicLedgers(serviceId: string, mechanicId: string, dates: readonly PlainDate[]) {
    const { paths } = this;
    const refs = dates.map((date) => paths.ledger(mechanicId, date));
    const found = await this.getAll(paths.service(serviceId), paths.mechanic(mechanicId), ...refs);
    const [service, mechanic, ...ledgers] = found;
    return {
      service: service && readDocument(service, serviceSchema),
      mechanic: mechanic && readDocument(mechanic, mechanicSchema),
      ledgers: readAll(ledgers, mechanicId, dates),
    };
  }

  async mechanicAndLedgers(mechanicId: string, dates: readonly PlainDate[]) {
    const { paths } = this;
    const refs = dates.map((date) => paths.ledger(mechanicId, date));
    const [mechanic, ...ledgers] = await this.getAll(paths.mechanic(mechanicId), ...refs);
    return {
      mechanic: mechanic && readDocument(mechanic, mechanicSchema),
      ledgers: readAll(ledgers, mechanicId, dates),
    };
  }

  async ledgers(mechanicId: string, dates: readonly PlainDate[]): Promise<DayLedger[]> {
    if (dates.length === 0) return [];
    const refs = dates.map((date) => this.paths.ledger(mechanicId, date));
    return readAll(await this.getAll(...refs), mechanicId, dates);
  }

  /** The mechanic's and the whole shop's exceptions that touch the date or a neighbour of it. */
  async exceptionsAround(mechanicId: string, date: PlainDate): Promise<Exception[]> {
    const concerning = this.paths.exceptions.where("mechanic_id", "in", [mechanicId, WHOLE_SHOP]);
    const found = await this.tx.get(exceptionsTouching(concerning, addDays(date, -1), addDays(date, 1)));
    this.cost.reads += Math.max(1, found.size);
    return readDocuments(found.docs, exceptionSchema);
  }

  writeLedgers(mechanicId: string, { ledgers, days }: LedgerChange): void {
    for (const ledger of ledgers)
      this.tx.set(this.paths.ledger(mechanicId, ledger.date), ledgerDocument(ledger));
    for (const day of days) {
      const ref = this.paths.day(day.date);
      if (this.#emptiesDays) emptyDay(this.tx, ref, day.date);
      else writeThrough(this.tx, ref, mechanicId, day);
    }
    this.writes += ledgers.length + days.length;
  }

  /** From here on, days are emptied where they would be written through. */
  emptyDays(): void {
    this.#emptiesDays = true;
  }

  /** Whether there is anything to commit. */
  get changesSomething(): boolean {
    return this.writes + this.deletes > 0;
  }

  /** Puts the writes on the request's bill, once the body is through. */
  settle(): void {
    this.cost.writes += this.writes;
  }

  protected async getAll(...refs: DocumentReference[]): Promise<DocumentSnapshot[]> {
    this.cost.reads += refs.length;
    return this.tx.getAll(...refs);
  }
}

/**
 * Ends a transaction that only found out something, a refusal for instance: it is rolled back, which nobody has to
 * wait for, and which cannot fail. What it has read was true together when it was read.
 */
class NothingToCommit extends Error {
  constructor(readonly result: unknown) {
    super("nothing to commit");
  }
}

/**
 * One attempt at a read-write transaction; contention is thrown, the caller decides about another attempt. A cache must
 * not stand in the way of a booking: if a day has no room for one more change, all is done again without its content.
 * What fails after `beforeCommit` was called may have been committed.
 */
export async function runReservationTransaction<X extends ReservationTransaction, T>(
  db: Firestore,
  cost: Cost,
  begin: (tx: Transaction) => X,
  body: (transaction: X) => Promise<T>,
  beforeCommit: () => void,
): Promise<T> {
  const attempt = (emptiesDays: boolean) => {
    cost.attempts += 1;
    return db.runTransaction(
      async (tx) => {
        const transaction = begin(tx);
        if (emptiesDays) transaction.emptyDays();
        const result = await body(transaction);
        if (!transaction.changesSomething) throw new NothingToCommit(result);
        transaction.settle();
        beforeCommit();
        return result;
      },
      { maxAttempts: 1 },
    );
  };
  try {
    return await attempt(false);
  } catch (error) {
    if (error instanceof NothingToCommit) return error.result as T;
    if (!isTooLarge(error, "availability")) throw error;
    return attempt(true);
  }
}

function readAll(
  snapshots: readonly DocumentSnapshot[],
  mechanicId: string,
  dates: readonly PlainDate[],
): DayLedger[] {
  return dates.flatMap((date, index) => {
    const snapshot = snapshots[index];
    return snapshot ? [readLedger(snapshot, mechanicId, date)] : [];
  });
}
