import type { StoredDocument } from "../values/document.ts";
import { getField } from "../values/field-path.ts";
import type { FieldPath } from "../values/field-path.ts";
import type { Value } from "../values/value.ts";
import type { Aggregation } from "./aggregation.ts";

const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);
const SCALE = 2 ** 64;

/** The results of the aggregations over the documents, by alias. */
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

/** The sum of the numeric values of a field: an integer if all are integers and the sum fits, otherwise a double. */
function sumField(documents: readonly StoredDocument[], field: FieldPath): { sum: Value; count: number } {
  let integers = 0n;
  let count = 0;
  const doubles: number[] = [];
  for (const document of documents) {
    const value = getField(document.fields, field);
    if (value?.kind === "integer") integers += value.value;
    else if (value?.kind === "double") doubles.push(value.value);
    else continue;
    count++;
  }
  if (doubles.length === 0 && integers <= MAX_INT64 && integers >= MIN_INT64) {
    return { sum: { kind: "integer", value: integers }, count };
  }
  return { sum: { kind: "double", value: sumDoubles([Number(integers), ...doubles]) }, count };
}

/** The sum of the numbers; it overflows only if the total does, not an intermediate sum. */
function sumDoubles(numbers: readonly number[]): number {
  const plain = numbers.reduce((sum, number) => sum + number, 0);
  if (Number.isFinite(plain) || !numbers.every(Number.isFinite)) return plain;
  // Scaling by a power of two is exact, except for numbers too small to affect a sum of this size.
  return numbers.reduce((sum, number) => sum + number / SCALE, 0) * SCALE;
}
