interface Line {
  tail: Promise<unknown>;
  length: number;
}

/** Lets tasks of one key run one after the other, so that an instance does not contend with itself. */
export class KeyedQueue {
  readonly #lines = new Map<string, Line>();

  /** How many tasks of the key are running or waiting. */
  length(key: string): number {
    return this.#lines.get(key)?.length ?? 0;
  }

  /** Runs the task when all earlier ones of its key have ended, however they ended. */
  async run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const line = this.#lines.get(key) ?? { tail: Promise.resolve(), length: 0 };
    this.#lines.set(key, line);
    line.length += 1;
    const turn = line.tail.then(task, task);
    line.tail = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      line.length -= 1;
      if (line.length === 0) this.#lines.delete(key);
    }
  }
}
