import type { Order, Predicate } from "../../queries/query.ts";
import { isNamePath } from "../../values/field-path.ts";
import { fromFirestore } from "../values/from-firestore.ts";
import type { ListQuery } from "./list-query.ts";
import { RulesPath } from "../values/values.ts";
import type { RulesValue } from "../values/values.ts";
import { Unknown } from "../values/values.ts";
import type { Constraint } from "../values/values.ts";

/** The values known of every document that satisfies one disjunct of a query's filter. */
export interface QueryCase {
  readonly data: RulesValue;
  /** The document's path from `/databases`, if the filter names it. */
  readonly name: RulesPath | undefined;
}

/** The cases of a query, one per disjunct of its filter; the rules must allow each of them. */
export function queryCases({ disjuncts, orderBy }: ListQuery): QueryCase[] {
  // A filter without disjuncts matches nothing, but the rules are evaluated all the same.
  const disjunctsOrAny = disjuncts.length === 0 ? [[]] : disjuncts;
  return disjunctsOrAny.map((predicates) => buildCase(predicates, orderBy));
}

interface Node {
  known: RulesValue | undefined;
  readonly constraints: Constraint[];
  readonly children: Map<string, Node>;
}

function buildCase(predicates: readonly Predicate[], orders: readonly Order[]): QueryCase {
  const root = newNode();
  let name: RulesPath | undefined;
  // A query returns only documents that have the fields of its orders.
  for (const { field } of orders) if (!isNamePath(field)) nodeAt(root, field);
  for (const { field, op, value } of predicates) {
    const known = fromFirestore(value);
    if (!isNamePath(field)) addPredicate(nodeAt(root, field), op, known);
    else if (op === "==" && known instanceof RulesPath) name = known;
  }
  return { data: nodeValue(root), name };
}

function addPredicate(node: Node, op: Predicate["op"], value: RulesValue): void {
  // The ranges `<= null` and `>= null` match exactly null.
  const isExact = op === "==" || (value === null && (op === "<=" || op === ">="));
  if (isExact) {
    node.known = value;
  } else if (op === "not-in") {
    // `not-in` never matches null, as `!=` does not.
    for (const excluded of value as readonly RulesValue[]) addPredicate(node, "!=", excluded);
  } else {
    node.constraints.push({ operator: op, value });
  }
}

function nodeValue(node: Node): RulesValue {
  if (node.known !== undefined) return node.known;
  return new Unknown(
    node.constraints,
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
  return { known: undefined, constraints: [], children: new Map() };
}
