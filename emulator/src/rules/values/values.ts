/**
 * A value of the rules language. `int` is bigint, `float` is number, `list` is an array, `bytes` is Uint8Array; the
 * rest are the classes below. `Unknown` appears only while a `list` request is decided without its documents.
 */
export type RulesValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | readonly RulesValue[]
  | RulesMap
  | RulesSet
  | RulesMapDiff
  | RulesTimestamp
  | RulesDuration
  | RulesLatLng
  | RulesPath
  | Unknown;

/** A map, read key by key so that a document's fields are converted only when a rule looks at them. */
export interface MapEntries {
  get(key: string): RulesValue | undefined;
  keys(): Iterable<string>;
}

export class RulesMap {
  constructor(private readonly entries: MapEntries) {}

  static of(record: Readonly<Record<string, RulesValue>>): RulesMap {
    return new RulesMap(new Map(Object.entries(record)));
  }

  get(key: string): RulesValue | undefined {
    return this.entries.get(key);
  }

  has(key: string): boolean {
    return this.entries.get(key) !== undefined;
  }

  /** The keys in the order in which they were written. */
  keys(): string[] {
    return [...this.entries.keys()];
  }
}

/** Distinct values; made by `distinct` in equality.ts, which knows when two are the same. */
export class RulesSet {
  constructor(readonly values: readonly RulesValue[]) {}
}

export class RulesMapDiff {
  constructor(
    readonly after: RulesMap,
    readonly before: RulesMap,
  ) {}
}

/** An instant in nanoseconds since the Unix epoch. */
export class RulesTimestamp {
  constructor(readonly nanos: bigint) {}
}

/** A span in nanoseconds. */
export class RulesDuration {
  constructor(readonly nanos: bigint) {}
}

/** Degrees. */
export class RulesLatLng {
  constructor(
    readonly latitude: number,
    readonly longitude: number,
  ) {}
}

/** A path; a segment written `{name}` waits for `bind`. */
export class RulesPath {
  constructor(readonly segments: readonly (string | { readonly capture: string })[]) {}

  toString(): string {
    return this.segments.map((part) => `/${typeof part === "string" ? part : `{${part.capture}}`}`).join("");
  }
}

/** One thing a query's filters say of a field. Equality is not a fact: the field then has a known value. */
export interface Fact {
  readonly operator: "!=" | "<" | "<=" | ">" | ">=" | "array-contains";
  readonly value: RulesValue;
}

/**
 * A value of which only the query's filters are known: it stands for the same value of every document the query
 * may return. What those filters do not settle stays unknown, and an unknown condition denies.
 */
export class Unknown {
  constructor(
    readonly facts: readonly Fact[] = [],
    /** Members that the query constrains, so that they are known to exist: known values or further unknowns. */
    readonly members: ReadonlyMap<string, RulesValue> = new Map(),
  ) {}

  member(name: string): RulesValue {
    return this.members.get(name) ?? (this.members.has(name) ? null : new Unknown());
  }
}

export function isList(value: RulesValue): value is readonly RulesValue[] {
  return Array.isArray(value);
}
