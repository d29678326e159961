interface SharedRead<K, R> {
  readonly keys: Set<K>;
  readonly result: Promise<R>;
}

/**
 * Those who ask at the same moment share one piece of work, for all that any of them asks for. It begins once everybody
 * has been heard whose request had arrived by then, so nobody is given what was found out before they asked; and nobody
 * waits longer for it than that, which is the rest of one turn of the event loop.
 */
export class SharedReads<K, R> {
  readonly #gatherings = new Map<string, SharedRead<K, R>>();

  /**
   * @param group only those of one group share
   * @param work asked once a gathering, for everybody's keys
   * @returns the result, which may hold more than was asked for; whether this call was the gathering's first, and
   * which keys nobody had asked for before: what they cost is on its bill
   */
  async of(
    group: string,
    keys: readonly K[],
    work: (keys: readonly K[]) => Promise<R>,
  ): Promise<{ result: R; first: boolean; own: readonly K[] }> {
    const joined = this.#gatherings.get(group);
    const { keys: asked, result } = joined ?? this.#begin(group, work);
    const own = keys.filter((key) => !asked.has(key));
    for (const key of own) asked.add(key);
    return { result: await result, first: !joined, own };
  }

  #begin(group: string, work: (keys: readonly K[]) => Promise<R>): SharedRead<K, R> {
    const keys = new Set<K>();
    const everybodyIsHeard = new Promise((resolve) => setImmediate(resolve));
    const result = everybodyIsHeard.then(() => {
      this.#gatherings.delete(group);
      return work([...keys]);
    });
    const gathering = { keys, result };
    this.#gatherings.set(group, gathering);
    return gathering;
  }
}
