import type { StoredDocument } from "../storage/document.ts";
import { getField } from "../values/field-path.ts";
import type { FieldPath } from "../values/field-path.ts";
import type { Value } from "../values/value.ts";
import type { Aggregation } from "./aggregation.ts";

const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);

/** The aggregations over the documents, by alias. */
export function aggregateDocuments(
  aggregations: readonly Aggregation[],
  documents: readonly StoredDocument[],
): ReadonlyMap<string, Value> {
  return new Map(
    aggregations.map((aggregation) => [aggregation.alias, aggregateOne(aggregation, documents)]),
  );
}

function aggregateOne(aggregation: Aggregation, documents: readonly StoredDocument[]): Value {
  if (aggregation.kind === "count") {
    return { kind: "integer", value: BigInt(Math.min(documents.length, aggregation.upTo ?? Infinity)) };
  }
  const total = sumField(documents, aggregation.field);
  if (aggregation.kind === "sum") return total.sum;
  if (total.count === 0) return { kind: "null" };
  return { kind: "double", value: Number((total.sum as { value: bigint | number }).value) / total.count };
}

/** The sum of the numbers among a field's values: an integer as long as all are and it fits, else a double. */
function sumField(documents: readonly StoredDocument[], field: FieldPath): { sum: Value; count: number } {
  let integers = 0n;
  let doubles = 0;
  let count = 0;
  let exact = true;
  for (const document of documents) {
    const value = getField(document.fields, field);
    if (value?.kind === "integer") integers += value.value;
    else if (value?.kind === "double") {
      doubles += value.value;
      exact = false;
    } else continue;
    count++;
  }
  if (exact && integers <= MAX_INT64 && integers >= MIN_INT64) {
    return { sum: { kind: "integer", value: integers }, count };
  }
  return { sum: { kind: "double", value: Number(integers) + doubles }, count };
}
