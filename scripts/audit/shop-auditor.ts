import {
  FieldValue,
  type DocumentReference,
  type DocumentSnapshot,
  type Firestore,
  type Query,
  type QuerySnapshot,
  type Transaction,
} from "firebase-admin/firestore";
import { readDay } from "../../functions/src/availability/day/day-document.ts";
import { ledgersOfBooking, type LedgerAddress } from "../../functions/src/bookings/reconcile-ledgers.ts";
import { readOccupancy } from "../../functions/src/bookings/occupancy.ts";
import { BookingStore } from "../../functions/src/bookings/booking-store.ts";
import { BookingReconciler } from "../../functions/src/bookings/reconciler.ts";
import type { BufferReach } from "../../functions/src/catalog/buffer-reach.ts";
import type { Shop } from "../../functions/src/catalog/schema.ts";
import { addDays } from "../../functions/src/engine/dates.ts";
import { shopPaths } from "../../functions/src/platform/firestore/paths.ts";
import { isLive, withoutEntry, type DayLedger, type LedgerEntry } from "../../functions/src/ledger/ledger.ts";
import {
  ledgerDocument,
  readLedger,
  readLedgersToOffer,
} from "../../functions/src/ledger/ledger-document.ts";
import { belongsTo, mechanicsThatDiffer, overlapsIn, whyLedgersDiffer } from "./compare.ts";

/** Something that is not as it should be. */
export interface Finding {
  readonly kind: "booking" | "stray_entry" | "overlap" | "hold" | "day" | "unreadable";
  /** The document it was found at. */
  readonly path: string;
  readonly problem: string;
  /** Puts it right; null where only a person can. */
  readonly repair: (() => Promise<void>) | null;
}

const CHUNK = 300;

/** A page of reads, or one consistent snapshot of a transaction. */
interface Reader {
  getAll(...refs: DocumentReference[]): Promise<DocumentSnapshot[]>;
  get(query: Query): Promise<QuerySnapshot>;
}

/**
 * Holds one shop's ledgers and days against its bookings. What looks wrong is looked at again in one snapshot before
 * it is called wrong: in a live shop a booking can be made between two reads.
 */
export class ShopAuditor {
  readonly #paths: ReturnType<typeof shopPaths>;
  readonly #reconciler: BookingReconciler;
  readonly #direct: Reader;

  constructor(
    private readonly db: Firestore,
    private readonly shop: Shop,
    private readonly reach: BufferReach,
    private readonly now: () => number,
  ) {
    this.#paths = shopPaths(db, shop.id);
    this.#reconciler = new BookingReconciler(db, new BookingStore(db), now);
    this.#direct = { getAll: inChunks((refs) => db.getAll(...refs)), get: (query) => query.get() };
  }

  /** Every booking stands in its ledgers, as it is. */
  async checkBookings(page: readonly DocumentSnapshot[]): Promise<Finding[]> {
    const suspects = await this.#bookingProblems(this.#direct, page);
    return this.#confirm(suspects, page, async (reader, ref) =>
      this.#bookingProblems(reader, await reader.getAll(ref)),
    );
  }

  /** Every entry of a ledger is a booking's or a live hold's, and no two overlap. */
  async checkLedgers(page: readonly DocumentSnapshot[]): Promise<Finding[]> {
    const suspects = await this.#ledgerProblems(this.#direct, page);
    return this.#confirm(suspects, page, async (reader, ref) =>
      this.#ledgerProblems(reader, await reader.getAll(ref)),
    );
  }

  /** Every live hold stands in its mechanic's ledger. */
  async checkHolds(page: readonly DocumentSnapshot[]): Promise<Finding[]> {
    const suspects = await this.#holdProblems(this.#direct, page);
    return this.#confirm(suspects, page, async (reader, ref) =>
      this.#holdProblems(reader, await reader.getAll(ref)),
    );
  }

  /** Every day that would be answered from shows what its ledgers say. */
  async checkDays(page: readonly DocumentSnapshot[]): Promise<Finding[]> {
    const suspects = await this.#dayProblems(this.#direct, page);
    return this.#confirm(suspects, page, async (reader, ref) =>
      this.#dayProblems(reader, await reader.getAll(ref)),
    );
  }

  async #confirm(
    suspects: readonly Finding[],
    page: readonly DocumentSnapshot[],
    again: (reader: Reader, ref: DocumentReference) => Promise<Finding[]>,
  ): Promise<Finding[]> {
    const suspicious = new Set(suspects.map(({ path }) => path));
    const findings: Finding[] = [];
    for (const { ref } of page.filter(({ ref }) => suspicious.has(ref.path))) {
      const inOneSnapshot = (tx: Transaction) =>
        again({ getAll: inChunks((refs) => tx.getAll(...refs)), get: (query) => tx.get(query) }, ref);
      findings.push(...(await this.db.runTransaction(inOneSnapshot, { readOnly: true })));
    }
    return findings;
  }

  async #bookingProblems(reader: Reader, page: readonly DocumentSnapshot[]): Promise<Finding[]> {
    const zone = this.shop.time_zone;
    const bookings = page
      .filter(({ exists }) => exists)
      .map((snapshot) => ({ snapshot, occupancy: readOccupancy(snapshot) }));
    const places = bookings.flatMap(({ occupancy }) => ledgersOfBooking(zone, occupancy));
    const ledgers = await this.#ledgersAt(reader, places);
    return bookings.flatMap(({ snapshot, occupancy }): Finding[] => {
      const { id, ref } = snapshot;
      if (!occupancy) {
        return [{ kind: "unreadable", path: ref.path, problem: "does not say who and when", repair: null }];
      }
      const own = ledgersOfBooking(zone, occupancy).flatMap((place) => ledgers.get(keyOf(place)) ?? []);
      const problem = whyLedgersDiffer(zone, id, occupancy, own, this.now());
      const repair = () => this.#mendBooking(id, []);
      return problem === null ? [] : [{ kind: "booking", path: ref.path, problem, repair }];
    });
  }

  async #ledgerProblems(reader: Reader, page: readonly DocumentSnapshot[]): Promise<Finding[]> {
    const [ledgers, unreadable] = readable(page);
    const entries = ledgers.flatMap(({ ledger }) => ledger.entries);
    const owners = await this.#owners(reader, entries);
    const problems = ledgers.flatMap(({ ref, ledger }) => [
      ...overlapsIn(ledger, this.now()).map(([a, b]) => ({
        kind: "overlap" as const,
        path: ref.path,
        problem: `${a.kind} ${a.id} and ${b.kind} ${b.id} overlap`,
        repair: null,
      })),
      ...ledger.entries.flatMap((entry) => this.#strayEntry(ref, ledger, entry, owners.get(ownerKey(entry)))),
    ]);
    return [...unreadable, ...problems];
  }

  #strayEntry(
    ref: DocumentReference,
    ledger: DayLedger,
    entry: LedgerEntry,
    owner: DocumentSnapshot | undefined,
  ): Finding[] {
    const place = { mechanicId: ledger.mechanic_id, date: ledger.date };
    if (entry.kind === "hold") {
      if (!isLive(entry, this.now()) || owner?.exists) return [];
      const problem = `hold ${entry.id} stands here, but there is no such hold`;
      return [{ kind: "hold", path: ref.path, problem, repair: () => this.#dropEntry(place, entry.id) }];
    }
    const occupancy = readOccupancy(owner);
    // A booking that cannot be read is reported as such; its time stays taken.
    if (belongsTo(this.shop.time_zone, occupancy, ledger) || (owner?.exists && !occupancy)) return [];
    const problem = `booking ${entry.id} stands here, but does not take this time`;
    return [
      { kind: "stray_entry", path: ref.path, problem, repair: () => this.#mendBooking(entry.id, [place]) },
    ];
  }

  async #holdProblems(reader: Reader, page: readonly DocumentSnapshot[]): Promise<Finding[]> {
    const now = this.now();
    const live = page.filter((hold) => {
      const expiry: unknown = hold.get("expires_at");
      return hold.exists && isLater(expiry, now);
    });
    const place = (hold: DocumentSnapshot): LedgerAddress => ({
      mechanicId: String(hold.get("mechanic_id")),
      date: String(hold.get("date")),
    });
    const ledgers = await this.#ledgersAt(reader, live.map(place));
    return live.flatMap((hold): Finding[] => {
      const ledger = ledgers.get(keyOf(place(hold)));
      const there = !ledger || ledger.entries.some(({ id }) => id === hold.id);
      const problem = "stands in no ledger: it holds nothing";
      const repair = async () => void (await hold.ref.delete());
      return there ? [] : [{ kind: "hold", path: hold.ref.path, problem, repair }];
    });
  }

  async #dayProblems(reader: Reader, page: readonly DocumentSnapshot[]): Promise<Finding[]> {
    const findings: Finding[] = [];
    const { time_zone: zone, catalog_version: catalogVersion } = this.shop;
    for (const snapshot of page) {
      const day = readDay(snapshot);
      if (!day) continue;
      const around = [addDays(day.date, -1), day.date, addDays(day.date, 1)];
      const found = await reader.get(this.#paths.ledgers.where("date", "in", around));
      const ledgers = new Map(
        readLedgersToOffer(found.docs, zone).map((one) => [
          keyOf({ mechanicId: one.mechanic_id, date: one.date }),
          one,
        ]),
      );
      const ledgerOf = (mechanicId: string, date: string) => ledgers.get(keyOf({ mechanicId, date }));
      const standard = { zone, catalogVersion, now: this.now(), reach: this.reach, ledgerOf };
      const differing = mechanicsThatDiffer(day, standard);
      if (differing.length === 0) continue;
      const problem = `shows other busy time than the ledgers of ${differing.join(", ")}`;
      const repair = async () => void (await bumpEpoch(snapshot.ref));
      findings.push({ kind: "day", path: snapshot.ref.path, problem, repair });
    }
    return findings;
  }

  async #mendBooking(bookingId: string, places: readonly LedgerAddress[]): Promise<void> {
    await this.#reconciler.reconcileAt(this.shop.id, bookingId, places);
  }

  async #dropEntry(place: LedgerAddress, id: string): Promise<void> {
    const ref = this.#paths.ledger(place.mechanicId, place.date);
    await this.db.runTransaction(async (tx) => {
      const ledger = readLedger(await tx.get(ref), place.mechanicId, place.date);
      tx.set(ref, ledgerDocument(withoutEntry(ledger, id, this.now())));
      for (const offset of [-1, 0, 1]) {
        const day = this.#paths.day(addDays(place.date, offset));
        tx.set(day, { date: day.id, epoch: FieldValue.increment(1) }, { merge: true });
      }
    });
  }

  /** Without those that cannot be read: what stands in them, nobody knows. */
  async #ledgersAt(reader: Reader, places: readonly LedgerAddress[]): Promise<Map<string, DayLedger>> {
    const unique = [...new Map(places.map((place) => [keyOf(place), place])).values()];
    const snapshots = await reader.getAll(...unique.map((at) => this.#paths.ledger(at.mechanicId, at.date)));
    return new Map(
      unique.flatMap((at, index) => {
        const snapshot = snapshots[index];
        const ledger = snapshot && readLedgerIfWhole(snapshot, at);
        return ledger ? [[keyOf(at), ledger] as const] : [];
      }),
    );
  }

  async #owners(reader: Reader, entries: readonly LedgerEntry[]): Promise<Map<string, DocumentSnapshot>> {
    const unique = [...new Map(entries.map((entry) => [ownerKey(entry), entry])).values()];
    const refs = unique.map(({ kind, id }) =>
      kind === "hold" ? this.#paths.hold(id) : this.#paths.booking(id),
    );
    const snapshots = await reader.getAll(...refs);
    return new Map(
      unique.flatMap((entry, index) => {
        const snapshot = snapshots[index];
        return snapshot ? [[ownerKey(entry), snapshot] as const] : [];
      }),
    );
  }
}

function readLedgerIfWhole(
  snapshot: DocumentSnapshot,
  { mechanicId, date }: LedgerAddress = { mechanicId: "", date: "" },
): DayLedger | undefined {
  try {
    return readLedger(snapshot, mechanicId, date);
  } catch {
    return undefined;
  }
}

/** The ledgers of a page, and those that cannot be read: nothing can be booked on them until somebody looks. */
function readable(page: readonly DocumentSnapshot[]) {
  const ledgers: { ref: DocumentReference; ledger: DayLedger }[] = [];
  const unreadable: Finding[] = [];
  for (const snapshot of page.filter(({ exists }) => exists)) {
    const { ref } = snapshot;
    const ledger = readLedgerIfWhole(snapshot);
    if (ledger) ledgers.push({ ref, ledger });
    else unreadable.push({ kind: "unreadable", path: ref.path, problem: "is not a ledger", repair: null });
  }
  return [ledgers, unreadable] as const;
}

/** Many documents as several requests: one answer would not fit into a message. */
function inChunks(getAll: (refs: DocumentReference[]) => Promise<DocumentSnapshot[]>): Reader["getAll"] {
  return async (...refs) => {
    const found: DocumentSnapshot[] = [];
    for (let from = 0; from < refs.length; from += CHUNK) {
      found.push(...(await getAll(refs.slice(from, from + CHUNK))));
    }
    return found;
  };
}

function keyOf({ mechanicId, date }: LedgerAddress): string {
  return `${mechanicId}_${date}`;
}

function ownerKey({ kind, id }: LedgerEntry): string {
  return `${kind}/${id}`;
}

function isLater(expiry: unknown, now: number): boolean {
  const toMillis = (expiry as { toMillis?: () => number } | null | undefined)?.toMillis;
  return typeof toMillis === "function" && toMillis.call(expiry) > now;
}

/** Makes the next reader generate the day anew. */
function bumpEpoch(ref: DocumentReference): Promise<unknown> {
  return ref.set({ epoch: FieldValue.increment(1) }, { merge: true });
}
