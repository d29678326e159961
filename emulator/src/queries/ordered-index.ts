import type { StoredDocument } from "../values/document.ts";
import { canonicalKey } from "../values/canonical.ts";
import { valuesEqual } from "../values/compare.ts";
import { formatFieldPath, getField } from "../values/field-path.ts";
import type { FieldPath } from "../values/field-path.ts";
import { parentPathOf } from "../values/resource-name.ts";
import type { Entry } from "./entry.ts";
import { entryComparator, entryOf } from "./entry.ts";
import type { Order, Predicate, Query } from "./query.ts";
import { SortedList } from "./sorted-list.ts";

/** What an index is over: one partition per combination of the equal things, each sorted by the order. */
export interface IndexShape {
  readonly collectionId: string | undefined;
  /** Whether each collection is a partition of its own, or all of the group are one. */
  readonly byParent: boolean;
  readonly equalities: readonly FieldPath[];
  readonly contains: FieldPath | undefined;
  readonly orderBy: readonly Order[];
}

/** Where in which index a disjunct's documents lie together, in the query's order. */
export interface IndexUse {
  readonly shape: IndexShape;
  /** The same for equal shapes within one collection group. */
  readonly shapeKey: string;
  readonly partition: string;
}

/** The index that serves a disjunct: equality filters and the array filter lead to a partition. */
export function indexUse(query: Query, disjunct: readonly Predicate[]): IndexUse {
  const equal = new Map<string, Predicate>();
  let contains: Predicate | undefined;
  for (const predicate of disjunct) {
    if (predicate.op === "array-contains") contains = predicate;
    if (predicate.op === "==") equal.set(formatFieldPath(predicate.field), predicate);
  }
  const names = [...equal.keys()].sort();
  const shape: IndexShape = {
    collectionId: query.collectionId,
    byParent: !query.allDescendants,
    equalities: names.map((name) => equal.get(name)!.field),
    contains: contains?.field,
    orderBy: query.orderBy,
  };
  const orders = shape.orderBy.map(
    (order) => `${formatFieldPath(order.field)}${order.descending ? "-" : "+"}`,
  );
  const array = contains ? formatFieldPath(contains.field) : "";
  return {
    shape,
    shapeKey: [shape.byParent, names.join(","), array, orders.join(",")].join("|"),
    partition: partitionKey(
      shape.byParent ? query.parent : "",
      names.map((name) => canonicalKey(equal.get(name)!.value)),
      contains ? canonicalKey(contains.value) : "",
    ),
  };
}

/** Documents of a collection group in an order, kept up to date commit by commit. */
export class OrderedIndex {
  readonly #shape: IndexShape;
  readonly #compare: (a: Entry, b: Entry) => number;
  readonly #partitions = new Map<string, SortedList<Entry>>();

  constructor(shape: IndexShape, documents: Iterable<StoredDocument>) {
    this.#shape = shape;
    this.#compare = entryComparator(shape.orderBy);
    const partitions = new Map<string, Entry[]>();
    for (const document of documents) {
      for (const [key, entry] of this.#placesOf(document)) {
        const entries = partitions.get(key);
        if (entries) entries.push(entry);
        else partitions.set(key, [entry]);
      }
    }
    for (const [key, entries] of partitions)
      this.#partitions.set(key, new SortedList(this.#compare, entries));
  }

  /** The entries of a partition, sorted; undefined when it is empty. */
  partition(key: string): SortedList<Entry> | undefined {
    return this.#partitions.get(key);
  }

  /** Takes over what a commit did to one document. */
  update(before: StoredDocument | undefined, after: StoredDocument | undefined): void {
    const old = before ? this.#placesOf(before) : NO_PLACES;
    const fresh = after ? this.#placesOf(after) : NO_PLACES;
    if (old.size === fresh.size && [...old].every(([key, entry]) => samePlace(entry, fresh.get(key)))) return;
    for (const [key, entry] of old) this.#remove(key, entry);
    for (const [key, entry] of fresh) this.#insert(key, entry);
  }

  /** The partitions a document is in: none when it lacks a field, several when it has several array elements. */
  #placesOf(document: StoredDocument): ReadonlyMap<string, Entry> {
    const { byParent, equalities, contains, orderBy } = this.#shape;
    const entry = entryOf(orderBy, document);
    if (!entry) return NO_PLACES;
    const keys: string[] = [];
    for (const field of equalities) {
      const value = getField(document.fields, field);
      if (value === undefined) return NO_PLACES;
      keys.push(canonicalKey(value));
    }
    const parent = byParent ? parentPathOf(document.path) : "";
    if (!contains) return new Map([[partitionKey(parent, keys, ""), entry]]);
    const array = getField(document.fields, contains);
    if (array?.kind !== "array") return NO_PLACES;
    return new Map(array.values.map((element) => [partitionKey(parent, keys, canonicalKey(element)), entry]));
  }

  #insert(key: string, entry: Entry): void {
    const partition = this.#partitions.get(key);
    if (partition) partition.insert(entry);
    else this.#partitions.set(key, new SortedList(this.#compare, [entry]));
  }

  #remove(key: string, entry: Entry): void {
    const partition = this.#partitions.get(key);
    partition?.remove(entry);
    if (partition?.size === 0) this.#partitions.delete(key);
  }
}

const NO_PLACES: ReadonlyMap<string, Entry> = new Map();

/** Compared by order, so an index may keep an entry whose integer has become the equal double. */
function samePlace(a: Entry, b: Entry | undefined): boolean {
  return (
    b !== undefined && a.values.every((value, i) => value === b.values[i] || valuesEqual(value, b.values[i]!))
  );
}

function partitionKey(parent: string, equal: readonly string[], element: string): string {
  return `${parent.length}:${parent}${equal.join("")}|${element}`;
}
