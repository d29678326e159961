import type { CommitVersion } from "../values/document.ts";

const MICROS_PER_MILLI = 1_000n;

/**
 * Issues commit versions and read times from one clock in microseconds.
 *
 * A read time is never reused as a commit version, so a client that reads again at a read time gets the same result.
 */
export class VersionClock {
  #last: CommitVersion = 0n;
  readonly #nowMillis: () => number;

  constructor(nowMillis: () => number = Date.now) {
    this.#nowMillis = nowMillis;
  }

  /** A version newer than every version and read time issued so far. */
  nextVersion(): CommitVersion {
    const now = this.#now();
    this.#last = now > this.#last ? now : this.#last + 1n;
    return this.#last;
  }

  /** The time of a read of the latest state; every later commit has a greater version. */
  readTime(): CommitVersion {
    const now = this.#now();
    if (now > this.#last) this.#last = now;
    return this.#last;
  }

  #now(): CommitVersion {
    return BigInt(this.#nowMillis()) * MICROS_PER_MILLI;
  }
}
