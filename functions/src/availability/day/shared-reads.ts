interface SharedRead<K, R> {
  readonly keys: Set<K>;
  readonly result: Promise<R>;
}

/**
 * Lets callers of the same event-loop turn share one read of all keys that any of them needs. The read starts after the
 * current event-loop turn, so no caller gets data older than its request, and no caller waits longer than that turn.
 */
export class SharedReads<K, R> {
  readonly #pending = new Map<string, SharedRead<K, R>>();

  /**
   * @param group only callers of the same group share a read
   * @param work called once for each read, with the keys of all callers
   * @returns the result, which may hold other keys too; whether this caller was the first of the read; and the keys
   * that no earlier caller had asked for: the cost of those is this caller's
   */
  async of(
    group: string,
    keys: readonly K[],
    work: (keys: readonly K[]) => Promise<R>,
  ): Promise<{ result: R; first: boolean; own: readonly K[] }> {
    const joined = this.#pending.get(group);
    const { keys: asked, result } = joined ?? this.#begin(group, work);
    const own = keys.filter((key) => !asked.has(key));
    for (const key of own) asked.add(key);
    return { result: await result, first: !joined, own };
  }

  #begin(group: string, work: (keys: readonly K[]) => Promise<R>): SharedRead<K, R> {
    const keys = new Set<K>();
    const endOfTurn = new Promise((resolve) => setImmediate(resolve));
    const result = endOfTurn.then(() => {
      this.#pending.delete(group);
      return work([...keys]);
    });
    const read = { keys, result };
    this.#pending.set(group, read);
    return read;
  }
}
