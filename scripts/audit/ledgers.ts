import type { DocumentSnapshot } from "firebase-admin/firestore";
import type { LedgerAddress } from "../../functions/src/bookings/reconcile-ledgers.ts";
import { readLedger } from "../../functions/src/ledger/ledger-document.ts";
import type { DayLedger } from "../../functions/src/ledger/ledger.ts";
import { shopPaths } from "../../functions/src/platform/firestore/paths.ts";
import type { AuditedShop } from "./audited-shop.ts";
import type { Reader } from "./reader.ts";

/** The ledgers at the addresses, by key. Those that cannot be read are missing. */
export async function ledgersAt(
  { db, shop }: AuditedShop,
  reader: Reader,
  addresses: readonly LedgerAddress[],
): Promise<Map<string, DayLedger>> {
  const paths = shopPaths(db, shop.id);
  const unique = [...new Map(addresses.map((address) => [ledgerKey(address), address])).values()];
  const snapshots = await reader.getAll(...unique.map((at) => paths.ledger(at.mechanicId, at.date)));
  return new Map(
    unique.flatMap((address, index) => {
      const snapshot = snapshots[index];
      const ledger = snapshot && readLedgerIfValid(snapshot, address);
      return ledger ? [[ledgerKey(address), ledger] as const] : [];
    }),
  );
}

/** The ledger of an existing or missing document; undefined when the document cannot be read. */
export function readLedgerIfValid(
  snapshot: DocumentSnapshot,
  { mechanicId, date }: LedgerAddress,
): DayLedger | undefined {
  const ledger = readLedger(snapshot, mechanicId, date);
  return ledger.isUnreadable ? undefined : ledger;
}

/** The address in a ledger document's id, `{mechanic}_{date}`. */
export function ledgerAddressOf(id: string): LedgerAddress {
  const separator = id.lastIndexOf("_");
  return { mechanicId: id.slice(0, separator), date: id.slice(separator + 1) };
}

export function ledgerKey({ mechanicId, date }: LedgerAddress): string {
  return `${mechanicId}_${date}`;
}
