import { compareOrdered, sameMember, valuesEqual } from "../values/equality.ts";
import { EvaluationError } from "../values/evaluation-error.ts";
import type { BinaryOperator } from "../language/ast.ts";
import { isOfType, typeName } from "../values/type-name.ts";
import { RulesSet, isList } from "../values/values.ts";
import type { RulesValue } from "../values/values.ts";
import { Unknown } from "../values/values.ts";
import type { Fact } from "../values/values.ts";

type Verdict = boolean | undefined;

const FLIPPED: Partial<Record<BinaryOperator, BinaryOperator>> = {
  "==": "==",
  "!=": "!=",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

/** A binary operator with an unknown on at least one side: what the facts settle, else unknown. */
export function decideBinary(operator: BinaryOperator, a: RulesValue, b: RulesValue): RulesValue {
  const flipped = FLIPPED[operator];
  let verdict: Verdict;
  if (operator === "in") verdict = decideMembership(a, b);
  else if (flipped === undefined || (a instanceof Unknown && b instanceof Unknown)) verdict = undefined;
  else if (a instanceof Unknown) verdict = decideComparison(operator, a, b);
  else verdict = decideComparison(flipped, b as Unknown, a);
  return verdict ?? new Unknown();
}

/** `unknown is type`: a range filter matches only values of its bound's type. */
export function decideType(value: Unknown, type: string): RulesValue {
  if (value.members.size > 0) return type === "map";
  for (const fact of value.facts) {
    if (fact.operator === "array-contains") return type === "list";
    if (fact.operator === "!=") continue;
    const name = typeName(fact.value);
    if (name !== "int" && name !== "float") return isOfType(fact.value, type);
    if (type !== "int" && type !== "float") return type === "number";
  }
  return new Unknown();
}

function decideMembership(member: RulesValue, collection: RulesValue): Verdict {
  if (collection instanceof Unknown) {
    if (member instanceof Unknown) return undefined;
    if (typeof member === "string" && collection.members.has(member)) return true;
    const contained = (fact: Fact) => fact.operator === "array-contains" && sameMember(fact.value, member);
    return collection.facts.some(contained) || undefined;
  }
  const candidates = collection instanceof RulesSet ? collection.values : collection;
  if (!(member instanceof Unknown) || !isList(candidates)) return undefined;
  // Equality filters are known values, so what remains to be decided is only that no candidate can be it.
  return candidates.every((value) => decideComparison("==", member, value) === false) ? false : undefined;
}

function decideComparison(operator: BinaryOperator, value: Unknown, known: RulesValue): Verdict {
  if (value.members.size > 0 && (known === null || typeName(known) !== "map")) return decideUnequal(operator);
  for (const fact of value.facts) {
    const verdict = decideByFact(operator, fact, known);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

function decideByFact(operator: BinaryOperator, fact: Fact, known: RulesValue): Verdict {
  // No filter but equality matches a null.
  if (known === null) return decideUnequal(operator);
  switch (fact.operator) {
    case "array-contains":
      return typeName(known) === "list" ? undefined : decideUnequal(operator);
    case "!=":
      return valuesEqual(fact.value, known) ? decideUnequal(operator) : undefined;
    default:
      return decideByBound(operator, fact, known);
  }
}

/** The verdict when the value is certainly not the known one. */
function decideUnequal(operator: BinaryOperator): Verdict {
  return operator === "==" ? false : operator === "!=" ? true : undefined;
}

function decideByBound(operator: BinaryOperator, fact: Fact, known: RulesValue): Verdict {
  const order = orderOf(fact.value, known);
  if (order === "incomparable") return decideUnequal(operator);
  if (order === undefined) return undefined;
  const lower = fact.operator.startsWith(">");
  const strict = fact.operator.length === 1;
  // How far the bound lies beyond the known value, towards the allowed side.
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

/** The order of two values; undefined where NaN leaves it open. */
function orderOf(a: RulesValue, b: RulesValue): number | "incomparable" | undefined {
  try {
    const order = compareOrdered(a, b, "<");
    return Number.isNaN(order) ? undefined : order;
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return typeName(a) === typeName(b) ? undefined : "incomparable";
  }
}
