import { canonicalKey } from "../values/canonical.ts";
import { formatFieldPath } from "../values/field-path.ts";
import type { Cursor, Filter, Query } from "./query.ts";

/** A string that two queries share exactly when they are written alike. */
export function queryKey(query: Query): string {
  return JSON.stringify([
    query.database,
    query.parent,
    query.collectionId ?? null,
    query.allDescendants,
    query.filter ? filterKey(query.filter) : null,
    query.orderBy.map((order) => [formatFieldPath(order.field), order.descending]),
    cursorKey(query.start),
    cursorKey(query.end),
    query.offset,
    query.limit ?? null,
    query.projection?.map(formatFieldPath) ?? null,
  ]);
}

function filterKey(filter: Filter): unknown {
  if (filter.kind === "field") return [formatFieldPath(filter.field), filter.op, canonicalKey(filter.value)];
  return [filter.kind, filter.filters.map(filterKey)];
}

function cursorKey(cursor: Cursor | undefined): unknown {
  return cursor ? [cursor.before, cursor.values.map(canonicalKey)] : null;
}
