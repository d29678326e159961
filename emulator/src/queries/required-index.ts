import { compareUtf8 } from "../values/compare.ts";
import { formatFieldPath, isNamePath, parseFieldPath } from "../values/field-path.ts";
import { StatusError } from "../status.ts";
import type {
  CompositeIndex,
  IndexDefinitions,
  IndexField,
  IndexMode,
  QueryScope,
} from "./index-definitions.ts";
import { singleFieldIndexes } from "./index-definitions.ts";
import type { Predicate, Query } from "./query.ts";

/** The index one disjunct needs: its equality fields in any order, its orders, then its aggregated fields in any order. */
interface Need {
  readonly collectionGroup: string;
  readonly scope: QueryScope;
  /** The fields with an equality (ORDER: either direction) or an array membership (CONTAINS), by name. */
  readonly equal: ReadonlyMap<string, "ORDER" | "CONTAINS">;
  readonly orders: readonly IndexField[];
  readonly aggregated: readonly string[];
}

/**
 * Refuses a query that production would refuse for a missing index: neither the single-field indexes nor the defined
 * composite indexes serve it, alone or merged.
 *
 * @throws StatusError FAILED_PRECONDITION with the definition of the missing index
 */
export function requireIndexes(query: Query, definitions: IndexDefinitions): void {
  // A query without a collection only compares names, which need no index.
  if (query.collectionId === undefined) return;
  for (const disjunct of query.disjuncts) {
    const need = needOf(query, query.collectionId, disjunct);
    if (!isServed(need, definitions)) throw missingIndex(need);
  }
}

function needOf(query: Query, collectionGroup: string, disjunct: readonly Predicate[]): Need {
  const equal = new Map<string, "ORDER" | "CONTAINS">();
  for (const predicate of disjunct) {
    if (isNamePath(predicate.field)) continue;
    if (predicate.op === "==") equal.set(formatFieldPath(predicate.field), "ORDER");
    if (predicate.op === "array-contains") equal.set(formatFieldPath(predicate.field), "CONTAINS");
  }
  const byName = disjunct.some((predicate) => isNamePath(predicate.field) && predicate.op === "==");
  const orders = byName ? [] : ordersOf(query).filter((order) => equal.get(order.field) !== "ORDER");
  const aggregated = query.requiredFields
    .map(formatFieldPath)
    .filter((field) => equal.get(field) !== "ORDER" && !orders.some((order) => order.field === field));
  return {
    collectionGroup,
    scope: query.allDescendants ? "COLLECTION_GROUP" : "COLLECTION",
    equal,
    orders,
    aggregated,
  };
}

/** The orders an index must have; a final `__name__` in the direction of the order before it is implied. */
function ordersOf(query: Query): readonly IndexField[] {
  const orders = query.orderBy.map((order): IndexField & { mode: IndexMode } => ({
    field: formatFieldPath(order.field),
    mode: order.descending ? "DESCENDING" : "ASCENDING",
  }));
  const before = orders.at(-2)?.mode ?? "ASCENDING";
  return orders.at(-1)!.mode === before ? orders.slice(0, -1) : orders;
}

function isServed(need: Need, definitions: IndexDefinitions): boolean {
  const singles = singleFieldNeeds(need);
  if (singles) return singles.every((single) => hasSingleField(need, single, definitions));
  return mergedCover(need, definitions);
}

/** The single-field indexes that serve the need when merged; undefined when it needs a composite index. */
function singleFieldNeeds(need: Need): readonly IndexField[] | undefined {
  const sorted = need.orders.length + need.aggregated.length;
  if (sorted > 1 || (sorted === 1 && need.equal.size > 0)) {
    return descendingNamesOnly(need) ? equalityNeeds(need, "DESCENDING") : undefined;
  }
  if (need.orders.length === 1) return [need.orders[0]!];
  if (need.aggregated.length === 1) return [{ field: need.aggregated[0]!, mode: "ASCENDING" }];
  return equalityNeeds(need, "ASCENDING");
}

/** Whether the need is only equalities in descending order of names: descending single-field indexes serve it. */
function descendingNamesOnly(need: Need): boolean {
  const [order] = need.orders;
  const names = need.orders.length === 1 && order!.field === "__name__" && need.aggregated.length === 0;
  return names && [...need.equal.values()].every((mode) => mode === "ORDER");
}

function equalityNeeds(need: Need, mode: IndexMode): readonly IndexField[] {
  return [...need.equal].map(([field, kind]) => ({ field, mode: kind === "CONTAINS" ? "CONTAINS" : mode }));
}

function hasSingleField(need: Need, wanted: IndexField, definitions: IndexDefinitions): boolean {
  const path = parseFieldPath(wanted.field);
  const indexes = singleFieldIndexes(definitions, need.collectionGroup, path);
  return indexes.some((index) => index.scope === need.scope && index.mode === wanted.mode);
}

/** Whether the composite indexes that end with the needed orders contain, together, every equality field. */
function mergedCover(need: Need, definitions: IndexDefinitions): boolean {
  const uncovered = new Set(need.equal.keys());
  let usable = false;
  for (const index of definitions.composites) {
    const prefix = usablePrefix(index, need);
    if (!prefix) continue;
    usable = true;
    for (const field of prefix) uncovered.delete(field);
  }
  return usable && uncovered.size === 0;
}

/** The equality fields at the beginning of an index whose other fields are the needed orders; otherwise undefined. */
function usablePrefix(index: CompositeIndex, need: Need): readonly string[] | undefined {
  if (index.collectionGroup !== need.collectionGroup || index.scope !== need.scope) return undefined;
  const sorted = need.orders.length + need.aggregated.length;
  const split = index.fields.length - sorted;
  if (split < 0) return undefined;
  const prefix = index.fields.slice(0, split);
  const orders = index.fields.slice(split, split + need.orders.length);
  const rest = new Set(index.fields.slice(split + need.orders.length).map((field) => field.field));
  const fits =
    prefix.every(
      (field) => need.equal.get(field.field) === (field.mode === "CONTAINS" ? "CONTAINS" : "ORDER"),
    ) &&
    orders.every(
      (field, i) => field.field === need.orders[i]!.field && field.mode === need.orders[i]!.mode,
    ) &&
    need.aggregated.every((field) => rest.has(field));
  return fits ? prefix.map((field) => field.field) : undefined;
}

function missingIndex(need: Need): StatusError {
  const fields = [
    ...[...need.equal]
      .sort(([a], [b]) => compareUtf8(a, b))
      .map(([field, kind]) => wireField(field, kind === "CONTAINS" ? "CONTAINS" : "ASCENDING")),
    ...need.orders.map((order) => wireField(order.field, order.mode)),
    ...need.aggregated.map((field) => wireField(field, "ASCENDING")),
  ];
  return new StatusError("FAILED_PRECONDITION", `The query requires an index. ${howToDefine(need, fields)}`);
}

type WireField = { fieldPath: string; order?: IndexMode; arrayConfig?: IndexMode };

function wireField(fieldPath: string, mode: IndexMode): WireField {
  return mode === "CONTAINS" ? { fieldPath, arrayConfig: mode } : { fieldPath, order: mode };
}

/** The definition to add: an override for single-field indexes, or a composite index. */
function howToDefine(need: Need, fields: readonly WireField[]): string {
  const composite = singleFieldNeeds(need) === undefined;
  if (composite) {
    const index = { collectionGroup: need.collectionGroup, queryScope: need.scope, fields };
    return `Add it to "indexes" in firestore.indexes.json:\n${JSON.stringify(index, null, 2)}`;
  }
  const overrides = fields.map(({ fieldPath, ...mode }) => ({
    collectionGroup: need.collectionGroup,
    fieldPath,
    indexes: [{ queryScope: need.scope, ...mode }],
  }));
  const json = overrides.map((override) => JSON.stringify(override, null, 2)).join(",\n");
  return `Add it to "fieldOverrides" in firestore.indexes.json (and keep the field's other indexes there):\n${json}`;
}
