import { createHash } from "node:crypto";

/** Returns the document id that follows from the parts: equal parts give the same id. */
export function derivedId(...parts: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}
