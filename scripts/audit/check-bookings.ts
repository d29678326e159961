import type { DocumentSnapshot } from "firebase-admin/firestore";
import { readOccupancy } from "../../functions/src/bookings/occupancy.ts";
import { ledgersOfBooking } from "../../functions/src/bookings/reconcile-ledgers.ts";
import { filingZone } from "../../functions/src/catalog/ledger-zone.ts";
import type { AuditedShop } from "./audited-shop.ts";
import { checkFormerHashes } from "./former-hashes.ts";
import { bookingProblem } from "./compare.ts";
import type { Finding } from "./finding.ts";
import { ledgerKey, ledgersAt } from "./ledgers.ts";
import type { Reader } from "./reader.ts";
import { repairBooking } from "./repairs.ts";

/** Finds bookings that are not in their ledgers as their records say, or that have hashes of earlier versions. */
export async function checkBookings(
  audited: AuditedShop,
  reader: Reader,
  page: readonly DocumentSnapshot[],
): Promise<Finding[]> {
  const { shop } = audited;
  const zone = filingZone(shop);
  const bookings = page
    .filter(({ exists }) => exists)
    .map((snapshot) => ({ snapshot, occupancy: readOccupancy(snapshot) }))
    .filter(({ occupancy }) => !occupancy || occupancy.slot.end > audited.filedSince);
  const addresses = bookings.flatMap(({ occupancy }) => ledgersOfBooking(shop, occupancy));
  const ledgers = await ledgersAt(audited, reader, addresses);
  const misfiled = bookings.flatMap(({ snapshot: { id, ref }, occupancy }): Finding[] => {
    if (!occupancy) {
      const problem = "has no valid mechanic, time or status";
      return [{ kind: "unreadable", path: ref.path, problem, repair: null }];
    }
    const own = ledgersOfBooking(shop, occupancy).flatMap((at) => ledgers.get(ledgerKey(at)) ?? []);
    const problem = bookingProblem({ zone, bookingId: id, occupancy, ledgers: own, now: audited.now() });
    const repair = () => repairBooking(audited, id, []);
    return problem === null ? [] : [{ kind: "booking", path: ref.path, problem, repair }];
  });
  return [...checkFormerHashes(audited, page), ...misfiled];
}
