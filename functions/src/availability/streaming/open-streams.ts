import { done, refuse, type Outcome } from "../../platform/errors.ts";

export const STREAMS_PER_CLIENT = 5;

export interface StreamLimits {
  /** The most streams that one client may have open at a time. */
  readonly perClient: number;
  /** The most streams of all clients. */
  readonly perInstance: number;
}

/** Counts the open event streams of an instance and refuses those over a limit. */
export class OpenStreams {
  readonly #byClient = new Map<string, number>();
  #total = 0;

  constructor(private readonly limits: StreamLimits) {}

  /** The number of open streams. */
  get size(): number {
    return this.#total;
  }

  /**
   * Counts one more stream of the client and returns the function that counts it as closed; call that once. Errors:
   * `rate_limited` for the client's limit, `too_many_streams` for the instance's.
   */
  open(client: string): Outcome<() => void> {
    const { perClient, perInstance } = this.limits;
    const own = this.#byClient.get(client) ?? 0;
    if (own >= perClient) {
      return refuse(
        "rate_limited",
        `A client may have ${perClient} streams open at a time; close one first.`,
      );
    }
    if (this.#total >= perInstance) return refuse("too_many_streams");
    this.#byClient.set(client, own + 1);
    this.#total += 1;
    return done(() => this.#close(client));
  }

  #close(client: string): void {
    const left = (this.#byClient.get(client) ?? 0) - 1;
    if (left > 0) this.#byClient.set(client, left);
    else this.#byClient.delete(client);
    this.#total -= 1;
  }
}
