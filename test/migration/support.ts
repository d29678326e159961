import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Timestamp, type Firestore } from "firebase-admin/firestore";
import { expect } from "vitest";
import { millis } from "../../functions/src/engine/units.ts";
import { auditShop } from "../../scripts/audit/audit.ts";
import { runImport, type ImportOptions } from "../../scripts/import/run-import.ts";
import { NOW } from "../support/clock.ts";

const folder = mkdtempSync(join(tmpdir(), "slotbay-import-"));
// Test files share this module, so the end of one must not remove what another still needs.
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
let files = 0;

/** Writes a file for the calling test; objects become one line of JSON each. */
export function fileOf(content: string | readonly object[]): string {
  const path = join(folder, `file-${(files += 1)}`);
  writeFileSync(
    path,
    typeof content === "string" ? content : content.map((one) => JSON.stringify(one)).join("\n"),
  );
  return path;
}

/** The report that an import wrote. */
export type WrittenReport = any;

export interface Imported {
  readonly isComplete: boolean;
  readonly printed: readonly string[];
  readonly report: WrittenReport;
}

type Given = Partial<ImportOptions> &
  Pick<ImportOptions, "from" | "shop"> & { readonly content: string | object[] };

/** Imports a table, a week before the dates of the specifications, and reads the report. */
export async function importTable(db: Firestore, { content, ...options }: Given): Promise<Imported> {
  const printed: string[] = [];
  const report = join(folder, `report-${(files += 1)}.json`);
  const isComplete = await runImport(
    db,
    { file: fileOf(content), report, create: false, skipConflicts: false, dryRun: false, ...options },
    { now: () => NOW, print: (line) => printed.push(line), progress: () => () => undefined },
  );
  return { isComplete, printed, report: JSON.parse(readFileSync(report, "utf8")) };
}

/** Every document of a shop by its path, with times as text. */
export async function documentsOf(db: Firestore, shopId: string): Promise<Record<string, unknown>> {
  const shop = db.doc(`shops/${shopId}`);
  const documents: Record<string, unknown> = { "": plain((await shop.get()).data()) };
  for (const collection of await shop.listCollections()) {
    for (const { ref, ...rest } of (await collection.get()).docs.map((one) => ({
      ref: one.ref,
      data: one.data(),
    }))) {
      documents[`${collection.id}/${ref.id}`] = plain(rest.data);
    }
  }
  return documents;
}

function plain(data: unknown): unknown {
  return JSON.parse(
    JSON.stringify(data, (_key, value) =>
      value instanceof Timestamp ? value.toDate().toISOString() : value,
    ),
  );
}

/** Expects that ledgers and days agree with the bookings. */
export async function expectConsistent(db: Firestore, shopId: string): Promise<void> {
  const findings: unknown[] = [];
  await auditShop(db, shopId, {
    repair: false,
    now: () => millis(NOW),
    onFinding: (_shop, { kind, path, problem }) => findings.push({ kind, path, problem }),
    onProgress: () => undefined,
  });
  expect(findings).toEqual([]);
}
