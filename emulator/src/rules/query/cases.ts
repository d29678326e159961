import type { Order, Predicate } from "../../queries/query.ts";
import { isNamePath } from "../../values/field-path.ts";
import { fromFirestore } from "../values/from-firestore.ts";
import type { ListQuery } from "./list-query.ts";
import { RulesPath } from "../values/values.ts";
import type { RulesValue } from "../values/values.ts";
import { Unknown } from "../values/values.ts";
import type { Fact } from "../values/values.ts";

/** One alternative of a query's filter: what is known of every document that satisfies it. */
export interface QueryCase {
  readonly data: RulesValue;
  /** The document's path from `/databases`, where the filter names it. */
  readonly name: RulesPath | undefined;
}

/** Splits a query into alternatives, the disjuncts of its filter; a rule must allow each of them. */
export function queryCases({ disjuncts, orderBy }: ListQuery): QueryCase[] {
  // A filter that nothing can meet leaves no alternative, and yet the rules are asked.
  const alternatives = disjuncts.length === 0 ? [[]] : disjuncts;
  return alternatives.map((predicates) => buildCase(predicates, orderBy));
}

interface Node {
  known: RulesValue | undefined;
  readonly facts: Fact[];
  readonly children: Map<string, Node>;
}

function buildCase(predicates: readonly Predicate[], orders: readonly Order[]): QueryCase {
  const root = newNode();
  let name: RulesPath | undefined;
  // Only documents that have a field are returned in its order.
  for (const { field } of orders) if (!isNamePath(field)) nodeAt(root, field);
  for (const { field, op, value } of predicates) {
    const known = fromFirestore(value);
    if (!isNamePath(field)) addPredicate(nodeAt(root, field), op, known);
    else if (op === "==" && known instanceof RulesPath) name = known;
  }
  return { data: nodeValue(root), name };
}

function addPredicate(node: Node, op: Predicate["op"], value: RulesValue): void {
  // Among the ranges `<= null` and `>= null` match null, and nothing else.
  const isExact = op === "==" || (value === null && (op === "<=" || op === ">="));
  if (isExact) {
    node.known = value;
  } else if (op === "not-in") {
    // `not-in` never matches null, as `!=` does not.
    for (const excluded of value as readonly RulesValue[]) addPredicate(node, "!=", excluded);
  } else {
    node.facts.push({ operator: op, value });
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
