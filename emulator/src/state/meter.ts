/** The operations Firestore bills for a request. */
export interface Charges {
  readonly reads?: number;
  readonly writes?: number;
  readonly deletes?: number;
}

export interface MethodUsage {
  readonly calls: number;
  readonly reads: number;
  readonly writes: number;
  readonly deletes: number;
}

/** The usage of a project in the form of the HTTP endpoint: totals, and the same per method. */
export interface Usage {
  readonly reads: number;
  readonly writes: number;
  readonly deletes: number;
  readonly by_method: Readonly<Record<string, MethodUsage>>;
}

type Counters = { -readonly [K in keyof MethodUsage]: MethodUsage[K] };

/** Counts the billed operations of one project. */
export class Meter {
  readonly #methods = new Map<string, Counters>();

  call(method: string): void {
    this.#counters(method).calls++;
  }

  charge(method: string, charges: Charges): void {
    const counters = this.#counters(method);
    counters.reads += charges.reads ?? 0;
    counters.writes += charges.writes ?? 0;
    counters.deletes += charges.deletes ?? 0;
  }

  usage(): Usage {
    const totals = { reads: 0, writes: 0, deletes: 0 };
    const byMethod: Record<string, MethodUsage> = {};
    for (const [method, counters] of this.#methods) {
      totals.reads += counters.reads;
      totals.writes += counters.writes;
      totals.deletes += counters.deletes;
      byMethod[method] = { ...counters };
    }
    return { ...totals, by_method: byMethod };
  }

  reset(): void {
    this.#methods.clear();
  }

  #counters(method: string): Counters {
    let counters = this.#methods.get(method);
    if (!counters) {
      counters = { calls: 0, reads: 0, writes: 0, deletes: 0 };
      this.#methods.set(method, counters);
    }
    return counters;
  }
}
