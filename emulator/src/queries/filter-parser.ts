import type { google } from "@google-cloud/firestore/build/protos/firestore_v1_proto_api.js";
import { formatFieldPath, isNamePath, parseFieldPath } from "../values/field-path.ts";
import type { Value } from "../values/value.ts";
import { valueFromWire } from "../values/wire.ts";
import { invalidArgument } from "../status.ts";
import type { Filter, FilterOperator } from "./query.ts";
import { enumName } from "./wire-enum.ts";

type IFilter = google.firestore.v1.StructuredQuery.IFilter;

const FIELD_OPERATORS = [
  "OPERATOR_UNSPECIFIED",
  "LESS_THAN",
  "LESS_THAN_OR_EQUAL",
  "GREATER_THAN",
  "GREATER_THAN_OR_EQUAL",
  "EQUAL",
  "NOT_EQUAL",
  "ARRAY_CONTAINS",
  "IN",
  "ARRAY_CONTAINS_ANY",
  "NOT_IN",
] as const;

const UNARY_OPERATORS = [
  "OPERATOR_UNSPECIFIED",
  "",
  "IS_NAN",
  "IS_NULL",
  "IS_NOT_NAN",
  "IS_NOT_NULL",
] as const;

const COMPOSITE_OPERATORS = ["OPERATOR_UNSPECIFIED", "AND", "OR"] as const;

const OPERATORS: Readonly<Record<string, FilterOperator>> = {
  LESS_THAN: "<",
  LESS_THAN_OR_EQUAL: "<=",
  GREATER_THAN: ">",
  GREATER_THAN_OR_EQUAL: ">=",
  EQUAL: "==",
  NOT_EQUAL: "!=",
  ARRAY_CONTAINS: "array-contains",
  IN: "in",
  ARRAY_CONTAINS_ANY: "array-contains-any",
  NOT_IN: "not-in",
};

/** The maximum number of values of a filter with a list. */
const MAX_LIST_VALUES: Readonly<Record<string, number>> = { IN: 30, ARRAY_CONTAINS_ANY: 30, NOT_IN: 10 };

const LIST_OPERATORS: ReadonlySet<FilterOperator> = new Set(["in", "not-in", "array-contains-any"]);

const NULL: Value = { kind: "null" };
const NAN: Value = { kind: "double", value: NaN };

/**
 * Parses the filter of a query; an empty `and` is no filter.
 *
 * @throws StatusError INVALID_ARGUMENT
 */
export function parseFilter(wire: IFilter): Filter | undefined {
  if (wire.compositeFilter) return parseComposite(wire.compositeFilter);
  if (wire.fieldFilter) return parseFieldFilter(wire.fieldFilter);
  if (wire.unaryFilter) return parseUnaryFilter(wire.unaryFilter);
  return undefined;
}

function parseComposite(wire: google.firestore.v1.StructuredQuery.ICompositeFilter): Filter | undefined {
  const op = enumName(COMPOSITE_OPERATORS, wire.op);
  if (op !== "AND" && op !== "OR") throw invalidArgument("Composite filter must have an operator.");
  const filters = (wire.filters ?? []).map(parseFilter).filter((filter) => filter !== undefined);
  if (filters.length === 0) {
    if (op === "AND") return undefined;
    throw invalidArgument("Composite filter must have at least one sub-filter.");
  }
  return filters.length === 1 ? filters[0] : { kind: op === "AND" ? "and" : "or", filters };
}

function parseFieldFilter(wire: google.firestore.v1.StructuredQuery.IFieldFilter): Filter {
  const field = parseFieldPath(wire.field?.fieldPath ?? "");
  const name = enumName(FIELD_OPERATORS, wire.op);
  const op = OPERATORS[name];
  if (op === undefined) throw invalidArgument(`Filter on ${formatFieldPath(field)} must have an operator.`);
  if (!wire.value) throw invalidArgument(`Filter on ${formatFieldPath(field)} must have a value.`);
  const value = LIST_OPERATORS.has(op) ? parseList(name, wire.value) : valueFromWire(wire.value);
  if (isNamePath(field)) checkNameOperand(op, value);
  return { kind: "field", field, op, value };
}

/** Parses the values of a filter with a list; unlike the elements of a stored array, they may be arrays. */
function parseList(operator: string, wire: google.firestore.v1.IValue): Value {
  if (!wire.arrayValue) throw invalidArgument(`'${operator}' requires an ArrayValue.`);
  const values = (wire.arrayValue.values ?? []).map(valueFromWire);
  const most = MAX_LIST_VALUES[operator]!;
  if (values.length === 0) throw invalidArgument(`'${operator}' requires an non-empty ArrayValue.`);
  if (values.length > most) throw invalidArgument(`'${operator}' supports up to ${most} comparison values.`);
  return { kind: "array", values };
}

function checkNameOperand(op: FilterOperator, value: Value): void {
  if (op === "array-contains" || op === "array-contains-any")
    throw invalidArgument("the name __key__ is reserved");
  const operands = op === "in" || op === "not-in" ? (value.kind === "array" ? value.values : []) : [value];
  if (operands.some((operand) => operand.kind !== "reference"))
    throw invalidArgument("__key__ filter value must be a Key");
}

function parseUnaryFilter(wire: google.firestore.v1.StructuredQuery.IUnaryFilter): Filter {
  const field = parseFieldPath(wire.field?.fieldPath ?? "");
  if (isNamePath(field)) throw invalidArgument("__key__ filter value must be a Key");
  switch (enumName(UNARY_OPERATORS, wire.op)) {
    case "IS_NULL":
      return { kind: "field", field, op: "==", value: NULL };
    case "IS_NAN":
      return { kind: "field", field, op: "==", value: NAN };
    case "IS_NOT_NULL":
      return { kind: "field", field, op: "!=", value: NULL };
    case "IS_NOT_NAN":
      return { kind: "field", field, op: "!=", value: NAN };
    default:
      throw invalidArgument(`Filter on ${formatFieldPath(field)} must have an operator.`);
  }
}
