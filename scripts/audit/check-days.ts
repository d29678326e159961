import type { DocumentSnapshot } from "firebase-admin/firestore";
import { readDay } from "../../functions/src/availability/day/day-document.ts";
import { addDays } from "../../functions/src/engine/dates.ts";
import { readLedgersToOffer } from "../../functions/src/ledger/ledger-document.ts";
import { shopPaths } from "../../functions/src/platform/firestore/paths.ts";
import type { AuditedShop } from "./audited-shop.ts";
import { mechanicsThatDiffer } from "./compare.ts";
import type { Finding } from "./finding.ts";
import { ledgerKey } from "./ledgers.ts";
import type { Reader } from "./reader.ts";
import { invalidateDay } from "./repairs.ts";

/** Finds valid days whose busy time is not that of their ledgers. */
export async function checkDays(
  audited: AuditedShop,
  reader: Reader,
  page: readonly DocumentSnapshot[],
): Promise<Finding[]> {
  const { db, shop, reach } = audited;
  const { time_zone: zone, catalog_version: catalogVersion } = shop;
  const paths = shopPaths(db, shop.id);
  const findings: Finding[] = [];
  for (const snapshot of page) {
    const day = readDay(snapshot);
    if (!day) continue;
    const around = [addDays(day.date, -1), day.date, addDays(day.date, 1)];
    const found = await reader.get(paths.ledgers.where("date", "in", around));
    const ledgers = new Map(
      readLedgersToOffer(found.docs, zone).map((ledger) => [
        ledgerKey({ mechanicId: ledger.mechanic_id, date: ledger.date }),
        ledger,
      ]),
    );
    const ledgerOf = (mechanicId: string, date: string) => ledgers.get(ledgerKey({ mechanicId, date }));
    const expected = { zone, catalogVersion, now: audited.now(), reach, ledgerOf };
    const differing = mechanicsThatDiffer(day, expected);
    if (differing.length === 0) continue;
    const problem = `has other busy time than the ledgers of ${differing.join(", ")}`;
    const repair = () => invalidateDay(snapshot.ref);
    findings.push({ kind: "day", path: snapshot.ref.path, problem, repair });
  }
  return findings;
}
