import type { google } from "@google-cloud/firestore/build/protos/firestore_v1_proto_api.js";
import { formatFieldPath, isNamePath, parseFieldPath } from "../values/field-path.ts";
import type { FieldPath } from "../values/field-path.ts";
import type { Value } from "../values/value.ts";
import { bigintFromWire } from "../values/wire.ts";
import { invalidArgument } from "../status.ts";
import { parseQuery } from "./parse.ts";
import type { Query } from "./query.ts";

export interface AggregationQuery {
  readonly query: Query;
  readonly aggregations: readonly Aggregation[];
}

export type Aggregation =
  | { readonly kind: "count"; readonly alias: string; readonly upTo: number | undefined }
  | { readonly kind: "sum" | "avg"; readonly alias: string; readonly field: FieldPath };

export interface AggregationResult {
  /** The results by alias. */
  readonly values: ReadonlyMap<string, Value>;
  /** The number of scanned documents, for billing. */
  readonly scanned: number;
}

const MAX_AGGREGATIONS = 5;

/**
 * Parses and validates an aggregation query.
 *
 * @param parent as for `parseQuery`
 * @throws StatusError INVALID_ARGUMENT
 */
export function parseAggregation(
  parent: string,
  wire: google.firestore.v1.IStructuredAggregationQuery,
): AggregationQuery {
  const list = wire.aggregations ?? [];
  if (list.length === 0) throw invalidArgument("aggregations can't be empty");
  if (list.length > MAX_AGGREGATIONS) {
    throw invalidArgument(
      `The maximum number of aggregations allowed in an aggregation query is ${MAX_AGGREGATIONS}. ` +
        `Received: ${list.length}`,
    );
  }
  const aliases = assignAliases(list.map((aggregation) => aggregation.alias ?? ""));
  const aggregations = list.map((aggregation, i) => parseOne(aggregation, aliases[i]!));
  const fields = new Map<string, FieldPath>();
  for (const aggregation of aggregations) {
    if (aggregation.kind !== "count") fields.set(formatFieldPath(aggregation.field), aggregation.field);
  }
  const query = parseQuery(parent, wire.structuredQuery ?? {});
  return { query: { ...query, requiredFields: [...fields.values()] }, aggregations };
}

function parseOne(
  wire: google.firestore.v1.StructuredAggregationQuery.IAggregation,
  alias: string,
): Aggregation {
  if (wire.count) return { kind: "count", alias, upTo: parseUpTo(wire.count) };
  if (wire.sum) return { kind: "sum", alias, field: parseField(wire.sum.field) };
  if (wire.avg) return { kind: "avg", alias, field: parseField(wire.avg.field) };
  throw invalidArgument("Aggregation operator must be set.");
}

function parseUpTo(
  count: google.firestore.v1.StructuredAggregationQuery.Aggregation.ICount,
): number | undefined {
  if (!count.upTo) return undefined;
  const upTo = Number(bigintFromWire(count.upTo.value ?? 0));
  if (upTo <= 0) throw invalidArgument("up_to must be greater than zero");
  return upTo;
}

function parseField(wire: google.firestore.v1.StructuredQuery.IFieldReference | null | undefined): FieldPath {
  const field = parseFieldPath(wire?.fieldPath ?? "");
  if (isNamePath(field)) throw invalidArgument("Aggregations are not supported for the field: __key__");
  return field;
}

/** Gives aggregations without an alias the aliases `field_1`, `field_2`, … */
function assignAliases(given: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  let number = 0;
  for (const alias of given) {
    if (alias === "") continue;
    if (taken.has(alias)) throw invalidArgument(`Aggregation aliases contain duplicate alias: ${alias}`);
    taken.add(alias);
  }
  return given.map((alias) => {
    let assigned = alias;
    while (assigned === "") {
      const next = `field_${++number}`;
      if (!taken.has(next)) assigned = next;
    }
    return assigned;
  });
}
