import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { selects } from "../../queries/matcher.ts";
import type { Query } from "../../queries/query.ts";
import { valueToWire } from "../../values/wire.ts";
import {
  compiled,
  queryOf,
  request,
  rulesWith,
  storedDocument,
  toValue,
} from "../testing/evaluate-condition.ts";

/**
 * Values as JSON for documents and filters, and as text for conditions. NaN is omitted: a `<` filter matches it and a
 * `<` condition does not, although the rules treat the filter as implying the condition. Doubles that equal an integer
 * are omitted too: filters do not distinguish them from the integer, `is` and `in` do.
 */
const SCALARS = [-1, 0, 1, 1.5, "a", "b", "", true, false, null] as const;
const LITERALS = [
  "-1",
  "0",
  "1",
  "1.5",
  "1.0",
  "'a'",
  "'b'",
  "true",
  "null",
  "['a', 1]",
  "{'x': 1}",
] as const;
const FIELDS = ["f", "g", "m.x"] as const;

const scalar = fc.constantFrom(...SCALARS);
const fieldValue = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 3 }),
  fc.record({ x: scalar }, { requiredKeys: [] }),
);
const documents = fc.array(fc.record({ f: fieldValue, g: fieldValue, m: fieldValue }, { requiredKeys: [] }), {
  minLength: 5,
  maxLength: 20,
});

const single = fc.record({
  field: fc.constantFrom(...FIELDS),
  op: fc.constantFrom(
    "EQUAL",
    "NOT_EQUAL",
    "LESS_THAN",
    "LESS_THAN_OR_EQUAL",
    "GREATER_THAN",
    "GREATER_THAN_OR_EQUAL",
  ),
  value: fieldValue,
});
const multiple = fc.record({
  field: fc.constantFrom(...FIELDS),
  op: fc.constantFrom("IN", "NOT_IN", "ARRAY_CONTAINS_ANY"),
  value: fc.array(scalar, { minLength: 1, maxLength: 3 }),
});
const contains = fc.record({
  field: fc.constantFrom(...FIELDS),
  op: fc.constant("ARRAY_CONTAINS"),
  value: scalar,
});
const filters = fc.record({
  join: fc.constantFrom("AND", "OR"),
  parts: fc.array(fc.oneof(single, single, multiple, contains), { minLength: 1, maxLength: 3 }),
});

const operand = fc.oneof(
  fc.constantFrom(...FIELDS).map((field) => `resource.data.${field}`),
  fc.constantFrom("resource.data.get('f', 1)", "resource.data['g']", "resource.data.get(['m', 'x'], 'a')"),
);
const literal = fc.constantFrom(...LITERALS);
const comparison = fc.constantFrom("==", "!=", "<", "<=", ">", ">=");
const atom = fc.oneof(
  fc.tuple(operand, comparison, literal).map((parts) => parts.join(" ")),
  fc.tuple(literal, comparison, operand).map((parts) => parts.join(" ")),
  fc.tuple(operand, comparison, operand).map((parts) => parts.join(" ")),
  fc.tuple(operand, fc.constantFrom("['a', 1, null]", "[0]")).map(([value, list]) => `${value} in ${list}`),
  fc.tuple(literal, operand).map(([value, list]) => `${value} in ${list}`),
  fc
    .tuple(operand, fc.constantFrom("int", "number", "string", "list", "map", "bool"))
    .map(([x, t]) => `${x} is ${t}`),
  fc.constantFrom("'f' in resource.data", "'x' in resource.data.m", "true", "false"),
);
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: "small" },
    atom,
    tie("condition").map((inner) => `!(${inner})`),
    fc
      .tuple(tie("condition"), fc.constantFrom("&&", "||"), tie("condition"))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    fc.tuple(tie("condition"), tie("condition"), tie("condition")).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
  ),
}));

type Filters = typeof filters extends fc.Arbitrary<infer T> ? T : never;

/** The query, or undefined if Firestore refuses the combination of filters. */
function queryFor({ join, parts }: Filters): Query | undefined {
  const all = parts.map(({ field, op, value }) => {
    return {
      fieldFilter: { field: { fieldPath: field }, op: op as "EQUAL", value: valueToWire(toValue(value)) },
    };
  });
  try {
    return queryOf("things", { where: { compositeFilter: { op: join as "AND", filters: all } } });
  } catch {
    return undefined;
  }
}

describe("a list that is allowed", () => {
  it("returns only documents that the same condition allows to get", () => {
    let allowed = 0;
    const holds = fc.property(filters, condition, documents, (filter, text, stored) => {
      const query = queryFor(filter);
      fc.pre(query !== undefined);
      const ruleset = compiled(rulesWith(`match /things/{id} { allow get, list: if ${text}; }`));
      if (!ruleset.evaluate(request({ method: "list", query })).allowed) return;
      allowed += 1;
      for (const [i, fields] of stored.entries()) {
        const resource = storedDocument(`things/d${i}`, fields);
        if (!selects(query, resource)) continue;
        const { message } = ruleset.evaluate(request({ path: resource.path, resource }));
        expect(message).toBe("");
      }
    });
    fc.assert(holds, { numRuns: 3000 });
    expect(allowed).toBeGreaterThan(100);
  });
});
