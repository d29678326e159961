import type { DocumentSnapshot } from "firebase-admin/firestore";
import type { AuditedShop } from "./audited-shop.ts";
import { checkBookings } from "./check-bookings.ts";
import { checkDays } from "./check-days.ts";
import { checkHolds } from "./check-holds.ts";
import { checkLedgers } from "./check-ledgers.ts";
import type { Finding } from "./finding.ts";
import { directReader, inOneSnapshot, type Reader } from "./reader.ts";

type Check = (audited: AuditedShop, reader: Reader, page: readonly DocumentSnapshot[]) => Promise<Finding[]>;

/** The kinds of documents that are checked, in this order: days last, after the repairs that they must agree with. */
export const CHECKS = { bookings: checkBookings, ledgers: checkLedgers, holds: checkHolds, days: checkDays };

/**
 * The findings in a page of documents. A suspicious document is checked again in one consistent snapshot before it is
 * reported: in a live shop a booking can be made between two reads.
 */
export async function findProblems(
  audited: AuditedShop,
  check: Check,
  page: readonly DocumentSnapshot[],
): Promise<Finding[]> {
  const suspects = await check(audited, directReader(audited.db), page);
  const suspicious = new Set(suspects.map(({ path }) => path));
  const findings: Finding[] = [];
  for (const { ref } of page.filter(({ ref }) => suspicious.has(ref.path))) {
    const again = async (reader: Reader) => check(audited, reader, await reader.getAll(ref));
    findings.push(...(await inOneSnapshot(audited.db, again)));
  }
  return findings;
}
