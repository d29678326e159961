/**
 * A value of the rules language. `int` is bigint, `float` is number, `list` is an array, `bytes` is Uint8Array; the
 * others are the classes below. `Unknown` occurs only while a `list` request is decided from its query.
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

  /** The keys in insertion order. */
  keys(): string[] {
    return [...this.entries.keys()];
  }
}

/** Distinct values; created by `distinct` in equality.ts. */
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

/** A path; `bind` replaces its segments of the form `{name}`. */
export class RulesPath {
  constructor(readonly segments: readonly (string | { readonly capture: string })[]) {}

  toString(): string {
    return this.segments.map((part) => `/${typeof part === "string" ? part : `{${part.capture}}`}`).join("");
  }
}

/** A constraint of a query's filter on a field. Equality is not among them: it makes the value known. */
export interface Constraint {
  readonly operator: "!=" | "<" | "<=" | ">" | ">=" | "array-contains";
  readonly value: RulesValue;
}

/**
 * A value known only by the constraints of a query: it represents the value in every document the query may return. An
 * expression that the constraints do not decide is unknown, and an unknown condition denies.
 */
export class Unknown {
  constructor(
    readonly constraints: readonly Constraint[] = [],
    /** The members that the query constrains, and that therefore exist: known values or further unknowns. */
    readonly members: ReadonlyMap<string, RulesValue> = new Map(),
  ) {}

  member(name: string): RulesValue {
    return this.members.get(name) ?? (this.members.has(name) ? null : new Unknown());
  }
}

export function isList(value: RulesValue): value is readonly RulesValue[] {
  return Array.isArray(value);
}
