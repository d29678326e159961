import type { DocumentReference, DocumentSnapshot } from "firebase-admin/firestore";
import { readOccupancy } from "../../functions/src/bookings/occupancy.ts";
import { isLive, type DayLedger, type LedgerEntry } from "../../functions/src/ledger/ledger.ts";
import { shopPaths } from "../../functions/src/platform/firestore/paths.ts";
import { filingZone } from "../../functions/src/catalog/ledger-zone.ts";
import type { AuditedShop } from "./audited-shop.ts";
import { belongsTo, overlapsIn } from "./compare.ts";
import type { Finding } from "./finding.ts";
import { ledgerAddressOf, readLedgerIfValid } from "./ledgers.ts";
import type { Reader } from "./reader.ts";
import { dropHoldEntry, repairBooking } from "./repairs.ts";

interface StoredLedger {
  readonly ref: DocumentReference;
  readonly ledger: DayLedger;
}

/** Finds entries that overlap, and entries without their booking or live hold. */
export async function checkLedgers(
  audited: AuditedShop,
  reader: Reader,
  page: readonly DocumentSnapshot[],
): Promise<Finding[]> {
  const { ledgers, unreadable } = readPage(page);
  const owners = await ownersOf(
    audited,
    reader,
    ledgers.flatMap(({ ledger }) => ledger.entries),
  );
  const problems = ledgers.flatMap((stored) => [
    ...overlaps(stored, audited.now()),
    ...stored.ledger.entries.flatMap((entry) =>
      strayEntry(audited, stored, entry, owners.get(ownerKey(entry))),
    ),
  ]);
  return [...unreadable, ...problems];
}

function overlaps({ ref, ledger }: StoredLedger, now: number): Finding[] {
  return overlapsIn(ledger, now).map(([a, b]) => ({
    kind: "overlap",
    path: ref.path,
    problem: `${a.kind} ${a.id} and ${b.kind} ${b.id} overlap`,
    repair: null,
  }));
}

function strayEntry(
  audited: AuditedShop,
  { ref, ledger }: StoredLedger,
  entry: LedgerEntry,
  owner: DocumentSnapshot | undefined,
): Finding[] {
  const address = { mechanicId: ledger.mechanic_id, date: ledger.date };
  if (entry.kind === "hold") {
    if (!isLive(entry, audited.now()) || owner?.exists) return [];
    const problem = `has an entry of hold ${entry.id}, which does not exist`;
    const repair = () => dropHoldEntry(audited, address, entry.id);
    return [{ kind: "hold", path: ref.path, problem, repair }];
  }
  if (entry.slot_end <= audited.filedSince) return [];
  const occupancy = readOccupancy(owner);
  // A booking that cannot be read is reported as such; its time stays taken.
  if (belongsTo(filingZone(audited.shop), occupancy, ledger) || (owner?.exists && !occupancy)) return [];
  const problem = `has an entry of booking ${entry.id}, which does not take this time`;
  const repair = () => repairBooking(audited, entry.id, [address]);
  return [{ kind: "stray_entry", path: ref.path, problem, repair }];
}

/** The bookings and holds that entries belong to, by `ownerKey`. */
async function ownersOf(
  { db, shop }: AuditedShop,
  reader: Reader,
  entries: readonly LedgerEntry[],
): Promise<Map<string, DocumentSnapshot>> {
  const paths = shopPaths(db, shop.id);
  const unique = [...new Map(entries.map((entry) => [ownerKey(entry), entry])).values()];
  const refs = unique.map(({ kind, id }) => (kind === "hold" ? paths.hold(id) : paths.booking(id)));
  const snapshots = await reader.getAll(...refs);
  return new Map(
    unique.flatMap((entry, index) => {
      const snapshot = snapshots[index];
      return snapshot ? [[ownerKey(entry), snapshot] as const] : [];
    }),
  );
}

/** The valid ledgers of a page, and findings for the others: nothing can be booked on those until they are repaired. */
function readPage(page: readonly DocumentSnapshot[]) {
  const ledgers: StoredLedger[] = [];
  const unreadable: Finding[] = [];
  for (const snapshot of page.filter(({ exists }) => exists)) {
    const { ref, id } = snapshot;
    const ledger = readLedgerIfValid(snapshot, ledgerAddressOf(id));
    if (ledger) ledgers.push({ ref, ledger });
    else unreadable.push({ kind: "unreadable", path: ref.path, problem: "is not a ledger", repair: null });
  }
  return { ledgers, unreadable };
}

function ownerKey({ kind, id }: LedgerEntry): string {
  return `${kind}/${id}`;
}
