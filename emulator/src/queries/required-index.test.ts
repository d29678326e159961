import type { google } from "@google-cloud/firestore/build/protos/firestore_v1_proto_api.js";
import { describe, expect, it } from "vitest";
import type { StatusError } from "../status.ts";
import { parseAggregation } from "./aggregation.ts";
import { readIndexDefinitions } from "./index-definitions.ts";
import { parseQuery } from "./parse.ts";
import { requireIndexes } from "./required-index.ts";
import { documentsName } from "./testing/query-arbitraries.ts";

type IStructuredQuery = google.firestore.v1.IStructuredQuery;
type IFilter = google.firestore.v1.StructuredQuery.IFilter;

const one = { integerValue: 1 };
const where = (fieldPath: string, op = "EQUAL"): IFilter => {
  const value = op === "IN" || op === "ARRAY_CONTAINS_ANY" ? { arrayValue: { values: [one] } } : one;
  return { fieldFilter: { field: { fieldPath }, op: op as "EQUAL", value } };
};
const all = (...filters: IFilter[]): IFilter => ({ compositeFilter: { op: "AND", filters } });
const any = (...filters: IFilter[]): IFilter => ({ compositeFilter: { op: "OR", filters } });
const up = (fieldPath: string) => ({ field: { fieldPath }, direction: "ASCENDING" as const });
const down = (fieldPath: string) => ({ field: { fieldPath }, direction: "DESCENDING" as const });

type Json = Record<string, unknown>;
const order = (fieldPath: string, direction = "ASCENDING") => ({ fieldPath, order: direction });
const index = (...fields: Json[]) => ({ collectionGroup: "c", queryScope: "COLLECTION", fields });

/** The JSON a refusal offers, or undefined when the query is served. */
function missing(
  query: IStructuredQuery,
  file: { indexes?: Json[]; fieldOverrides?: Json[] } = {},
): Json | undefined {
  const parsed = parseQuery(documentsName, { from: [{ collectionId: "c" }], ...query });
  try {
    requireIndexes(parsed, readIndexDefinitions(file));
    return undefined;
  } catch (error) {
    const { status, message } = error as StatusError;
    expect(status).toBe("FAILED_PRECONDITION");
    expect(message).toMatch(/^The query requires an index\./);
    return JSON.parse(message.slice(message.indexOf("{"))) as Json;
  }
}

describe("the set of single-field indexes", () => {
  it.each<[string, IStructuredQuery]>([
    ["everything by name", {}],
    ["one equality", { where: where("a") }],
    ["equalities on several fields, merged", { where: all(where("a"), where("b"), where("c", "IN")) }],
    ["an array filter with equalities", { where: all(where("a", "ARRAY_CONTAINS"), where("b")) }],
    ["a range, in either direction", { where: where("a", "LESS_THAN"), orderBy: [down("a")] }],
    ["one order", { orderBy: [up("a")] }],
    ["one order and the name in the same direction", { orderBy: [down("a"), down("__name__")] }],
    ["an or of equalities and ranges on one field", { where: any(where("a"), where("a", "GREATER_THAN")) }],
    ["equality by descending name", { where: where("a"), orderBy: [down("__name__")] }],
    ["an order by a field with an equality", { where: where("a"), orderBy: [up("a")] }],
  ])("serves %s by default", (_, query) => {
    expect(missing(query)).toBeUndefined();
  });
});

describe("a composite index", () => {
  it.each<[string, IStructuredQuery, Json]>([
    [
      "for an equality with a range",
      { where: all(where("b"), where("a", "LESS_THAN")) },
      index(order("b"), order("a")),
    ],
    [
      "for an equality with an order",
      { where: where("b"), orderBy: [down("a")] },
      index(order("b"), order("a", "DESCENDING")),
    ],
    ["for two orders", { orderBy: [up("a"), down("b")] }, index(order("a"), order("b", "DESCENDING"))],
    [
      "for ranges on two fields",
      { where: all(where("b", "LESS_THAN"), where("a", "GREATER_THAN")) },
      index(order("a"), order("b")),
    ],
    [
      "for an array filter with an order",
      { where: where("t", "ARRAY_CONTAINS_ANY"), orderBy: [up("a")] },
      index({ fieldPath: "t", arrayConfig: "CONTAINS" }, order("a")),
    ],
    [
      "for a name against the order before it",
      { orderBy: [up("a"), down("__name__")] },
      index(order("a"), order("__name__", "DESCENDING")),
    ],
  ])("is needed %s", (_, query, offered) => {
    expect(missing(query)).toEqual(offered);
    expect(missing(query, { indexes: [offered] })).toBeUndefined();
  });

  it("must have the directions of the orders, but any direction of the equality fields", () => {
    const query = { where: where("b"), orderBy: [down("a")] };
    expect(missing(query, { indexes: [index(order("b"), order("a"))] })).toBeDefined();
    expect(
      missing(query, { indexes: [index(order("b", "DESCENDING"), order("a", "DESCENDING"))] }),
    ).toBeUndefined();
  });

  it("may be replaced by several with the same orders that together have every equality field", () => {
    const query = { where: all(where("x"), where("y")), orderBy: [up("a")] };
    const [byX, byY] = [index(order("x"), order("a")), index(order("y"), order("a"))];
    expect(missing(query, { indexes: [byX] })).toEqual(index(order("x"), order("y"), order("a")));
    expect(missing(query, { indexes: [byX, byY] })).toBeUndefined();
  });

  it("must be of the collection group and the scope of the query", () => {
    const defined = index(order("b"), order("a"));
    const query = { where: where("b"), orderBy: [up("a")] };
    expect(missing({ ...query, from: [{ collectionId: "other" }] }, { indexes: [defined] })).toBeDefined();
    const group = { ...query, from: [{ collectionId: "c", allDescendants: true }] };
    expect(missing(group, { indexes: [defined] })).toEqual({ ...defined, queryScope: "COLLECTION_GROUP" });
    expect(missing(group, { indexes: [{ ...defined, queryScope: "COLLECTION_GROUP" }] })).toBeUndefined();
  });

  it("is needed for an average with an equality, but not for an average alone", () => {
    const file = { indexes: [index(order("b"), order("a"))] };
    const check = (filter: IFilter | undefined, definitions: object) => {
      const { query } = parseAggregation(documentsName, {
        structuredQuery: { from: [{ collectionId: "c" }], ...(filter ? { where: filter } : {}) },
        aggregations: [{ avg: { field: { fieldPath: "a" } } }],
      });
      return () => requireIndexes(query, readIndexDefinitions(definitions));
    };
    expect(check(undefined, {})).not.toThrow();
    expect(check(where("b"), {})).toThrow("requires an index");
    expect(check(where("b"), file)).not.toThrow();
  });
});

describe("a field override", () => {
  const exempt = (fieldPath: string, ...indexes: Json[]) => ({ collectionGroup: "c", fieldPath, indexes });

  it("excludes a field and the fields in it from queries", () => {
    const file = { fieldOverrides: [exempt("m")] };
    expect(missing({ where: where("m") }, file)).toBeDefined();
    expect(missing({ where: where("m.x") }, file)).toBeDefined();
    expect(missing({ where: where("n") }, file)).toBeUndefined();
  });

  it("restores the index of a field in an exempt map", () => {
    const file = {
      fieldOverrides: [exempt("m"), exempt("m.x", { order: "ASCENDING", queryScope: "COLLECTION" })],
    };
    expect(missing({ where: where("m.x") }, file)).toBeUndefined();
    expect(missing({ orderBy: [down("m.x")] }, file)).toBeDefined();
  });

  it("lets one field be queried across a collection group", () => {
    const query = { from: [{ collectionId: "c", allDescendants: true }], where: where("a") };
    const offered = missing(query)!;
    expect(offered).toEqual(exempt("a", { queryScope: "COLLECTION_GROUP", order: "ASCENDING" }));
    expect(missing(query, { fieldOverrides: [offered] })).toBeUndefined();
  });

  it("changes nothing if it only sets a time to live", () => {
    const file = { fieldOverrides: [{ collectionGroup: "c", fieldPath: "a", ttl: true }] };
    expect(missing({ where: where("a") }, file)).toBeUndefined();
  });

  it("lets names be sorted in descending order", () => {
    const query = { orderBy: [down("__name__")] };
    expect(missing(query, { fieldOverrides: [missing(query)!] })).toBeUndefined();
  });
});
