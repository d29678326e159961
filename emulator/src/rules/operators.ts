import { int64 } from "./values/conversions.ts";
import { compareOrdered, includes, isNumeric, valuesEqual } from "./values/equality.ts";
import { EvaluationError, functionNotFound, nullValue, unsupported } from "./values/evaluation-error.ts";
import type { BinaryOperator } from "./language/ast.ts";
import { typeName } from "./values/type-name.ts";
import { RulesDuration, RulesMap, RulesSet, RulesTimestamp, isList } from "./values/values.ts";
import type { RulesValue } from "./values/values.ts";

type Arithmetic = "+" | "-" | "*" | "/" | "%";

/** Applies a binary operator to known values. Throws `EvaluationError` for unsupported types. */
export function applyBinary(operator: BinaryOperator, a: RulesValue, b: RulesValue): RulesValue {
  switch (operator) {
    case "==":
      return valuesEqual(a, b);
    case "!=":
      return !valuesEqual(a, b);
    case "<":
      return compareOrdered(a, b, operator) < 0;
    case "<=":
      return compareOrdered(a, b, operator) <= 0;
    case ">":
      return compareOrdered(a, b, operator) > 0;
    case ">=":
      return compareOrdered(a, b, operator) >= 0;
    case "in":
      return isMember(a, b);
    default:
      return arithmetic(operator, a, b);
  }
}

export function applyUnary(operator: "!" | "-", value: RulesValue): RulesValue {
  if (operator === "!") {
    if (typeof value !== "boolean") throw unsupported(`!${typeName(value)}`, "!bool");
    return !value;
  }
  if (typeof value === "bigint") return int64(-value);
  if (typeof value === "number") return -value;
  throw unsupported(`-${typeName(value)}`, "-int, -float");
}

function isMember(member: RulesValue, collection: RulesValue): boolean {
  if (collection === null) throw nullValue();
  if (isList(collection)) return includes(collection, member);
  if (collection instanceof RulesSet) return includes(collection.values, member);
  if (!(collection instanceof RulesMap)) throw functionNotFound("in");
  if (typeof member !== "string") throw unsupported(`map.in(${typeName(member)})`, "map.in(string)");
  return collection.has(member);
}

function arithmetic(operator: Arithmetic, a: RulesValue, b: RulesValue): RulesValue {
  if (typeof a === "bigint" && typeof b === "bigint") return int64(integers(operator, a, b));
  if (isNumeric(a) && isNumeric(b)) return floats(operator, Number(a), Number(b));
  if (operator === "+" && typeof a === "string" && typeof b === "string") return a + b;
  const time = operator === "+" || operator === "-" ? times(operator, a, b) : undefined;
  if (time) return time;
  throw unsupported(`${typeName(a)} ${operator} ${typeName(b)}`);
}

function integers(operator: Arithmetic, a: bigint, b: bigint): bigint {
  if ((operator === "/" || operator === "%") && b === 0n) throw new EvaluationError("Divide by zero error.");
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return a % b;
  }
}

function floats(operator: Arithmetic, a: number, b: number): number {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return a % b;
  }
}

/** Timestamps and durations: timestamp ± duration, duration + timestamp, timestamp − timestamp, duration ± duration. */
function times(operator: "+" | "-", a: RulesValue, b: RulesValue): RulesValue | undefined {
  if (!isTime(a) || !isTime(b)) return undefined;
  const nanos = operator === "+" ? a.nanos + b.nanos : a.nanos - b.nanos;
  const instants = Number(a instanceof RulesTimestamp) + Number(b instanceof RulesTimestamp);
  if (instants === 0) return new RulesDuration(nanos);
  if (instants === 2) return operator === "-" ? new RulesDuration(nanos) : undefined;
  if (operator === "-" && b instanceof RulesTimestamp) return undefined;
  return new RulesTimestamp(nanos);
}

function isTime(value: RulesValue): value is RulesTimestamp | RulesDuration {
  return value instanceof RulesTimestamp || value instanceof RulesDuration;
}
