import type { CommitVersion } from "../values/document.ts";

const MICROS_PER_MILLI = 1_000n;

/**
 * Hands out commit versions and read times from one strictly ordered line of microseconds.
 *
 * A read time is never reused as a commit version, so a client that reads again at the read time it was given sees
 * exactly what it saw.
 */
export class VersionClock {
  #last: CommitVersion = 0n;
  readonly #nowMillis: () => number;

  constructor(nowMillis: () => number = Date.now) {
    this.#nowMillis = nowMillis;
  }

  /** A version newer than every version and read time handed out so far. */
  nextVersion(): CommitVersion {
    const now = this.#now();
    this.#last = now > this.#last ? now : this.#last + 1n;
    return this.#last;
  }

  /** The time at which a read of the latest state happens; no later commit will carry it. */
  readTime(): CommitVersion {
    const now = this.#now();
    if (now > this.#last) this.#last = now;
    return this.#last;
  }

  #now(): CommitVersion {
    return BigInt(this.#nowMillis()) * MICROS_PER_MILLI;
  }
}
