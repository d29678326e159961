import { compareUtf8 } from "../values/compare.ts";
import { formatFieldPath, isNamePath } from "../values/field-path.ts";
import type { FieldPath } from "../values/field-path.ts";
import type { Value } from "../values/value.ts";
import { invalidArgument } from "../status.ts";
import { isInequality } from "./predicate.ts";
import type { FieldFilter, Filter, Predicate } from "./query.ts";

const MAX_DISJUNCTIONS = 30;
const MAX_INEQUALITY_FIELDS = 10;

/** Replaces null and NaN in an `in` filter: no document satisfies it. */
const NEVER: Predicate = { field: ["__name__"], op: "==", value: { kind: "null" } };

/**
 * Converts a filter to disjunctive normal form and checks it against Firestore's limits. No filter becomes one empty
 * disjunct; a filter that nothing can match, such as `in [null]`, becomes no disjunct.
 *
 * @throws StatusError INVALID_ARGUMENT
 */
export function disjunctsOf(filter: Filter | undefined): readonly (readonly Predicate[])[] {
  if (!filter) return [[]];
  const leaves = leavesOf(filter);
  checkNegations(filter, leaves);
  const count = countDisjuncts(filter);
  if (count > MAX_DISJUNCTIONS) {
    throw invalidArgument(
      `Too many disjunctions after normalization. Result had ${count} disjunctions which is more than the maximum ` +
        `of ${MAX_DISJUNCTIONS}`,
    );
  }
  const disjuncts = expand(filter);
  for (const disjunct of disjuncts) checkArrayMembership(disjunct);
  checkInequalities(leaves);
  return disjuncts.filter((disjunct) => !disjunct.some(isUnsatisfiable));
}

/** The distinct fields of inequality filters, in the order in which they extend an explicit order by. */
export function inequalityFields(filter: Filter | undefined): readonly FieldPath[] {
  if (!filter) return [];
  const fields = new Map<string, FieldPath>();
  for (const leaf of leavesOf(filter))
    if (isInequality(leaf.op)) fields.set(formatFieldPath(leaf.field), leaf.field);
  return [...fields.values()].sort(compareFieldPaths);
}

function compareFieldPaths(a: FieldPath, b: FieldPath): number {
  for (const [i, name] of a.entries()) {
    if (i >= b.length) return 1;
    const order = compareUtf8(name, b[i]!);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function leavesOf(filter: Filter): readonly FieldFilter[] {
  return filter.kind === "field" ? [filter] : filter.filters.flatMap(leavesOf);
}

function containsOr(filter: Filter): boolean {
  return filter.kind !== "field" && (filter.kind === "or" || filter.filters.some(containsOr));
}

function checkNegations(filter: Filter, leaves: readonly FieldFilter[]): void {
  if (leaves.filter((leaf) => leaf.op === "!=" || leaf.op === "not-in").length > 1) {
    throw invalidArgument(
      "Only a single 'NOT_EQUAL', 'NOT_IN', 'IS_NOT_NAN', or 'IS_NOT_NULL' filter allowed per query.",
    );
  }
  const expands =
    leaves.some((leaf) => leaf.op === "in" || leaf.op === "array-contains-any") || containsOr(filter);
  if (expands && leaves.some((leaf) => leaf.op === "not-in")) {
    throw invalidArgument(
      "'NOT_IN' cannot be used in the same query with 'IN', 'ARRAY_CONTAINS_ANY' or 'OR'.",
    );
  }
}

function checkInequalities(leaves: readonly FieldFilter[]): void {
  const names = new Set<string>();
  for (const leaf of leaves) if (isInequality(leaf.op)) names.add(formatFieldPath(leaf.field));
  if (names.size > MAX_INEQUALITY_FIELDS) {
    throw invalidArgument(
      `The query contains ${names.size} distinct inequality fields: [${[...names].join(", ")}]. A query may not have ` +
        `more than ${MAX_INEQUALITY_FIELDS} distinct inequality fields.`,
    );
  }
  const byKey = leaves.some((leaf) => isNamePath(leaf.field) && (leaf.op === "==" || leaf.op === "in"));
  if (byKey && names.size > 0 && !names.has("__name__")) {
    throw invalidArgument(
      "Equality on key is not allowed if there are other inequality fields and key does not appear in inequalities.",
    );
  }
}

function checkArrayMembership(disjunct: readonly Predicate[]): void {
  if (disjunct.filter((predicate) => predicate.op === "array-contains").length > 1) {
    throw invalidArgument("A maximum of 1 'ARRAY_CONTAINS' filter is allowed per disjunction.");
  }
}

function countDisjuncts(filter: Filter): number {
  if (filter.kind === "field") return operandsOf(filter).length;
  const counts = filter.filters.map(countDisjuncts);
  return counts.reduce((total, count) => (filter.kind === "or" ? total + count : total * count));
}

function expand(filter: Filter): readonly (readonly Predicate[])[] {
  if (filter.kind === "or") return filter.filters.flatMap(expand);
  if (filter.kind !== "field") {
    return filter.filters
      .map(expand)
      .reduce((left, right) => left.flatMap((a) => right.map((b) => [...a, ...b])));
  }
  const op = filter.op === "in" ? "==" : filter.op === "array-contains-any" ? "array-contains" : filter.op;
  return operandsOf(filter).map((value) => [
    filter.op === "in" && isNullOrNaN(value) ? NEVER : { field: filter.field, op, value },
  ]);
}

/** The values of a filter that each become a disjunct. */
function operandsOf(filter: FieldFilter): readonly Value[] {
  const expands = filter.op === "in" || filter.op === "array-contains-any";
  return expands && filter.value.kind === "array" ? filter.value.values : [filter.value];
}

/** Whether no document satisfies a predicate: null and NaN in a list or array equal nothing. */
function isUnsatisfiable(predicate: Predicate): boolean {
  return predicate === NEVER || (predicate.op === "array-contains" && isNullOrNaN(predicate.value));
}

function isNullOrNaN(value: Value): boolean {
  return value.kind === "null" || (value.kind === "double" && Number.isNaN(value.value));
}
