import type { DocumentPath, StoredDocument } from "../values/document.ts";
import { compareResourcePaths, compareValues } from "../values/compare.ts";
import { getField, isNamePath } from "../values/field-path.ts";
import type { Value } from "../values/value.ts";
import type { Order } from "./query.ts";
import { nameValue } from "./query.ts";

/** The position of a document in an order: the values of its fields, and its path as the last criterion. */
export interface Entry {
  readonly values: readonly Value[];
  readonly path: DocumentPath;
}

/** The position of the document in the order; undefined when it lacks one of the fields. */
export function entryOf(orderBy: readonly Order[], document: StoredDocument): Entry | undefined {
  const values: Value[] = [];
  for (const { field } of orderBy) {
    if (isNamePath(field)) break;
    const value = getField(document.fields, field);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return { values, path: document.path };
}

/** A comparison of positions in an order that ends with `__name__`; 0 only for the same document. */
export function entryComparator(orderBy: readonly Order[]): (a: Entry, b: Entry) => number {
  const signs = orderBy.map((order) => (order.descending ? -1 : 1));
  const nameSign = signs.at(-1)!;
  return (a, b) => {
    for (let i = 0; i < a.values.length; i++) {
      const order = compareValues(a.values[i]!, b.values[i]!);
      if (order !== 0) return order * signs[i]!;
    }
    return compareResourcePaths(a.path, b.path) * nameSign;
  };
}

/** The value of the i-th order of an entry; for the last one, its name. */
export function entryValue(database: string, entry: Entry, i: number): Value {
  return entry.values[i] ?? nameValue(database, entry.path);
}

/** Compares a position with the first values of a position, as given by a cursor. */
export function compareToPrefix(
  database: string,
  orderBy: readonly Order[],
  entry: Entry,
  prefix: readonly Value[],
): number {
  for (let i = 0; i < prefix.length; i++) {
    const order = compareValues(entryValue(database, entry, i), prefix[i]!);
    if (order !== 0) return orderBy[i]!.descending ? -order : order;
  }
  return 0;
}
