import type { Exception, Mechanic, Service, Shop } from "../../catalog/schema.ts";
import type { PlainDate } from "../../engine/types.ts";
import { emptyLedger, type DayLedger, type LedgerEntry } from "../../ledger/ledger.ts";
import type { LedgerChange } from "../ledger-change.ts";
import type {
  ReservationDocuments,
  ReservationReads,
  ReservationTransaction,
} from "../reservation-transaction.ts";
import { buildLedgers, buildMechanic, buildService, buildShop } from "./builders.ts";

type Steps = Pick<ReservationTransaction, "read" | "ledgers" | "exceptionsAround" | "writeLedgers">;

/** What the stand-in holds at first; one shop, one service and mechanic Ada unless told otherwise. */
export interface Stock {
  readonly shop?: Shop | undefined;
  readonly service?: Service | undefined;
  readonly mechanics?: readonly Mechanic[];
  /** Entries of Ada's ledgers. */
  readonly entries?: readonly LedgerEntry[];
  readonly exceptions?: readonly Exception[];
}

/** An in-memory stand-in for the steps of a reservation transaction: no Firestore, no retries, one shop. */
export class InMemoryReservations implements Steps {
  readonly written: { readonly mechanicId: string; readonly change: LedgerChange }[] = [];
  readonly exceptionReads: { readonly mechanicId: string; readonly date: PlainDate }[] = [];
  protected readonly stock: Required<Stock>;

  constructor(stock: Stock = {}) {
    const defaults = { shop: buildShop(), service: buildService(), mechanics: [buildMechanic()] };
    this.stock = { ...defaults, entries: [], exceptions: [], ...stock };
  }

  read({ shop, serviceId, mechanicId, ledgerDates = [] }: ReservationReads): Promise<ReservationDocuments> {
    const { service, mechanics } = this.stock;
    return Promise.resolve({
      shop: shop && this.stock.shop,
      service: service?.id === serviceId ? service : undefined,
      mechanic: mechanics.find(({ id }) => id === mechanicId),
      ledgers: mechanicId === undefined ? [] : this.#ledgersOf(mechanicId, ledgerDates),
    });
  }

  ledgers(mechanicId: string, dates: readonly PlainDate[]): Promise<readonly DayLedger[]> {
    return Promise.resolve(this.#ledgersOf(mechanicId, dates));
  }

  exceptionsAround(mechanicId: string, date: PlainDate): Promise<Exception[]> {
    this.exceptionReads.push({ mechanicId, date });
    return Promise.resolve([...this.stock.exceptions]);
  }

  writeLedgers(mechanicId: string, change: LedgerChange): void {
    this.written.push({ mechanicId, change });
  }

  #ledgersOf(mechanicId: string, dates: readonly PlainDate[]): DayLedger[] {
    if (mechanicId !== "ada") return dates.map((date) => emptyLedger(mechanicId, date));
    return buildLedgers(this.stock.shop?.time_zone ?? "UTC", dates, this.stock.entries);
  }
}
