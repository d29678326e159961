import { compareValues, typeRank, valuesEqual } from "../values/compare.ts";
import type { Value } from "../values/value.ts";
import type { FilterOperator, Predicate } from "./query.ts";

const INEQUALITIES: ReadonlySet<FilterOperator> = new Set(["!=", "<", "<=", ">", ">=", "not-in"]);

/** Whether the operator is an inequality: a query with it sorts by the field and skips documents without it. */
export function isInequality(op: FilterOperator): boolean {
  return INEQUALITIES.has(op);
}

/** Whether a field's value, undefined when it is missing, satisfies the predicate. */
export function meets(predicate: Predicate, value: Value | undefined): boolean {
  if (value === undefined) return false;
  const operand = predicate.value;
  switch (predicate.op) {
    case "==":
      return valuesEqual(value, operand);
    case "!=":
      // Null never satisfies an inequality: `!= null` matches any value but null.
      return value.kind !== "null" && !valuesEqual(value, operand);
    case "not-in":
      return value.kind !== "null" && notAmong(value, operand);
    case "array-contains":
      return value.kind === "array" && value.values.some((element) => valuesEqual(element, operand));
    default:
      return typeRank(value) === typeRank(operand) && compares(predicate.op, compareValues(value, operand));
  }
}

function compares(op: "<" | "<=" | ">" | ">=", order: number): boolean {
  switch (op) {
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
  }
}

/** Whether the value equals none of the operands; with a null among them nothing matches. */
function notAmong(value: Value, operand: Value): boolean {
  if (operand.kind !== "array") return false;
  return operand.values.every((excluded) => excluded.kind !== "null" && !valuesEqual(value, excluded));
}
