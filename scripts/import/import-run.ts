import type { Firestore } from "firebase-admin/firestore";
import type { Shop } from "../../functions/src/catalog/schema.ts";
import type { Millis } from "../../functions/src/engine/units.ts";
import type { ManagementCommand, ManagementStore } from "../../functions/src/management/management-store.ts";
import type { OnProgress } from "../support/progress.ts";
import type { ShopIds } from "./mapping.ts";
import type { Mapped } from "./problem.ts";
import type { Report } from "./report.ts";
import type { Row, SourceFile } from "./source-file.ts";

/** What every import works with. */
export interface ImportRun {
  readonly db: Firestore;
  readonly shop: Shop;
  readonly ids: ShopIds;
  readonly file: SourceFile;
  readonly report: Report;
  /** The store of the changes; in a dry run, one that makes none. */
  readonly management: ManagementStore;
  readonly dryRun: boolean;
  readonly now: () => Millis;
  readonly newId: () => string;
  /** Shows the progress of a pass over the file, in bytes. */
  readonly progress: (pass: string) => OnProgress;
}

/** Returns the command of one change; `newId` tells the audit lines of two runs apart. */
export function commandOf({ shop, newId }: ImportRun): ManagementCommand {
  return { shopId: shop.id, requestId: newId(), actor: { kind: "system", uid: null } };
}

/** A line whose columns are read. */
export interface ReadLine<T> {
  readonly line: number;
  readonly value: T;
}

interface Pass<T> {
  readonly name: string;
  readonly columns: readonly string[];
  readonly read: (row: Row, line: number) => Mapped<T>;
  /** How many lines are in memory at a time. */
  readonly size: number;
  /** Whether the lines, and those that are skipped or ignored, are counted: in one pass over the file. */
  readonly counts: boolean;
}

/** Reads the file line by line and gives those that can be imported to `use`, some at a time. */
export async function inChunks<T>(
  { file, report, progress }: ImportRun,
  { name, columns, read, size, counts }: Pass<T>,
  use: (chunk: readonly ReadLine<T>[]) => Promise<void>,
): Promise<void> {
  const total = Math.max(1, file.size);
  const show = progress(name);
  show(0, total);
  let chunk: ReadLine<T>[] = [];
  for await (const { line, read: source } of file.rows(columns)) {
    const mapped = source.kind === "row" ? read(source.value, line) : source;
    if (counts) report.line();
    if (mapped.kind === "row") chunk.push({ line, value: mapped.value });
    else if (counts && mapped.kind === "skipped") report.skip(line, mapped.problem);
    else if (counts && mapped.kind === "ignored") report.ignore(mapped.why);
    if (chunk.length < size) continue;
    await use(chunk);
    chunk = [];
    if (file.bytesRead < total) show(file.bytesRead, total);
  }
  if (chunk.length > 0) await use(chunk);
  show(total, total);
}

/** The ids that lines have had so far. */
export class SeenIds {
  readonly #lineOf = new Map<string, number>();

  /** Returns the earlier line that has the id; null, and remembers this one, if there is none. */
  add(id: string, line: number): number | null {
    const earlier = this.#lineOf.get(id);
    if (earlier === undefined) this.#lineOf.set(id, line);
    return earlier ?? null;
  }
}
