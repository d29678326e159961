import { createHash } from "node:crypto";

/** The id of what a row becomes: the same whenever the row is imported. */
export function importedId(kind: string, source: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(["import", kind, source]))
    .digest("hex")
    .slice(0, 32);
}
