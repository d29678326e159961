import { compareValues } from "../values/compare.ts";
import type { Value } from "../values/value.ts";

/** A validated server-side change of one field. */
export type Transform =
  | { readonly kind: "serverTime" }
  | { readonly kind: "increment" | "maximum" | "minimum"; readonly operand: NumberValue }
  | { readonly kind: "union" | "remove"; readonly elements: readonly Value[] };

export type NumberValue = Extract<Value, { kind: "integer" | "double" }>;

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);
const NULL: Value = { kind: "null" };

/** The field's new value, and the value for the write result (null for array transforms, as in Firestore). */
export function applyTransform(
  transform: Transform,
  current: Value | undefined,
  requestTime: Value,
): { readonly value: Value; readonly result: Value } {
  switch (transform.kind) {
    case "serverTime":
      return { value: requestTime, result: requestTime };
    case "union":
    case "remove": {
      const present = current?.kind === "array" ? current.values : [];
      const values =
        transform.kind === "union"
          ? appendMissing(present, transform.elements)
          : present.filter((value) => !contains(transform.elements, value));
      return { value: { kind: "array", values }, result: NULL };
    }
    default: {
      const value = combineNumbers(
        transform.kind,
        isNumber(current) ? current : undefined,
        transform.operand,
      );
      return { value, result: value };
    }
  }
}

function isNumber(value: Value | undefined): value is NumberValue {
  return value?.kind === "integer" || value?.kind === "double";
}

function combineNumbers(
  kind: "increment" | "maximum" | "minimum",
  current: NumberValue | undefined,
  operand: NumberValue,
): Value {
  if (current === undefined) return operand;
  if (kind === "increment") return add(current, operand);
  if (isNaN64(current)) return current;
  if (isNaN64(operand)) return operand;
  const order = compareValues(operand, current);
  // Equal numbers keep their type, but of two doubles the operand is stored: -0 and 0 compare as equal.
  if (order === 0) return current.kind === "double" && operand.kind === "double" ? operand : current;
  return (kind === "maximum") === order > 0 ? operand : current;
}

function isNaN64(value: NumberValue): boolean {
  return value.kind === "double" && Number.isNaN(value.value);
}

function add(a: NumberValue, b: NumberValue): Value {
  if (a.kind === "integer" && b.kind === "integer") {
    const sum = a.value + b.value;
    return { kind: "integer", value: sum > INT64_MAX ? INT64_MAX : sum < INT64_MIN ? INT64_MIN : sum };
  }
  return { kind: "double", value: Number(a.value) + Number(b.value) };
}

function appendMissing(present: readonly Value[], elements: readonly Value[]): Value[] {
  const values = [...present];
  for (const element of elements) if (!contains(values, element)) values.push(element);
  return values;
}

function contains(values: readonly Value[], wanted: Value): boolean {
  return values.some((value) => compareValues(value, wanted) === 0);
}
