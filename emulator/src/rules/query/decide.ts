import { compareOrdered, sameMember, valuesEqual } from "../values/equality.ts";
import { EvaluationError } from "../values/evaluation-error.ts";
import type { BinaryOperator } from "../language/ast.ts";
import { isOfType, typeName } from "../values/type-name.ts";
import { RulesSet, isList } from "../values/values.ts";
import type { RulesValue } from "../values/values.ts";
import { Unknown } from "../values/values.ts";
import type { Constraint } from "../values/values.ts";

type Verdict = boolean | undefined;

const FLIPPED: Partial<Record<BinaryOperator, BinaryOperator>> = {
  "==": "==",
  "!=": "!=",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

/** A binary operator with an unknown on at least one side: the result if the constraints decide it, else unknown. */
export function decideBinary(operator: BinaryOperator, a: RulesValue, b: RulesValue): RulesValue {
  const flipped = FLIPPED[operator];
  let verdict: Verdict;
  if (operator === "in") verdict = decideMembership(a, b);
  else if (flipped === undefined || (a instanceof Unknown && b instanceof Unknown)) verdict = undefined;
  else if (a instanceof Unknown) verdict = decideComparison(operator, a, b);
  else verdict = decideComparison(flipped, b as Unknown, a);
  return verdict ?? new Unknown();
}

/** `unknown is type`, decided by the constraints: a range filter matches only values of its bound's type. */
export function decideType(value: Unknown, type: string): RulesValue {
  if (value.members.size > 0) return type === "map";
  for (const constraint of value.constraints) {
    if (constraint.operator === "array-contains") return type === "list";
    if (constraint.operator === "!=") continue;
    const name = typeName(constraint.value);
    if (name !== "int" && name !== "float") return isOfType(constraint.value, type);
    if (type !== "int" && type !== "float") return type === "number";
  }
  return new Unknown();
}

function decideMembership(member: RulesValue, collection: RulesValue): Verdict {
  if (collection instanceof Unknown) {
    if (member instanceof Unknown) return undefined;
    if (typeof member === "string" && collection.members.has(member)) return true;
    const contained = (constraint: Constraint) =>
      constraint.operator === "array-contains" && sameMember(constraint.value, member);
    return collection.constraints.some(contained) || undefined;
  }
  const candidates = collection instanceof RulesSet ? collection.values : collection;
  if (!(member instanceof Unknown) || !isList(candidates)) return undefined;
  // An unknown has no equality filter, so only "none of the candidates" can be decided.
  return candidates.every((value) => decideComparison("==", member, value) === false) ? false : undefined;
}

function decideComparison(operator: BinaryOperator, value: Unknown, known: RulesValue): Verdict {
  if (value.members.size > 0 && (known === null || typeName(known) !== "map")) return decideUnequal(operator);
  for (const constraint of value.constraints) {
    const verdict = decideByConstraint(operator, constraint, known);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

function decideByConstraint(operator: BinaryOperator, constraint: Constraint, known: RulesValue): Verdict {
  // Only an equality filter matches null.
  if (known === null) return decideUnequal(operator);
  switch (constraint.operator) {
    case "array-contains":
      return typeName(known) === "list" ? undefined : decideUnequal(operator);
    case "!=":
      return valuesEqual(constraint.value, known) ? decideUnequal(operator) : undefined;
    default:
      return decideByBound(operator, constraint, known);
  }
}

/** The verdict when the two values cannot be equal. */
function decideUnequal(operator: BinaryOperator): Verdict {
  return operator === "==" ? false : operator === "!=" ? true : undefined;
}

function decideByBound(operator: BinaryOperator, constraint: Constraint, known: RulesValue): Verdict {
  const order = orderOf(constraint.value, known);
  if (order === "incomparable") return decideUnequal(operator);
  if (order === undefined) return undefined;
  const lower = constraint.operator.startsWith(">");
  const strict = constraint.operator.length === 1;
  // The position of the bound relative to the known value, positive towards the allowed side.
  const beyond = lower ? order : -order;
  const above = beyond > 0 || (beyond === 0 && strict);
  const atLeast = beyond >= 0;
  const [strictly, weakly, opposite, weaklyOpposite] = lower
    ? [">", ">=", "<", "<="]
    : ["<", "<=", ">", ">="];
  if (operator === strictly) return above || undefined;
  if (operator === weakly) return atLeast || undefined;
  if (operator === opposite) return atLeast ? false : undefined;
  if (operator === weaklyOpposite) return above ? false : undefined;
  return above ? decideUnequal(operator) : undefined;
}

/** The order of two values; undefined if one is NaN. */
function orderOf(a: RulesValue, b: RulesValue): number | "incomparable" | undefined {
  try {
    const order = compareOrdered(a, b, "<");
    return Number.isNaN(order) ? undefined : order;
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return typeName(a) === typeName(b) ? undefined : "incomparable";
  }
}
