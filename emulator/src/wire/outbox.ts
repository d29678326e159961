import { StatusError } from "../status.ts";

export interface OutboxLimits {
  /** The maximum size of the messages that may wait for a slow client, in bytes. */
  readonly bytes: number;
  /** How long the client may stay above that size. A large first snapshot exceeds it only briefly. */
  readonly millis: number;
}

/** The maximum size of the messages passed to the stream; the rest waits in the outbox and can be discarded. */
const HANDED_OVER_BYTES = 1024 * 1024;

const LIMITS: OutboxLimits = { bytes: 64 * 1024 * 1024, millis: 10_000 };

/** The queue of messages for the client of a stream. A client that stays too far behind has its stream ended. */
export class Outbox {
  readonly #write: (message: Uint8Array, taken: () => void) => void;
  readonly #overflow: (error: StatusError) => void;
  readonly #limits: OutboxLimits;
  readonly #now: () => number;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #handedOverBytes = 0;
  #behindSince = 0;
  #closed = false;

  /**
   * @param write passes a message to the stream and calls `taken` once the network has taken it
   * @param overflow ends the stream; the waiting messages have been discarded
   * @param now a clock in milliseconds
   */
  constructor(
    write: (message: Uint8Array, taken: () => void) => void,
    overflow: (error: StatusError) => void,
    limits = LIMITS,
    now = () => performance.now(),
  ) {
    this.#write = write;
    this.#overflow = overflow;
    this.#limits = limits;
    this.#now = now;
  }

  send(message: Uint8Array): void {
    if (this.#closed) return;
    const { bytes, millis } = this.#limits;
    if (this.#waiting.length === 0) this.#behindSince = this.#now();
    if (this.#waitingBytes > bytes && this.#now() - this.#behindSince > millis) {
      const held = this.#waitingBytes;
      this.close();
      this.#overflow(
        new StatusError("RESOURCE_EXHAUSTED", `The client is too slow: ${held} bytes are waiting for it.`),
      );
      return;
    }
    this.#waiting.push(message);
    this.#waitingBytes += message.length;
    this.#handOver();
  }

  /** Discards the waiting messages and ignores later ones. */
  close(): void {
    this.#closed = true;
    this.#waiting = [];
    this.#waitingBytes = 0;
  }

  #handOver(): void {
    let count = 0;
    while (count < this.#waiting.length && this.#handedOverBytes < HANDED_OVER_BYTES) {
      const message = this.#waiting[count++]!;
      this.#waitingBytes -= message.length;
      this.#handedOverBytes += message.length;
      this.#write(message, () => {
        this.#handedOverBytes -= message.length;
        // Waits for half of the capacity, so that a long queue is not shifted message by message.
        if (this.#handedOverBytes <= HANDED_OVER_BYTES / 2) this.#handOver();
      });
    }
    if (count > 0) this.#waiting.splice(0, count);
  }
}
