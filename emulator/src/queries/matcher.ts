import { getField, isNamePath, setField } from "../values/field-path.ts";
import type { FieldPath } from "../values/field-path.ts";
import { parentPathOf } from "../values/resource-name.ts";
import type { Fields } from "../values/value.ts";
import type { DocumentPath, StoredDocument } from "../values/document.ts";
import { collectionIdOf } from "../storage/database.ts";
import { meets } from "./predicate.ts";
import type { Entry } from "./entry.ts";
import { compareToPrefix, entryOf } from "./entry.ts";
import type { Predicate, Query } from "./query.ts";
import { queryValue } from "./query.ts";

/** Whether the query selects the document, ignoring limit and offset. */
export function matches(query: Query, document: StoredDocument): boolean {
  return inScope(query, document.path) && selects(query, document);
}

/** Whether the path is in one of the collections of the query. */
export function inScope(query: Query, path: DocumentPath): boolean {
  if (query.collectionId !== undefined && collectionIdOf(path) !== query.collectionId) return false;
  if (!query.allDescendants) return parentPathOf(path) === query.parent;
  return query.parent === "" || path.startsWith(`${query.parent}/`);
}

/** Whether a document in scope satisfies the filter, has every required field and is between the cursors. */
export function selects(query: Query, document: StoredDocument): boolean {
  if (!query.disjuncts.some((disjunct) => meetsAll(query, disjunct, document))) return false;
  const entry = entryOf(query.orderBy, document);
  return entry !== undefined && withinCursors(query, entry);
}

/** Whether the document satisfies every predicate of a disjunct. */
export function meetsAll(query: Query, disjunct: readonly Predicate[], document: StoredDocument): boolean {
  if (!query.requiredFields.every((field) => getField(document.fields, field) !== undefined)) return false;
  return disjunct.every((predicate) =>
    meets(predicate, queryValue(query.database, document, predicate.field)),
  );
}

/** Whether a position is at or after the start of the query. */
export function reachesStart(query: Query, entry: Entry): boolean {
  if (!query.start) return true;
  const order = compareToPrefix(query.database, query.orderBy, entry, query.start.values);
  return query.start.before ? order >= 0 : order > 0;
}

/** Whether a position is past the end of the query. */
export function passesEnd(query: Query, entry: Entry): boolean {
  if (!query.end) return false;
  const order = compareToPrefix(query.database, query.orderBy, entry, query.end.values);
  return query.end.before ? order >= 0 : order > 0;
}

function withinCursors(query: Query, entry: Entry): boolean {
  return reachesStart(query, entry) && !passesEnd(query, entry);
}

/** The fields that a projection selects; undefined selects all. */
export function projectFields(fields: Fields, projection: readonly FieldPath[] | undefined): Fields {
  if (projection === undefined) return fields;
  let kept: Fields = new Map();
  for (const path of projection) {
    if (isNamePath(path)) continue;
    const value = getField(fields, path);
    if (value !== undefined) kept = setField(kept, path, value);
  }
  return kept;
}
