import { fromFirestore } from "../from-firestore.ts";
import type { ListQuery, QueryFilter } from "../request.ts";
import { RulesPath } from "../values.ts";
import type { RulesValue } from "../values.ts";
import { Unknown } from "./unknown.ts";
import type { Fact } from "./unknown.ts";

type FieldFilter = Extract<QueryFilter, { kind: "field" }>;

/** One alternative of a query's filter: what is known of every document that satisfies it. */
export interface QueryCase {
  readonly data: RulesValue;
  /** The document's path from `/databases`, where the filter names it. */
  readonly name: RulesPath | undefined;
}

/** Firestore allows 30 disjunctions; past this the alternatives are not told apart. */
const MAX_CASES = 100;

/** Splits a query into alternatives; a rule must allow each of them. */
export function queryCases(query: ListQuery): QueryCase[] {
  const alternatives = query.filter ? disjuncts(query.filter) : [[]];
  const ordered = (query.orderBy ?? []).map((order) => order.path);
  return alternatives.map((filters) => buildCase(filters, ordered));
}

/** The filter in disjunctive normal form, `in` and `array-contains-any` taken apart as well. */
function disjuncts(filter: QueryFilter): FieldFilter[][] {
  if (filter.kind === "or") return capped(filter.filters.flatMap(disjuncts));
  if (filter.kind === "field") return alternativesOf(filter);
  let cases: FieldFilter[][] = [[]];
  for (const part of filter.filters) {
    const parts = disjuncts(part);
    cases = capped(cases.flatMap((left) => parts.map((right) => [...left, ...right])));
  }
  return cases;
}

function alternativesOf(filter: FieldFilter): FieldFilter[][] {
  const single =
    filter.operator === "in" ? "==" : filter.operator === "array-contains-any" ? "array-contains" : undefined;
  if (single === undefined || filter.value.kind !== "array" || filter.value.values.length === 0)
    return [[filter]];
  return filter.value.values.map((value) => [{ ...filter, operator: single, value }]);
}

function capped(cases: FieldFilter[][]): FieldFilter[][] {
  return cases.length > MAX_CASES ? [[]] : cases;
}

interface Node {
  known: RulesValue | undefined;
  readonly facts: Fact[];
  readonly children: Map<string, Node>;
}

function buildCase(filters: readonly FieldFilter[], ordered: readonly (readonly string[])[]): QueryCase {
  const root = newNode();
  let name: RulesPath | undefined;
  for (const path of ordered) if (!isName(path)) nodeAt(root, path);
  for (const filter of filters) {
    const value = fromFirestore(filter.value);
    if (!isName(filter.path)) addFilter(nodeAt(root, filter.path), filter, value);
    else if (filter.operator === "==" && value instanceof RulesPath) name = value;
  }
  return { data: nodeValue(root), name };
}

function addFilter(node: Node, filter: FieldFilter, value: RulesValue): void {
  switch (filter.operator) {
    case "==":
      node.known = value;
      return;
    case "not-in":
      // `not-in` never matches null, as `!=` does not.
      for (const excluded of value as readonly RulesValue[])
        node.facts.push({ operator: "!=", value: excluded });
      return;
    case "in":
    case "array-contains-any":
      return;
    default:
      node.facts.push({ operator: filter.operator, value });
  }
}

function nodeValue(node: Node): RulesValue {
  if (node.known !== undefined) return node.known;
  return new Unknown(
    node.facts,
    new Map([...node.children].map(([name, child]) => [name, nodeValue(child)])),
  );
}

function nodeAt(root: Node, path: readonly string[]): Node {
  let node = root;
  for (const name of path) {
    let child = node.children.get(name);
    if (!child) node.children.set(name, (child = newNode()));
    node = child;
  }
  return node;
}

function newNode(): Node {
  return { known: undefined, facts: [], children: new Map() };
}

function isName(path: readonly string[]): boolean {
  return path.length === 1 && path[0] === "__name__";
}
