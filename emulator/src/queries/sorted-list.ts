const MAX_CHUNK = 512;

/**
 * A sorted list of distinct items in chunks: a search is O(log n), an insert or remove moves at most one chunk.
 */
export class SortedList<T> {
  readonly #compare: (a: T, b: T) => number;
  #chunks: T[][] = [];
  #size = 0;

  /** @param items the initial items, in any order */
  constructor(compare: (a: T, b: T) => number, items: Iterable<T> = []) {
    this.#compare = compare;
    const sorted = [...items].sort(compare);
    this.#size = sorted.length;
    // Half full, so that the first inserts do not split every chunk.
    for (let i = 0; i < sorted.length; i += MAX_CHUNK / 2)
      this.#chunks.push(sorted.slice(i, i + MAX_CHUNK / 2));
  }

  get size(): number {
    return this.#size;
  }

  /** Adds the item, replacing one that compares equal. */
  insert(item: T): void {
    const reached = (other: T) => this.#compare(other, item) >= 0;
    const index = Math.min(this.#chunkWhere(reached), Math.max(this.#chunks.length - 1, 0));
    const chunk = (this.#chunks[index] ??= []);
    const at = firstWhere(chunk, reached);
    if (at < chunk.length && this.#compare(chunk[at]!, item) === 0) {
      chunk[at] = item;
      return;
    }
    chunk.splice(at, 0, item);
    this.#size++;
    if (chunk.length > MAX_CHUNK) this.#chunks.splice(index + 1, 0, chunk.splice(MAX_CHUNK / 2));
  }

  /** Removes the item that compares equal; returns whether there was one. */
  remove(item: T): boolean {
    const reached = (other: T) => this.#compare(other, item) >= 0;
    const index = this.#chunkWhere(reached);
    const chunk = this.#chunks[index];
    if (!chunk) return false;
    const at = firstWhere(chunk, reached);
    if (this.#compare(chunk[at]!, item) !== 0) return false;
    chunk.splice(at, 1);
    this.#size--;
    if (chunk.length === 0) this.#chunks.splice(index, 1);
    return true;
  }

  /**
   * The items from the first one that satisfies `reached`, in order.
   *
   * @param reached false up to some item and true from there on
   */
  *from(reached: (item: T) => boolean): Generator<T, void, undefined> {
    let index = this.#chunkWhere(reached);
    let at = this.#chunks[index] ? firstWhere(this.#chunks[index]!, reached) : 0;
    for (; index < this.#chunks.length; index++, at = 0) {
      const chunk = this.#chunks[index]!;
      for (; at < chunk.length; at++) yield chunk[at]!;
    }
  }

  /** The first chunk whose last item satisfies `reached`. */
  #chunkWhere(reached: (item: T) => boolean): number {
    return firstWhere(this.#chunks, (chunk) => reached(chunk[chunk.length - 1]!));
  }
}

/** Binary search for the first item that satisfies a predicate which holds for all items after it. */
function firstWhere<T>(items: readonly T[], satisfied: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (satisfied(items[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}
