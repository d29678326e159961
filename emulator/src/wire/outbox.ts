import { StatusError } from "../status.ts";

export interface OutboxLimits {
  /** How much may wait for a client that is behind, in bytes. */
  readonly bytes: number;
  /** How long it may be behind with so much: a large first snapshot is much at once and soon taken. */
  readonly millis: number;
}

/** What the stream itself is given to hold; the rest can still be withdrawn. */
const HANDED_OVER_BYTES = 1024 * 1024;

const LIMITS: OutboxLimits = { bytes: 64 * 1024 * 1024, millis: 10_000 };

/** The messages a stream's client has yet to take. A client that takes them too slowly is not waited for for ever. */
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
   * @param write hands a message to the stream and calls `taken` once the network has it
   * @param overflow is told that the stream has to end; what was waiting is given up by then
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

  /** Gives up what is waiting and takes nothing more. */
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
        // Not before there is room for a good part, or a long queue would be moved up message by message.
        if (this.#handedOverBytes <= HANDED_OVER_BYTES / 2) this.#handOver();
      });
    }
    if (count > 0) this.#waiting.splice(0, count);
  }
}
