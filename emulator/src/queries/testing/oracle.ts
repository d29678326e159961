import type { google } from "@google-cloud/firestore/build/protos/firestore_v1_proto_api.js";
import type { StoredDocument } from "../../values/document.ts";
import { compareValues, typeRank } from "../../values/compare.ts";
import type { Value } from "../../values/value.ts";
import { valueFromWire } from "../../values/wire.ts";

export type IStructuredQuery = google.firestore.v1.IStructuredQuery;
type IFilter = google.firestore.v1.StructuredQuery.IFilter;

const DATABASE = "projects/p/databases/(default)";
const INEQUALITIES = ["NOT_EQUAL", "NOT_IN", "IS_NOT_NULL", "IS_NOT_NAN", "LESS_THAN", "GREATER_THAN"];

/**
 * The expected result of a query, computed in the simplest way: evaluate the filter on every document, sort, cut.
 * Shares only the order of values with the engine. Supports simple field names and the collection group "c".
 */
export function oracle(
  parent: string,
  wire: IStructuredQuery,
  documents: readonly StoredDocument[],
): string[] {
  const root = parent.slice(`${DATABASE}/documents`.length).replace(/^\//, "");
  const selector = wire.from![0]!;
  const orders = fullOrder(wire);
  const found = documents
    .filter((document) => inScope(document, root, selector.allDescendants === true))
    .filter((document) => !wire.where || holds(wire.where, document))
    .map((document) => ({ path: document.path, key: orders.map((order) => read(document, order.path)) }))
    .filter((item): item is { path: string; key: Value[] } => item.key.every((value) => value !== undefined));
  const compare = (a: readonly Value[], b: readonly Value[]) => {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const order = compareValues(a[i]!, b[i]!) * orders[i]!.sign;
      if (order !== 0) return order;
    }
    return 0;
  };
  const start = wire.startAt?.values!.map(valueFromWire);
  const end = wire.endAt?.values!.map(valueFromWire);
  return found
    .filter(
      ({ key }) => !start || (wire.startAt!.before ? compare(key, start) >= 0 : compare(key, start) > 0),
    )
    .filter(({ key }) => !end || (wire.endAt!.before ? compare(key, end) < 0 : compare(key, end) <= 0))
    .sort((a, b) => compare(a.key, b.key))
    .slice(wire.offset ?? 0)
    .slice(0, wire.limit?.value ?? undefined)
    .map(({ path }) => path);
}

function inScope(document: StoredDocument, root: string, deep: boolean): boolean {
  const segments = document.path.split("/");
  if (segments.at(-2) !== "c") return false;
  const above = segments.slice(0, -2).join("/");
  return deep ? `${document.path}/`.startsWith(root === "" ? "" : `${root}/`) : above === root;
}

function read(document: StoredDocument, path: string): Value | undefined {
  if (path !== "__name__") return document.fields.get(path);
  return { kind: "reference", value: `${DATABASE}/documents/${document.path}` };
}

function fullOrder(wire: IStructuredQuery): { path: string; sign: number }[] {
  const orders = wire.orderBy!.map((order) => ({
    path: order.field!.fieldPath!,
    sign: order.direction === "DESCENDING" ? -1 : 1,
  }));
  const sign = orders.at(-1)?.sign ?? 1;
  const unequal = wire.where ? inequalityPaths(wire.where).filter((path) => path !== "__name__") : [];
  for (const path of [...new Set(unequal), "__name__"].sort(
    (a, b) => Number(a === "__name__") - Number(b === "__name__") || (a < b ? -1 : 1),
  )) {
    if (!orders.some((order) => order.path === path)) orders.push({ path, sign });
  }
  return orders;
}

function inequalityPaths(filter: IFilter): string[] {
  if (filter.compositeFilter) return filter.compositeFilter.filters!.flatMap(inequalityPaths);
  const { op, field } = (filter.fieldFilter ?? filter.unaryFilter)!;
  return INEQUALITIES.some((name) => String(op).startsWith(name)) ? [field!.fieldPath!] : [];
}

function holds(filter: IFilter, document: StoredDocument): boolean {
  if (filter.compositeFilter) {
    const { op, filters } = filter.compositeFilter;
    return op === "AND"
      ? filters!.every((f) => holds(f, document))
      : filters!.some((f) => holds(f, document));
  }
  if (filter.unaryFilter)
    return holdsUnary(String(filter.unaryFilter.op), read(document, filter.unaryFilter.field!.fieldPath!));
  const { op, field, value } = filter.fieldFilter!;
  const actual = read(document, field!.fieldPath!);
  return actual !== undefined && holdsField(String(op), actual, operandOf(value!));
}

/** The operand of a filter: its list may contain arrays, which a stored array may not. */
function operandOf(wire: google.firestore.v1.IValue): Value {
  if (!wire.arrayValue) return valueFromWire(wire);
  return { kind: "array", values: (wire.arrayValue.values ?? []).map(valueFromWire) };
}

function holdsUnary(op: string, value: Value | undefined): boolean {
  if (value === undefined) return false;
  const isNull = value.kind === "null";
  const isNaN = value.kind === "double" && Number.isNaN(value.value);
  return { IS_NULL: isNull, IS_NAN: isNaN, IS_NOT_NULL: !isNull, IS_NOT_NAN: !isNull && !isNaN }[op]!;
}

function holdsField(op: string, actual: Value, operand: Value): boolean {
  const order = compareValues(actual, operand);
  const sameType = typeRank(actual) === typeRank(operand);
  const listed = operand.kind === "array" ? operand.values : [];
  const elements = actual.kind === "array" ? actual.values : [];
  const equal = (a: Value, b: Value) => compareValues(a, b) === 0;
  const comparable = (v: Value) => v.kind !== "null" && !(v.kind === "double" && Number.isNaN(v.value));
  switch (op) {
    case "EQUAL":
      return order === 0;
    case "NOT_EQUAL":
      return actual.kind !== "null" && order !== 0;
    case "LESS_THAN":
      return sameType && order < 0;
    case "LESS_THAN_OR_EQUAL":
      return sameType && order <= 0;
    case "GREATER_THAN":
      return sameType && order > 0;
    case "GREATER_THAN_OR_EQUAL":
      return sameType && order >= 0;
    case "ARRAY_CONTAINS":
      return comparable(operand) && elements.some((element) => equal(element, operand));
    case "ARRAY_CONTAINS_ANY":
      return listed.some((l) => comparable(l) && elements.some((element) => equal(element, l)));
    case "IN":
      return listed.some((l) => comparable(l) && equal(actual, l));
    case "NOT_IN":
      return actual.kind !== "null" && listed.every((l) => l.kind !== "null" && !equal(actual, l));
    default:
      throw new Error(op);
  }
}
