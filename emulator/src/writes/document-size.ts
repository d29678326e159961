import type { DocumentPath } from "../values/document.ts";
import { documentSize } from "../values/size.ts";
import type { Fields } from "../values/value.ts";
import { invalidArgument } from "../status.ts";
import type { Write } from "./write.ts";

const MAX_DOCUMENT_BYTES = 1_048_576;

/**
 * Refuses writes that make a document too large regardless of the stored version.
 * @throws StatusError INVALID_ARGUMENT
 */
export function checkKnownSizes(databaseName: string, writes: readonly Write[]): void {
  for (const write of writes) {
    const fields = wholeDocument(write);
    if (fields) checkSize(databaseName, write.path, fields);
  }
}

/** The fields of the written document; undefined if they depend on the stored version. */
export function wholeDocument(write: Write): Fields | undefined {
  const isWhole = write.kind === "update" && !write.mask && write.transforms.length === 0;
  return isWhole ? write.fields : undefined;
}

/** @throws StatusError INVALID_ARGUMENT for a document that would be too large */
export function checkSize(databaseName: string, path: DocumentPath, fields: Fields): void {
  const size = documentSize(path, fields);
  if (size <= MAX_DOCUMENT_BYTES) return;
  throw invalidArgument(
    `Document '${databaseName}/documents/${path}' cannot be written because its size (${formatted(size)} bytes) ` +
      `exceeds the maximum allowed size of ${formatted(MAX_DOCUMENT_BYTES)} bytes.`,
  );
}

function formatted(count: number): string {
  return count.toLocaleString("en-US");
}
