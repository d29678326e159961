import { datesOf } from "../../functions/src/availability/day/day-changes.ts";
import type { Booking } from "../../functions/src/bookings/booking.ts";
import type { BookingStore } from "../../functions/src/bookings/booking-store.ts";
import { readLedger } from "../../functions/src/ledger/ledger-document.ts";
import type { DayLedger, LedgerEntry } from "../../functions/src/ledger/ledger.ts";
import { shopPaths } from "../../functions/src/platform/firestore/paths.ts";
import { groupBy } from "../../functions/src/platform/group-by.ts";
import { readBookingRow, type JoinedRows } from "./booking-rows.ts";
import { inParallel } from "../support/in-parallel.ts";
import { createMissing } from "./create-missing.ts";
import { conflictOn, entryOf, importBooking } from "./import-booking.ts";
import { inChunks, SeenIds, type ImportRun, type ReadLine } from "./import-run.ts";
import { Overlaps } from "./overlaps.ts";
import { skipped } from "./problem.ts";
import type { Row } from "./source-file.ts";

const LINES_AT_A_TIME = 300;
const MECHANICS_AT_A_TIME = 16;

const COLUMNS = ["patient_id", "appointment_type_id", "status"];

export interface BookingImport {
  readonly bookings: BookingStore;
  readonly joined: JoinedRows;
  /** Whether bookings that overlap others are left out; otherwise nothing is written if there are any. */
  readonly skipConflicts: boolean;
}

/**
 * Imports appointments as bookings. The first pass over the file reads every line and compares the times with each
 * other and with the shop's ledgers; only the second one writes. Memory has the ids and times of the file's bookings.
 */
export async function importBookings(run: ImportRun, source: BookingImport): Promise<void> {
  const read = (row: Row) =>
    readBookingRow(row, {
      shopId: run.shop.id,
      zone: run.shop.time_zone,
      ids: run.ids,
      joined: source.joined,
      now: run.now(),
    });
  const columns = COLUMNS;
  const check = new Check(run);
  const checking = { name: "check", columns, read, size: LINES_AT_A_TIME, counts: true };
  await inChunks(run, checking, (chunk) => check.add(chunk));
  const { settled, conflicts, accepted } = check.end();
  if (conflicts > 0 && !source.skipConflicts) return run.report.refuse();
  await createMissing(run);
  if (run.dryRun) return run.report.write(accepted);
  const writing = { name: "import", columns, read, size: LINES_AT_A_TIME, counts: false };
  await inChunks(run, writing, async (chunk) => {
    const open = chunk.filter(({ line }) => !settled.has(line));
    // Bookings of one mechanic may share a ledger, so their transactions would compete.
    const byMechanic = [...groupBy(open, ({ value }) => value.mechanic_id).values()];
    await inParallel(byMechanic, MECHANICS_AT_A_TIME, async (own) => {
      for (const one of own) await writeOne(run, source.bookings, one);
    });
  });
}

async function writeOne(
  run: ImportRun,
  bookings: BookingStore,
  { line, value }: ReadLine<Booking>,
): Promise<void> {
  const { now, newId, report } = run;
  const imported = await importBooking({ bookings, booking: value, now, requestId: newId() });
  if (imported === "written") report.write(1);
  else if (imported === "unchanged") report.keep(1);
  else report.skip(line, imported);
}

/** The first pass: finds lines that are imported already, repeat an id, or overlap. */
class Check {
  readonly #seen = new SeenIds();
  readonly #overlaps = new Overlaps();
  /** Lines that the second pass leaves out. */
  readonly #settled = new Set<number>();
  #conflicts = 0;
  #accepted = 0;

  constructor(private readonly run: ImportRun) {}

  async add(chunk: readonly ReadLine<Booking>[]): Promise<void> {
    const fresh = await this.#withoutKnown(chunk.filter((one) => this.#isFirst(one)));
    const taking = fresh.flatMap(({ line, value }) => {
      const entry = entryOf(value);
      return entry ? [{ line, mechanicId: value.mechanic_id, entry }] : [];
    });
    const ledgers = await this.#ledgersOf(taking);
    this.#accepted += fresh.length;
    for (const { line, mechanicId, entry } of taking) {
      const own = this.#addressesOf({ mechanicId, entry }).flatMap((key) => ledgers.get(key) ?? []);
      const conflict = conflictOn(own, entry, this.run.now());
      if (conflict) this.#leaveOut(line, conflict);
      else this.#overlaps.add(line, mechanicId, entry);
    }
  }

  /** Reports the bookings that overlap each other, and returns what the second pass needs. */
  end() {
    for (const [line, other] of this.#overlaps.resolve()) {
      this.#leaveOut(line, skipped("overlaps_line", `It overlaps line ${other}.`).problem);
    }
    return { settled: this.#settled, conflicts: this.#conflicts, accepted: this.#accepted };
  }

  #isFirst({ line, value }: ReadLine<Booking>): boolean {
    const earlier = this.#seen.add(value.id, line);
    if (earlier === null) return true;
    this.#settled.add(line);
    this.run.report.skip(line, skipped("duplicate_id", `It is the appointment of line ${earlier}.`).problem);
    return false;
  }

  #leaveOut(line: number, problem: Parameters<ImportRun["report"]["skip"]>[1]): void {
    this.run.report.skip(line, problem);
    this.#settled.add(line);
    this.#conflicts += 1;
    this.#accepted -= 1;
  }

  /** Leaves out and reports the bookings that exist already. */
  async #withoutKnown(chunk: readonly ReadLine<Booking>[]): Promise<readonly ReadLine<Booking>[]> {
    if (chunk.length === 0) return chunk;
    const { db, shop, report } = this.run;
    const paths = shopPaths(db, shop.id);
    const found = await db.getAll(...chunk.map(({ value }) => paths.booking(value.id)), { fieldMask: [] });
    const fresh = chunk.filter((_, index) => !found[index]?.exists);
    for (const { line } of chunk.filter((_, index) => found[index]?.exists)) this.#settled.add(line);
    report.keep(chunk.length - fresh.length);
    return fresh;
  }

  /** The ledgers that the bookings would be entered in, by `{mechanic}_{date}`. */
  async #ledgersOf(taking: readonly Taking[]): Promise<Map<string, DayLedger>> {
    const { db, shop } = this.run;
    const paths = shopPaths(db, shop.id);
    const addresses = new Map(
      taking.flatMap(({ mechanicId, entry }) =>
        datesOf(shop.time_zone, entry).map(
          (date) => [`${mechanicId}_${date}`, { mechanicId, date }] as const,
        ),
      ),
    );
    const ledgers = new Map<string, DayLedger>();
    if (addresses.size === 0) return ledgers;
    const snapshots = await db.getAll(
      ...[...addresses.values()].map((at) => paths.ledger(at.mechanicId, at.date)),
    );
    [...addresses].forEach(([key, { mechanicId, date }], index) => {
      const snapshot = snapshots[index];
      if (snapshot) ledgers.set(key, readLedger(snapshot, mechanicId, date));
    });
    return ledgers;
  }

  #addressesOf({ mechanicId, entry }: Taking): string[] {
    return datesOf(this.run.shop.time_zone, entry).map((date) => `${mechanicId}_${date}`);
  }
}

interface Taking {
  readonly mechanicId: string;
  readonly entry: LedgerEntry;
}
