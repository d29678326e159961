import type { Firestore, Query, Timestamp, Transaction } from "firebase-admin/firestore";
import { readAddressable } from "../../catalog/addressable.ts";
import { mechanicSchema, WHOLE_SHOP, type Shop } from "../../catalog/schema.ts";
import { addDays, eachDate } from "../../engine/dates.ts";
import type { PlainDate } from "../../engine/types.ts";
import { exceptionsTouching } from "../../catalog/exceptions/exceptions-touching.ts";
import { readExceptions } from "../../catalog/exceptions/read-exceptions.ts";
import { readDocument } from "../../platform/firestore/documents.ts";
import { shopPaths } from "../../platform/firestore/paths.ts";
import { retryTransient } from "../../platform/firestore/retry.ts";
import type { DayLedger } from "../../ledger/ledger.ts";
import { readLedgersToOffer } from "../../ledger/ledger-document.ts";
import type { Cost } from "../../platform/scope.ts";
import type { MechanicOfDay, MechanicsOfDay } from "../day/day.ts";
import { dateFilter, earliest, latest } from "../day/date-filter.ts";
import { datesOfPiece } from "./day-sizes.ts";
import { generateDays, neighboursNeeded, openTimes } from "./generate-days.ts";

/** For a piece of thousands of mechanic-days, which takes seconds on a busy machine. */
const READ_DEADLINE_MS = 10_000;

/** The first of the days that were to be generated, and the read time of the snapshot that they were generated from. */
export interface Generation {
  readonly days: ReadonlyMap<PlainDate, MechanicsOfDay>;
  readonly readAt: Timestamp;
}

interface DatesToGenerate {
  readonly shop: Shop;
  /** At least one. */
  readonly dates: readonly PlainDate[];
  /** The longest buffer and travel time around a slot, in minutes. */
  readonly bufferMinutes: number;
}

export interface GenerationRequest extends DatesToGenerate {
  /** Whether it is known that the dates are at most one piece: then mechanics and ledgers are read at the same time. */
  readonly isOnePiece: boolean;
}

export interface MechanicGenerationRequest extends DatesToGenerate {
  readonly mechanicId: string;
}

/** Generates availability days from Firestore. */
export class GenerationStore {
  constructor(private readonly db: Firestore) {}

  /**
   * Generates the first of the dates, at least one and at most a piece, from one consistent snapshot, with queries only:
   * no read per mechanic.
   */
  async generate(request: GenerationRequest, cost: Cost): Promise<Generation> {
    return this.#inSnapshot((tx) => this.#generateIn(tx, request, cost));
  }

  /**
   * Generates one mechanic's part of the dates from the mechanic, their exceptions and one ledger for each date. An
   * inactive or unknown mechanic has no part in any day.
   */
  async generateOne(
    request: MechanicGenerationRequest,
    cost: Cost,
  ): Promise<ReadonlyMap<PlainDate, MechanicOfDay>> {
    const parts = await this.#inSnapshot((tx) => this.#generateOneIn(tx, request, cost));
    return new Map(
      [...parts].flatMap(([date, day]) => {
        const part = day[request.mechanicId];
        return part ? [[date, part] as const] : [];
      }),
    );
  }

  #inSnapshot<T>(read: (tx: Transaction) => Promise<T>): Promise<T> {
    return retryTransient(() => this.db.runTransaction(read, { readOnly: true }), {
      deadlineMs: READ_DEADLINE_MS,
    });
  }

  async #generateOneIn(
    tx: Transaction,
    { shop, mechanicId, dates, bufferMinutes }: MechanicGenerationRequest,
    cost: Cost,
  ): Promise<ReadonlyMap<PlainDate, MechanicsOfDay>> {
    const paths = shopPaths(this.db, shop.id);
    const [from, to] = [addDays(earliest(dates), -1), addDays(latest(dates), 1)];
    const ledgerDates = eachDate(from, to);
    const concerning = paths.exceptions.where("mechanic_id", "in", [mechanicId, WHOLE_SHOP]);
    const [[mechanic, ...ledgers], exceptions] = await Promise.all([
      tx.getAll(paths.mechanic(mechanicId), ...ledgerDates.map((date) => paths.ledger(mechanicId, date))),
      tx.get(exceptionsTouching(concerning, from, to)),
    ]);
    cost.reads += 1 + ledgers.length + Math.max(1, exceptions.size);
    const known = mechanic && readDocument(mechanic, mechanicSchema);
    const sources = {
      shop,
      mechanics: known?.active ? [known] : [],
      exceptions: readExceptions(exceptions.docs),
      ledgers: readLedgersToOffer(
        ledgers.filter((ledger) => ledger.exists),
        shop.time_zone,
      ),
      bufferMinutes,
    };
    return generateDays(sources, openTimes(sources, dates));
  }

  async #generateIn(
    tx: Transaction,
    { shop, dates, bufferMinutes, isOnePiece }: GenerationRequest,
    cost: Cost,
  ): Promise<Generation> {
    const paths = shopPaths(this.db, shop.id);
    const read = async (query: Query) => {
      const found = await tx.get(query);
      cost.reads += Math.max(1, found.size);
      return found;
    };
    const readLedgersOf = async (on: readonly PlainDate[]) =>
      readLedgersToOffer((await read(dateFilter(paths.ledgers, on))).docs, shop.time_zone);

    const readEarly = isOnePiece ? readLedgersOf(dates) : undefined;
    const [mechanics, exceptions] = await Promise.all([
      read(paths.mechanics.where("active", "==", true)),
      read(exceptionsTouching(paths.exceptions, addDays(earliest(dates), -1), addDays(latest(dates), 1))),
      readEarly,
    ]);
    const piece = datesOfPiece(dates, mechanics.size);
    const ledgers = await (readEarly ?? readLedgersOf(piece));
    const sources = {
      shop,
      mechanics: readAddressable(mechanics.docs, mechanicSchema),
      exceptions: readExceptions(exceptions.docs),
      bufferMinutes,
    };
    const open = openTimes(sources, piece);
    const neighbours = neighboursNeeded(open, shop, bufferMinutes);
    const neighbourLedgers: DayLedger[] = neighbours.length === 0 ? [] : await readLedgersOf(neighbours);
    const days = generateDays({ ...sources, ledgers: [...ledgers, ...neighbourLedgers] }, open);
    return { days, readAt: mechanics.readTime };
  }
}
