import type { DocumentReference, DocumentSnapshot, Firestore, Transaction } from "firebase-admin/firestore";
import { appendToAudit, type AuditEntry } from "../audit/trail.ts";
import { emptyDay, invalidate, writeThrough } from "../availability/day/epoch-protocol.ts";
import { WHOLE_CATALOG } from "../catalog/invalidation.ts";
import { exceptionsTouching } from "../catalog/exceptions/exceptions-touching.ts";
import { readExceptions } from "../catalog/exceptions/read-exceptions.ts";
import { mechanicSchema, serviceSchema, shopSchema, WHOLE_SHOP } from "../catalog/schema.ts";
import type { Exception, Mechanic, Service, Shop } from "../catalog/schema.ts";
import { addDays } from "../engine/dates.ts";
import type { PlainDate } from "../engine/types.ts";
import type { DayLedger } from "../ledger/ledger.ts";
import { readLedger, writeLedger } from "../ledger/ledger-document.ts";
import { readDocument, readDocumentOrThrow } from "../platform/firestore/documents.ts";
import type { shopPaths } from "../platform/firestore/paths.ts";
import type { Retention } from "../platform/firestore/retention.ts";
import { isTooLarge } from "../platform/firestore/retry.ts";
import type { Cost } from "../platform/scope.ts";
import type { LedgerChange } from "./ledger-change.ts";

type ShopPaths = ReturnType<typeof shopPaths>;

/** Which documents a transaction wants in one round trip. */
export interface ReservationReads {
  readonly shop?: true;
  readonly serviceId?: string;
  readonly mechanicId?: string;
  /** The dates of the mechanic's ledgers. */
  readonly ledgerDates?: readonly PlainDate[];
}

/** What was found; a document that was not asked for, or is missing, is undefined. */
export interface ReservationDocuments {
  readonly shop: Shop | undefined;
  readonly service: Service | undefined;
  readonly mechanic: Mechanic | undefined;
  readonly ledgers: readonly DayLedger[];
}

/**
 * The steps of every transaction that takes or frees a mechanic's time. All reads come before the first write. Writes
 * keep ledgers and availability days in one commit.
 */
export class ReservationTransaction {
  protected writes = 0;
  protected deletes = 0;
  #emptiesDays = false;
  /** The zone to state as that of the ledgers, in a shop that does not state it; null when it does. */
  #unstatedZone: string | null = null;

  constructor(
    protected readonly tx: Transaction,
    protected readonly paths: ShopPaths,
    protected readonly cost: Cost,
    protected readonly retention: Retention,
  ) {}

  /** Reads the wanted documents in one round trip: one billed read each. */
  async read(wanted: ReservationReads): Promise<ReservationDocuments> {
    const { paths } = this;
    const { serviceId, mechanicId, ledgerDates = [] } = wanted;
    const dates = mechanicId === undefined ? [] : ledgerDates;
    const refs = [
      wanted.shop && paths.shop,
      serviceId === undefined ? undefined : paths.service(serviceId),
      mechanicId === undefined ? undefined : paths.mechanic(mechanicId),
      ...dates.map((date) => paths.ledger(mechanicId ?? "", date)),
    ];
    const [shop, service, mechanic, ...ledgers] = await this.#getPresent(refs);
    return {
      shop: shop && this.readShop(shop),
      service: service && readDocument(service, serviceSchema),
      mechanic: mechanic && readDocument(mechanic, mechanicSchema),
      ledgers: readLedgers(ledgers, mechanicId ?? "", dates),
    };
  }

  /** Reads the shop of a snapshot that this transaction has got. */
  protected readShop(snapshot: DocumentSnapshot): Shop | undefined {
    const shop = readDocumentOrThrow(snapshot, shopSchema);
    const isStated = snapshot.get("ledger_time_zone") !== undefined;
    this.#unstatedZone = shop && !isStated ? shop.ledger_time_zone : null;
    return shop;
  }

  /** Reads ledgers alone; no dates cost no round trip. */
  async ledgers(mechanicId: string, dates: readonly PlainDate[]): Promise<readonly DayLedger[]> {
    const refs = dates.map((date) => this.paths.ledger(mechanicId, date));
    return readLedgers(await this.#getPresent(refs), mechanicId, dates);
  }

  /** Reads the mechanic's and the whole shop's exceptions that touch the date or a neighbour of it. */
  async exceptionsAround(mechanicId: string, date: PlainDate): Promise<Exception[]> {
    const concerning = this.paths.exceptions.where("mechanic_id", "in", [mechanicId, WHOLE_SHOP]);
    const found = await this.tx.get(exceptionsTouching(concerning, addDays(date, -1), addDays(date, 1)));
    this.cost.reads += Math.max(1, found.size);
    return readExceptions(found.docs);
  }

  writeLedgers(mechanicId: string, { ledgers, days }: LedgerChange): void {
    for (const ledger of ledgers) {
      writeLedger(this.tx, this.paths.ledger(mechanicId, ledger.date), ledger);
    }
    for (const day of days) {
      const ref = this.paths.day(day.date);
      if (this.#emptiesDays) emptyDay(this.tx, ref, day.date);
      else writeThrough(this.tx, ref, mechanicId, day);
    }
    this.writes += ledgers.length + days.length;
    if (ledgers.length > 0) this.#stateZone();
  }

  /** From its first ledger on, a shop states the zone of its ledgers: a change of `time_zone` must not change it. */
  #stateZone(): void {
    if (this.#unstatedZone === null) return;
    this.tx.update(this.paths.shop, { ledger_time_zone: this.#unstatedZone });
    this.writes += 1 + invalidate(this.tx, this.paths, WHOLE_CATALOG);
    this.#unstatedZone = null;
  }

  /** Adds an audit line; with an id it is written once, whichever attempt succeeds. */
  writeAudit(entry: AuditEntry, id?: string): void {
    appendToAudit(this.tx, { entries: this.paths.audit, retention: this.retention }, entry, id);
    this.writes += 1;
  }

  /** From here on, days are emptied where they would be written through. */
  emptyDays(): void {
    this.#emptiesDays = true;
  }

  /** Tells whether there is anything to commit. */
  get changesSomething(): boolean {
    return this.writes + this.deletes > 0;
  }

  /** Adds the writes to the request's bill, once the body has decided. */
  billWrites(): void {
    this.cost.writes += this.writes;
  }

  protected async getAll(...refs: DocumentReference[]): Promise<DocumentSnapshot[]> {
    this.cost.reads += refs.length;
    return this.tx.getAll(...refs);
  }

  /** Reads the references that are there, and leaves a gap for the others. */
  async #getPresent(refs: readonly (DocumentReference | undefined)[]) {
    const present = refs.filter((ref) => ref !== undefined);
    const found = present.length === 0 ? [] : await this.getAll(...present);
    let next = 0;
    return refs.map((ref) => (ref === undefined ? undefined : found[next++]));
  }
}

/**
 * Ends a transaction that has nothing to write, a refusal for instance: it is rolled back, which costs no wait and
 * cannot fail. What it read was consistent when it was read.
 */
class NothingToCommit extends Error {
  constructor(readonly result: unknown) {
    super("nothing to commit");
  }
}

/** One attempt at a transaction. */
export interface ReservationAttempt<X extends ReservationTransaction, T> {
  readonly cost: Cost;
  readonly begin: (tx: Transaction) => X;
  readonly body: (transaction: X) => Promise<T>;
  /** Called when all is decided and about to be sent: a failure after it may have been committed. */
  readonly beforeCommit: () => void;
}

/**
 * Attempts a read-write transaction once; contention is thrown, the caller decides about another attempt. If an
 * availability day has no room for the change, the attempt is repeated and empties the day instead: a cache must never
 * prevent a booking.
 */
export async function runReservationTransaction<X extends ReservationTransaction, T>(
  db: Firestore,
  { cost, begin, body, beforeCommit }: ReservationAttempt<X, T>,
): Promise<T> {
  const attempt = (emptiesDays: boolean) => {
    cost.attempts += 1;
    return db.runTransaction(
      async (tx) => {
        const transaction = begin(tx);
        if (emptiesDays) transaction.emptyDays();
        const result = await body(transaction);
        if (!transaction.changesSomething) throw new NothingToCommit(result);
        transaction.billWrites();
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

function readLedgers(
  snapshots: readonly (DocumentSnapshot | undefined)[],
  mechanicId: string,
  dates: readonly PlainDate[],
): DayLedger[] {
  return dates.flatMap((date, index) => {
    const snapshot = snapshots[index];
    return snapshot ? [readLedger(snapshot, mechanicId, date)] : [];
  });
}
