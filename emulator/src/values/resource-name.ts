import type { DocumentPath } from "./document.ts";
import { invalidArgument } from "../status.ts";
import type { StatusError } from "../status.ts";

/** A parsed name: its database and the path below `documents` ("" is the root). */
export interface ResourceName {
  /** `projects/P/databases/D` */
  readonly database: string;
  readonly projectId: string;
  readonly databaseId: string;
  readonly path: DocumentPath;
}

export const MAX_ID_BYTES = 1500;
const DATABASE_NAME = /^projects\/([^/]+)\/databases\/([^/]+)$/;
const DOCUMENTS_NAME = /^projects\/([^/]+)\/databases\/([^/]+)\/documents(?:\/|$)/;
const RESERVED_ID = /^__.*__$/s;
const NUMERIC_ID = /^__id(-?\d{1,19})__$/;

/**
 * Parses a document's name and checks its path as Firestore does before a read or write.
 *
 * @throws StatusError INVALID_ARGUMENT
 */
export function parseDocumentName(name: string): ResourceName {
  const parsed = parseName(name);
  const segments = checkedSegments(name, parsed);
  if (segments.length === 0 || segments.length % 2 === 1) {
    throw invalidArgument(`Document name "${name}" lacks "/" at index ${name.length}.`);
  }
  return parsed;
}

/**
 * Parses the parent of a query or listing: `…/documents` or a document's name.
 *
 * @throws StatusError INVALID_ARGUMENT
 */
export function parseParentName(name: string): ResourceName {
  const parsed = parseName(name);
  const segments = checkedSegments(name, parsed);
  if (segments.length % 2 === 1) {
    throw invalidArgument(`Document parent name "${name}" lacks "/" at index ${name.length}.`);
  }
  return parsed;
}

/**
 * Parses `projects/P/databases/D`.
 *
 * @throws StatusError INVALID_ARGUMENT
 */
export function parseDatabaseName(name: string): { projectId: string; databaseId: string } {
  const match = DATABASE_NAME.exec(name);
  if (!match)
    throw invalidArgument(
      `Database name "${name}" is not of the form "projects/{project}/databases/{database}".`,
    );
  return { projectId: match[1]!, databaseId: match[2]! };
}

/**
 * Refuses ids that are empty, too long, reserved or contain a slash.
 *
 * @throws StatusError INVALID_ARGUMENT
 */
export function checkCollectionId(id: string): void {
  if (id === "" || id.includes("/") || id === "." || id === "..") {
    throw invalidArgument(`Collection id "${id}" is invalid because it contains "/" or is empty.`);
  }
  checkId(id, "collection");
}

/** The number of bytes of a string in UTF-8. */
export function utf8Length(text: string): number {
  return Buffer.byteLength(text, "utf8");
}

/** The path of the document that contains a document's collection; "" for a root collection. */
export function parentPathOf(path: DocumentPath): string {
  const collectionEnd = path.lastIndexOf("/");
  const parentEnd = path.lastIndexOf("/", collectionEnd - 1);
  return parentEnd < 0 ? "" : path.slice(0, parentEnd);
}

function parseName(name: string): ResourceName {
  const match = DOCUMENTS_NAME.exec(name);
  if (!match) throw malformedPrefix(name);
  const path = name.slice(match[0].length);
  if (path === "" && match[0].endsWith("/"))
    throw invalidArgument(`Document name "${name}" has invalid trailing "/".`);
  const [, projectId, databaseId] = match as unknown as [string, string, string];
  return { database: `projects/${projectId}/databases/${databaseId}`, projectId, databaseId, path };
}

/** An error that names the first missing part and its index. */
function malformedPrefix(name: string): StatusError {
  const parts = name.split("/");
  let index = 0;
  for (const [position, fixed] of ["projects", "", "databases", "", "documents"].entries()) {
    const part = parts[position];
    if (part === undefined)
      return invalidArgument(`Document name "${name}" lacks "/" at index ${name.length}.`);
    if (fixed !== "" && part !== fixed)
      return invalidArgument(`Document name "${name}" lacks "${fixed}" at index ${index}.`);
    if (part === "") return invalidArgument(`Document name "${name}" lacks a resource id at index ${index}.`);
    index += part.length + 1;
  }
  return invalidArgument(`Document name "${name}" is malformed.`);
}

function checkedSegments(name: string, parsed: ResourceName): readonly string[] {
  if (parsed.path === "") return [];
  const segments = parsed.path.split("/");
  let index = name.length - parsed.path.length;
  for (const [position, segment] of segments.entries()) {
    const isCollection = position % 2 === 0;
    if (segment === "") throw emptySegment(name, index, isCollection);
    if (segment === "." || segment === "..") {
      throw invalidArgument(`Document name "${name}" contains a resource id "${segment}" at index ${index}.`);
    }
    checkId(segment, isCollection ? "collection" : "document");
    index += segment.length + 1;
  }
  return segments;
}

function emptySegment(name: string, index: number, isCollection: boolean): StatusError {
  const endsHere = index === name.length && name[index - 2] !== "/";
  if (endsHere) return invalidArgument(`Document name "${name}" has invalid trailing "/".`);
  return invalidArgument(
    `Document name "${name}" lacks a ${isCollection ? "collection" : "resource"} id at index ${index}.`,
  );
}

function checkId(id: string, kind: "collection" | "document"): void {
  if (id.length * 3 > MAX_ID_BYTES && utf8Length(id) > MAX_ID_BYTES) {
    const part = kind === "collection" ? "kind" : "name";
    throw invalidArgument(`The key path element ${part} is longer than ${MAX_ID_BYTES} bytes.`);
  }
  if (!id.startsWith("__") || !RESERVED_ID.test(id)) return;
  if (kind === "document" && id.startsWith("__id")) return checkNumericId(id);
  const what = kind === "collection" ? "Collection" : "Resource";
  throw invalidArgument(`${what} id "${id}" is invalid because it is reserved.`);
}

function checkNumericId(id: string): void {
  const match = NUMERIC_ID.exec(id);
  if (match && BigInt.asIntN(64, BigInt(match[1]!)) === BigInt(match[1]!)) return;
  throw invalidArgument(
    `A long document ID string must be formatted like '__id{LONG}__', where LONG is a 64-bit integer. Found: '${id}'.`,
  );
}
