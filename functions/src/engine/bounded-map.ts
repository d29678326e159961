/**
 * A cache of at most `limit` entries: setting a new key when the map is full empties the map first. A look-up costs
 * what it costs in a `Map`; no order of use is kept.
 */
export class BoundedMap<K, V> extends Map<K, V> {
  readonly #limit: number;

  constructor(limit: number) {
    super();
    this.#limit = limit;
  }

  override set(key: K, value: V): this {
    if (this.size >= this.#limit && !this.has(key)) this.clear();
    return super.set(key, value);
  }
}
