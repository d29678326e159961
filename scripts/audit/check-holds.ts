import { Timestamp, type DocumentSnapshot } from "firebase-admin/firestore";
import type { LedgerAddress } from "../../functions/src/bookings/reconcile-ledgers.ts";
import { hasEntry } from "../../functions/src/ledger/ledger.ts";
import type { AuditedShop } from "./audited-shop.ts";
import type { Finding } from "./finding.ts";
import { ledgerKey, ledgersAt } from "./ledgers.ts";
import type { Reader } from "./reader.ts";

/** Finds live holds without an entry in their mechanic's ledger. */
export async function checkHolds(
  audited: AuditedShop,
  reader: Reader,
  page: readonly DocumentSnapshot[],
): Promise<Finding[]> {
  const now = audited.now();
  const live = page.filter((hold) => {
    const expiry: unknown = hold.get("expires_at");
    return hold.exists && expiry instanceof Timestamp && expiry.toMillis() > now;
  });
  const ledgers = await ledgersAt(audited, reader, live.map(addressOf));
  return live.flatMap((hold): Finding[] => {
    const ledger = ledgers.get(ledgerKey(addressOf(hold)));
    // A ledger that cannot be read is reported as such.
    if (!ledger || hasEntry(ledger, hold.id)) return [];
    const problem = "has no entry in its ledger, so it holds nothing";
    const repair = async () => void (await hold.ref.delete());
    return [{ kind: "hold", path: hold.ref.path, problem, repair }];
  });
}

function addressOf(hold: DocumentSnapshot): LedgerAddress {
  return { mechanicId: String(hold.get("mechanic_id")), date: String(hold.get("date")) };
}
