import { describe, expect, it } from "vitest";
import { Database } from "../storage/database.ts";
import type { Value } from "../values/value.ts";
import { parseAggregation } from "./aggregation.ts";
import { QueryEngine } from "./engine.ts";
import { commit } from "./testing/commits.ts";
import { documentsName } from "./testing/query-arbitraries.ts";

const integer = (value: bigint): Value => ({ kind: "integer", value });
const double = (value: number): Value => ({ kind: "double", value });

/** Sum and average of `a`, and the count, over documents of which each has one of the values. */
function aggregate(
  values: readonly Value[],
  options: { offset?: number; upTo?: number; others?: number } = {},
) {
  const database = new Database("projects/p/databases/d");
  const writes = values.map((value, i) => [`c/${i}`, new Map([["a", value]])] as const);
  const others = Array.from(
    { length: options.others ?? 0 },
    (_, i) => [`c/x${i}`, new Map<string, Value>()] as const,
  );
  commit(database, [...writes, ...others]);
  const field = { fieldPath: "a" };
  const query = parseAggregation(documentsName.replace("(default)", "d"), {
    structuredQuery: { from: [{ collectionId: "c" }], offset: options.offset ?? 0 },
    aggregations: [
      { alias: "count", count: options.upTo ? { upTo: { value: options.upTo } } : {} },
      { alias: "sum", sum: { field } },
      { alias: "avg", avg: { field } },
    ],
  });
  const { values: results, scanned } = new QueryEngine(database).aggregate(database.latest(), query);
  return { ...Object.fromEntries(results), scanned };
}

describe("aggregate", () => {
  it("sums integers as an integer and averages them as a double", () => {
    expect(aggregate([integer(1n), integer(2n)])).toEqual({
      count: integer(2n),
      sum: integer(3n),
      avg: double(1.5),
      scanned: 2,
    });
  });

  it("returns a double if a value is a double or the sum exceeds int64", () => {
    expect(aggregate([integer(1n), double(0.5)])).toMatchObject({ sum: double(1.5), avg: double(0.75) });
    const most = integer(2n ** 63n - 1n);
    expect(aggregate([most, most])).toMatchObject({ sum: double(2 ** 64), avg: double(2 ** 63) });
  });

  it("overflows only if the total does", () => {
    const [most, least] = [double(Number.MAX_VALUE), double(-Number.MAX_VALUE)];
    expect(aggregate([most, most, least, least])).toMatchObject({ sum: double(0) });
    expect(aggregate([most, most])).toMatchObject({ sum: double(Infinity), avg: double(Infinity) });
    expect(aggregate([double(Number.MIN_VALUE)])).toMatchObject({ sum: double(Number.MIN_VALUE) });
  });

  it("returns NaN if a value is NaN", () => {
    expect(aggregate([integer(1n), double(NaN)])).toMatchObject({ sum: double(NaN), avg: double(NaN) });
  });

  it("skips values that are not numbers", () => {
    const text: Value = { kind: "string", value: "7" };
    expect(aggregate([text, integer(4n)])).toMatchObject({
      count: integer(2n),
      sum: integer(4n),
      avg: double(4),
    });
    expect(aggregate([text])).toMatchObject({ sum: integer(0n), avg: { kind: "null" } });
    expect(aggregate([])).toMatchObject({ count: integer(0n), sum: integer(0n), avg: { kind: "null" } });
  });

  it("omits documents without an aggregated field, from the count too", () => {
    expect(aggregate([integer(1n)], { others: 3 })).toMatchObject({ count: integer(1n), scanned: 1 });
  });

  it("counts up to a limit and after an offset", () => {
    const values = [integer(1n), integer(2n), integer(3n)];
    expect(aggregate(values, { upTo: 2 })).toMatchObject({ count: integer(2n) });
    expect(aggregate(values, { offset: 1 })).toMatchObject({
      count: integer(2n),
      sum: integer(5n),
      scanned: 3,
    });
  });
});
