import type { DocumentPath, StoredDocument } from "../values/document.ts";
import { compareResourcePaths, compareValues } from "../values/compare.ts";
import { getField, isNamePath } from "../values/field-path.ts";
import type { Value } from "../values/value.ts";
import type { Order } from "./query.ts";
import { nameValue } from "./query.ts";

/** A document's place in an order: its values there, without the name that always comes last. */
export interface Entry {
  readonly values: readonly Value[];
  readonly path: DocumentPath;
}

/** The document's place in the order, or undefined when it lacks one of the fields. */
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

/** Compares places in an order that ends with `__name__`; 0 only for the same document. */
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

/** The entry's value for the i-th order, which for the last one is its name. */
export function entryValue(database: string, entry: Entry, i: number): Value {
  return entry.values[i] ?? nameValue(database, entry.path);
}

/** Compares a place with the first values of a place, as a cursor gives them. */
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
