import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryValue } from "./value-arbitraries.ts";
import { canonicalKey } from "./canonical.ts";
import { compareResourcePaths, compareUtf8, compareValues, valuesEqual, valuesIdentical } from "./compare.ts";
import type { Value } from "./value.ts";

const integer = (value: bigint): Value => ({ kind: "integer", value });
const double = (value: number): Value => ({ kind: "double", value });
const text = (value: string): Value => ({ kind: "string", value });
const array = (...values: Value[]): Value => ({ kind: "array", values });
const map = (entries: Record<string, Value>): Value => ({
  kind: "map",
  fields: new Map(Object.entries(entries)),
});
const vector = (...values: Value[]): Value => map({ __type__: text("__vector__"), value: array(...values) });

describe("compareValues", () => {
  it("is a total order: antisymmetric, transitive and reflexive", () => {
    fc.assert(
      fc.property(arbitraryValue, arbitraryValue, arbitraryValue, (a, b, c) => {
        expect(compareValues(a, a)).toBe(0);
        expect(Math.sign(compareValues(a, b)) + Math.sign(compareValues(b, a))).toBe(0);
        const [x, y, z] = [a, b, c].sort(compareValues) as [Value, Value, Value];
        expect(compareValues(x, y)).toBeLessThanOrEqual(0);
        expect(compareValues(x, z)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 3000 },
    );
  });

  it("agrees with the canonical key about equality", () => {
    fc.assert(
      fc.property(arbitraryValue, arbitraryValue, (a, b) => {
        expect(canonicalKey(a) === canonicalKey(b)).toBe(valuesEqual(a, b));
      }),
      { numRuns: 3000 },
    );
  });

  it("orders the types from null to maps", () => {
    const ascending: Value[] = [
      { kind: "null" },
      { kind: "boolean", value: false },
      { kind: "boolean", value: true },
      double(NaN),
      double(-Infinity),
      integer(-1n),
      double(0.5),
      integer(1n),
      { kind: "timestamp", seconds: 0n, nanos: 0 },
      { kind: "timestamp", seconds: 0n, nanos: 1000 },
      text(""),
      text("a"),
      { kind: "bytes", value: new Uint8Array([]) },
      { kind: "bytes", value: new Uint8Array([255]) },
      { kind: "reference", value: "projects/p/databases/d/documents/c/a" },
      { kind: "geoPoint", latitude: -90, longitude: 0 },
      { kind: "geoPoint", latitude: -90, longitude: 1 },
      array(),
      array(integer(1n)),
      array(integer(1n), integer(0n)),
      array(integer(2n)),
      vector(double(9)),
      vector(double(1), double(1)),
      map({}),
      map({ a: integer(1n) }),
      map({ a: integer(1n), b: integer(1n) }),
      map({ b: integer(0n) }),
    ];
    const shuffled = [...ascending].reverse();
    expect(shuffled.sort(compareValues)).toEqual(ascending);
  });

  it("compares int64 and double by exact mathematical value", () => {
    expect(compareValues(integer(2n ** 53n + 1n), double(2 ** 53))).toBeGreaterThan(0);
    expect(compareValues(integer(2n ** 63n - 1n), double(2 ** 63))).toBeLessThan(0);
    expect(compareValues(integer(1n), double(1))).toBe(0);
    expect(compareValues(double(-0), double(0))).toBe(0);
    expect(compareValues(double(-0), integer(0n))).toBe(0);
  });

  it("orders strings by their UTF-8 bytes, not by UTF-16 units", () => {
    expect(compareUtf8("\uffee", "\u{1f600}")).toBeLessThan(0);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
        expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });

  it("orders paths segment by segment, numeric ids first and by number", () => {
    const ascending = ["c/__id-2__", "c/__id9__", "c/__id10__", "c/-", "c/a", "c/a/d/x", "c/a-b", "c-d/a"];
    expect([...ascending].reverse().sort(compareResourcePaths)).toEqual(ascending);
  });

  it("distinguishes an integer from the equal double only in valuesIdentical", () => {
    expect(valuesIdentical(integer(1n), double(1))).toBe(false);
    expect(valuesIdentical(double(0), double(-0))).toBe(false);
    expect(valuesIdentical(double(NaN), double(NaN))).toBe(true);
    expect(valuesIdentical(map({ a: double(1), b: text("x") }), map({ b: text("x"), a: double(1) }))).toBe(
      true,
    );
    expect(valuesIdentical(array(map({ a: double(1) })), array(map({ a: integer(1n) })))).toBe(false);
  });
});
