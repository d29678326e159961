import type { Charges } from "../state/meter.ts";
import type { Write } from "../writes/write.ts";
import type { Call } from "./call.ts";

/** Adds the cost of a request to its project's meter. */
export function charge(call: Call, charges: Charges): void {
  call.open.project.meter.charge(call.method, charges);
}

/** The charges Firestore bills for writes: one each, a verify as a read. */
export function writeCharges(writes: readonly Write[]): Charges {
  const charges = { reads: 0, writes: 0, deletes: 0 };
  for (const { kind } of writes) {
    if (kind === "update") charges.writes++;
    else if (kind === "delete") charges.deletes++;
    else charges.reads++;
  }
  return charges;
}

const DOCUMENTS_PER_AGGREGATION_READ = 1_000;

/** The reads billed for an aggregation over this many index entries: one per thousand, at least one. */
export function aggregationReads(entries: number): number {
  return Math.max(1, Math.ceil(entries / DOCUMENTS_PER_AGGREGATION_READ));
}

/** The reads billed for a query that returned and skipped this many documents: at least one. */
export function queryReads(documents: number): number {
  return Math.max(1, documents);
}
