import type { RulesValue } from "../values.ts";

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
