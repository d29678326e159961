import { collectionIdOf } from "../storage/database.ts";
import type { Database } from "../storage/database.ts";
import type { StoredDocument } from "../values/document.ts";
import type { CommitRecord } from "../storage/commit-record.ts";
import type { Entry } from "./entry.ts";
import type { IndexUse } from "./ordered-index.ts";
import { OrderedIndex } from "./ordered-index.ts";
import type { SortedList } from "./sorted-list.ts";

/** The maximum number of indexes per collection group: each one costs memory and time per write. */
const MAX_INDEXES_PER_GROUP = 48;

/** The indexes of a database: built on first use, updated by every commit, and dropped when least recently used. */
export class IndexRegistry {
  readonly #database: Database;
  /** The indexes by collection id, undefined for those over all collections; least recently used first. */
  readonly #groups = new Map<string | undefined, Map<string, OrderedIndex>>();

  constructor(database: Database) {
    this.#database = database;
    database.onCommit((record) => this.#update(record));
  }

  /** The sorted entries of the partition that contains a disjunct's documents; undefined when there are none. */
  entries(use: IndexUse): SortedList<Entry> | undefined {
    return this.#index(use).partition(use.partition);
  }

  #index(use: IndexUse): OrderedIndex {
    const { collectionId } = use.shape;
    let group = this.#groups.get(collectionId);
    if (!group) this.#groups.set(collectionId, (group = new Map<string, OrderedIndex>()));
    const index = group.get(use.shapeKey) ?? new OrderedIndex(use.shape, this.#documents(collectionId));
    group.delete(use.shapeKey);
    group.set(use.shapeKey, index);
    if (group.size > MAX_INDEXES_PER_GROUP) group.delete(group.keys().next().value!);
    return index;
  }

  #documents(collectionId: string | undefined): Iterable<StoredDocument> {
    if (collectionId === undefined) return this.#database.documents();
    return this.#database.latest().scanCollectionGroup(collectionId);
  }

  #update(record: CommitRecord): void {
    if (this.#groups.size === 0) return;
    for (const { path, before, after } of record.changes) {
      for (const group of [this.#groups.get(collectionIdOf(path)), this.#groups.get(undefined)]) {
        if (group) for (const index of group.values()) index.update(before, after);
      }
    }
  }
}
