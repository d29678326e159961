import type { StoredDay } from "./day.ts";

/** The most mechanics in all remembered days together; a mechanic's day takes about a kilobyte. */
const MAX_MECHANICS = 6_000;

interface Remembered {
  readonly version: string;
  readonly day: StoredDay;
  readonly weight: number;
}

/**
 * Remembers the last decoded version of each day document. Every request still reads the document; an unchanged one is
 * not decoded again. An unchanged day is the same object, so results computed from it can be remembered with it.
 */
export class RememberedDays {
  readonly #days = new Map<string, Remembered>();
  #weight = 0;

  /** Returns the day of that document and version, decoded if it is not remembered. */
  of(path: string, version: string, decode: () => StoredDay | undefined): StoredDay | undefined {
    const known = this.#days.get(path);
    if (known?.version === version) return known.day;
    if (known) this.#forget(path, known);
    const day = decode();
    if (!day) return undefined;
    const weight = 1 + Object.keys(day.mechanics).length;
    this.#days.set(path, { version, day, weight });
    this.#weight += weight;
    for (const [oldest, remembered] of this.#days) {
      if (this.#weight <= MAX_MECHANICS) break;
      this.#forget(oldest, remembered);
    }
    return day;
  }

  #forget(path: string, { weight }: Remembered): void {
    this.#days.delete(path);
    this.#weight -= weight;
  }
}
