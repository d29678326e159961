/** Lets tasks through, or holds them all back. */
export class Turnstile {
  #inside = 0;
  #closed: Promise<void> | null = null;
  #openAgain: () => void = () => undefined;
  #whenEmpty: () => void = () => undefined;

  async pass(task: () => Promise<void>): Promise<void> {
    while (this.#closed) await this.#closed;
    this.#inside += 1;
    try {
      await task();
    } finally {
      this.#inside -= 1;
      if (this.#inside === 0) this.#whenEmpty();
    }
  }

  /** Holds back new tasks; resolves when the running ones have ended. */
  async close(): Promise<void> {
    this.#closed = new Promise((resolve) => (this.#openAgain = resolve));
    if (this.#inside === 0) return;
    await new Promise<void>((resolve) => (this.#whenEmpty = resolve));
    this.#whenEmpty = () => undefined;
  }

  open(): void {
    this.#closed = null;
    this.#openAgain();
  }
}
