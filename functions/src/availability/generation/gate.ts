interface Waiting {
  readonly weigh: () => number;
  readonly admit: (weight: number) => void;
}

/** What waits for admission at a gate. */
export interface GatedWork<T> {
  /** Called whenever the work could be admitted, since its weight may change while it waits. */
  readonly weigh: () => number;
  /** Whether it is admitted before all work that is not urgent. */
  readonly isUrgent: boolean;
  readonly run: () => Promise<T>;
}

/** Admits work up to a total weight at a time, urgent work first, in the order of arrival; heavier work is admitted alone. */
export class Gate {
  readonly #urgent: Waiting[] = [];
  readonly #others: Waiting[] = [];
  #weight = 0;

  constructor(private readonly capacity: number) {}

  /** Returns the result of the work. */
  async pass<T>({ weigh, isUrgent, run }: GatedWork<T>): Promise<T> {
    const weight = await new Promise<number>((admit) => {
      (isUrgent ? this.#urgent : this.#others).push({ weigh, admit });
      this.#admit();
    });
    try {
      return await run();
    } finally {
      this.#weight -= weight;
      this.#admit();
    }
  }

  #admit(): void {
    for (;;) {
      const queue = this.#urgent.length > 0 ? this.#urgent : this.#others;
      const [next] = queue;
      if (!next) return;
      const weight = next.weigh();
      if (this.#weight > 0 && this.#weight + weight > this.capacity) return;
      queue.shift();
      this.#weight += weight;
      next.admit(weight);
    }
  }
}
