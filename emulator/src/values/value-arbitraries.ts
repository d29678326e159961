import * as fc from "fast-check";
import type { Fields, Value } from "./value.ts";

/** Values of every type for property tests, from small domains, so that equal and adjacent values are common. */
export const arbitraryValue: fc.Arbitrary<Value> = fc.letrec<{
  value: Value;
  element: Value;
  fields: Fields;
}>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar(),
    fc.array(tie("element"), { maxLength: 3 }).map((values): Value => ({ kind: "array", values })),
    tie("fields").map((fields): Value => ({ kind: "map", fields })),
    fc.array(arbitraryNumber(), { maxLength: 3 }).map(vector),
  ),
  element: fc.oneof({ maxDepth: 3, withCrossShrink: true }, scalar(), tie("fields").map(mapOf)),
  fields: fc
    .dictionary(fc.constantFrom("a", "b", "é", "\u{1f600}", "\uffee"), tie("value"), { maxKeys: 3 })
    .map((record): Fields => new Map(Object.entries(record))),
})).value;

/** Integers and doubles, including the edges where int64 and double differ. */
export function arbitraryNumber(): fc.Arbitrary<Value> {
  return fc.oneof(
    fc.integer({ min: -2, max: 2 }).map((n): Value => ({ kind: "integer", value: BigInt(n) })),
    fc
      .constantFrom(2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n))
      .map((value): Value => ({ kind: "integer", value })),
    fc
      .constantFrom(-0, 0, 1, 1.5, -1.5, NaN, Infinity, -Infinity, 2 ** 53, 2 ** 63, 5e-324)
      .map((value): Value => ({ kind: "double", value })),
    fc.double().map((value): Value => ({ kind: "double", value })),
  );
}

function mapOf(fields: Fields): Value {
  return { kind: "map", fields };
}

function vector(values: readonly Value[]): Value {
  return mapOf(
    new Map<string, Value>([
      ["__type__", { kind: "string", value: "__vector__" }],
      ["value", { kind: "array", values }],
    ]),
  );
}

function scalar(): fc.Arbitrary<Value> {
  const text = fc.oneof(
    fc.constantFrom("", "a", "b", "ab", "\uffee", "\u{1f600}"),
    fc.string({ maxLength: 3 }),
  );
  return fc.oneof(
    fc.constant<Value>({ kind: "null" }),
    fc.boolean().map((value): Value => ({ kind: "boolean", value })),
    arbitraryNumber(),
    fc.nat({ max: 2 }).map((n): Value => ({ kind: "timestamp", seconds: BigInt(n), nanos: (n % 2) * 1000 })),
    text.map((value): Value => ({ kind: "string", value })),
    fc.uint8Array({ maxLength: 2 }).map((value): Value => ({ kind: "bytes", value })),
    fc
      .constantFrom("c/a", "c/b", "c-d/a", "c/a/d/b", "c/__id7__", "c/__id-1__", "c/__id10__", "c/_")
      .map((path): Value => ({ kind: "reference", value: `projects/p/databases/d/documents/${path}` })),
    fc
      .tuple(fc.constantFrom(-90, 0, 45), fc.constantFrom(-180, -0, 1))
      .map(([latitude, longitude]): Value => ({ kind: "geoPoint", latitude, longitude })),
  );
}
