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

/** The definition of an index: one partition per combination of equal values, each sorted by `orderBy`. */
export interface IndexShape {
  readonly collectionId: string | undefined;
  /** Whether partitions are per parent, or span the collection group. */
  readonly byParent: boolean;
  readonly equalities: readonly FieldPath[];
  readonly contains: FieldPath | undefined;
  readonly orderBy: readonly Order[];
}

/** The index and the partition that contain a disjunct's documents in the order of the query. */
export interface IndexUse {
  readonly shape: IndexShape;
  /** Equal for equal shapes within one collection group. */
  readonly shapeKey: string;
  readonly partition: string;
}

/** The index for a disjunct; its equality filters and its array filter select the partition. */
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

/** The documents of a collection group in the order of an index shape. */
export class OrderedIndex {
  readonly #shape: IndexShape;
  readonly #compare: (a: Entry, b: Entry) => number;
  readonly #partitions = new Map<string, SortedList<Entry>>();

  constructor(shape: IndexShape, documents: Iterable<StoredDocument>) {
    this.#shape = shape;
    this.#compare = entryComparator(shape.orderBy);
    const partitions = new Map<string, Entry[]>();
    for (const document of documents) {
      for (const [key, entry] of this.#entriesOf(document)) {
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

  /** Applies the change of one document. */
  update(before: StoredDocument | undefined, after: StoredDocument | undefined): void {
    const old = before ? this.#entriesOf(before) : NO_ENTRIES;
    const fresh = after ? this.#entriesOf(after) : NO_ENTRIES;
    if (old.size === fresh.size && [...old].every(([key, entry]) => sameEntry(entry, fresh.get(key)))) return;
    for (const [key, entry] of old) this.#remove(key, entry);
    for (const [key, entry] of fresh) this.#insert(key, entry);
  }

  /** The entries of a document by partition: none when it lacks a field, one per element of the array field. */
  #entriesOf(document: StoredDocument): ReadonlyMap<string, Entry> {
    const { byParent, equalities, contains, orderBy } = this.#shape;
    const entry = entryOf(orderBy, document);
    if (!entry) return NO_ENTRIES;
    const keys: string[] = [];
    for (const field of equalities) {
      const value = getField(document.fields, field);
      if (value === undefined) return NO_ENTRIES;
      keys.push(canonicalKey(value));
    }
    const parent = byParent ? parentPathOf(document.path) : "";
    if (!contains) return new Map([[partitionKey(parent, keys, ""), entry]]);
    const array = getField(document.fields, contains);
    if (array?.kind !== "array") return NO_ENTRIES;
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

const NO_ENTRIES: ReadonlyMap<string, Entry> = new Map();

/** Whether two entries are equal in the order: an entry stays when an integer becomes the equal double. */
function sameEntry(a: Entry, b: Entry | undefined): boolean {
  return (
    b !== undefined && a.values.every((value, i) => value === b.values[i] || valuesEqual(value, b.values[i]!))
  );
}

function partitionKey(parent: string, equal: readonly string[], element: string): string {
  return `${parent.length}:${parent}${equal.join("")}|${element}`;
}
