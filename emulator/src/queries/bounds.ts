import { compareResourcePaths, compareValues, typeRank } from "../values/compare.ts";
import { formatFieldPath } from "../values/field-path.ts";
import type { Value } from "../values/value.ts";
import type { Entry } from "./entry.ts";
import { entryValue } from "./entry.ts";
import { passesEnd, reachesStart } from "./matcher.ts";
import type { Predicate, Query } from "./query.ts";

/** The range of a sorted partition that contains a disjunct's documents; it may contain others too. */
export interface Bounds {
  /** False before the range, true from its first entry on. */
  readonly reached: (entry: Entry) => boolean;
  /** False up to the end of the range, true after it. */
  readonly passed: (entry: Entry) => boolean;
}

type Test = (value: Value) => boolean;

/** The bounds given by the cursors, the inequalities on the field of the first order, and the parent of all paths. */
export function boundsOf(query: Query, disjunct: readonly Predicate[]): Bounds {
  const first = query.orderBy[0]!;
  const lower: Test[] = [];
  const upper: Test[] = [];
  const field = formatFieldPath(first.field);
  for (const predicate of disjunct) {
    if (formatFieldPath(predicate.field) !== field) continue;
    const limits = limitsOf(predicate);
    if (!limits) continue;
    lower.push(limits.atLeast);
    upper.push(limits.atMost);
  }
  const [entering, leaving] = first.descending ? [upper, lower] : [lower, upper];
  const below =
    query.orderBy.length === 1 && !first.descending && query.parent !== "" ? query.parent : undefined;
  return {
    reached(entry) {
      if (below !== undefined && compareResourcePaths(entry.path, below) <= 0) return false;
      if (entering.length > 0) {
        const value = entryValue(query.database, entry, 0);
        if (!entering.every((test) => test(value))) return false;
      }
      return reachesStart(query, entry);
    },
    passed(entry) {
      if (below !== undefined && !entry.path.startsWith(`${below}/`)) return true;
      if (leaving.length > 0) {
        const value = entryValue(query.database, entry, 0);
        if (!leaving.every((test) => test(value))) return true;
      }
      return passesEnd(query, entry);
    },
  };
}

/** The limits of a predicate; a range filter also stays within its operand's type. Undefined for other filters. */
function limitsOf(predicate: Predicate): { atLeast: Test; atMost: Test } | undefined {
  const operand = predicate.value;
  const rank = typeRank(operand);
  const atLeastType: Test = (value) => typeRank(value) >= rank;
  const atMostType: Test = (value) => typeRank(value) <= rank;
  switch (predicate.op) {
    case ">":
      return { atLeast: (value) => compareValues(value, operand) > 0, atMost: atMostType };
    case ">=":
      return { atLeast: (value) => compareValues(value, operand) >= 0, atMost: atMostType };
    case "<":
      return { atLeast: atLeastType, atMost: (value) => compareValues(value, operand) < 0 };
    case "<=":
      return { atLeast: atLeastType, atMost: (value) => compareValues(value, operand) <= 0 };
    case "==":
      return {
        atLeast: (value) => compareValues(value, operand) >= 0,
        atMost: (value) => compareValues(value, operand) <= 0,
      };
    default:
      return undefined;
  }
}
