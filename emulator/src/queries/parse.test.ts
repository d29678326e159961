import type { google } from "@google-cloud/firestore/build/protos/firestore_v1_proto_api.js";
import { describe, expect, it } from "vitest";
import { formatFieldPath } from "../values/field-path.ts";
import { parseAggregation } from "./aggregation.ts";
import { parseQuery } from "./parse.ts";
import { documentsName } from "./testing/query-arbitraries.ts";

type IStructuredQuery = google.firestore.v1.IStructuredQuery;
type IFilter = google.firestore.v1.StructuredQuery.IFilter;
type IValue = google.firestore.v1.IValue;

const from = [{ collectionId: "c" }];
const one: IValue = { integerValue: 1 };
const list = (count: number): IValue => ({
  arrayValue: { values: Array.from({ length: count }, () => one) },
});
const where = (fieldPath: string, op: string, value: IValue = one): IFilter => ({
  fieldFilter: { field: { fieldPath }, op: op as "EQUAL", value },
});
const all = (...filters: IFilter[]): IFilter => ({ compositeFilter: { op: "AND", filters } });
const any = (...filters: IFilter[]): IFilter => ({ compositeFilter: { op: "OR", filters } });
const by = (fieldPath: string, direction: "ASCENDING" | "DESCENDING" = "ASCENDING") => ({
  field: { fieldPath },
  direction,
});
const orderOf = (query: IStructuredQuery) =>
  parseQuery(documentsName, { from, ...query }).orderBy.map(
    (order) => `${formatFieldPath(order.field)} ${order.descending ? "desc" : "asc"}`,
  );

describe("the order of a query", () => {
  it("is by name by default", () => {
    expect(orderOf({})).toEqual(["__name__ asc"]);
  });

  it("is extended by the inequality fields and the document's name, in the direction of the last order", () => {
    const filter = all(where("b", "LESS_THAN"), where("a", "NOT_EQUAL"), where("c", "EQUAL"));
    expect(orderOf({ where: filter })).toEqual(["a asc", "b asc", "__name__ asc"]);
    expect(orderOf({ where: filter, orderBy: [by("b", "DESCENDING")] })).toEqual([
      "b desc",
      "a desc",
      "__name__ desc",
    ]);
    expect(orderOf({ orderBy: [by("x"), by("y", "DESCENDING")] })).toEqual([
      "x asc",
      "y desc",
      "__name__ desc",
    ]);
  });
});

describe("disjunctive normal form", () => {
  it("expands or, in and array-contains-any, and omits disjuncts that match nothing", () => {
    const filter = all(
      where("a", "IN", { arrayValue: { values: [one, { nullValue: "NULL_VALUE" }, { integerValue: 2 }] } }),
      any(where("b", "EQUAL"), where("c", "ARRAY_CONTAINS_ANY", list(2))),
    );
    const { disjuncts } = parseQuery(documentsName, { from, where: filter });
    expect(disjuncts.map((d) => d.map((p) => `${p.field.join(".")} ${p.op}`).join(" and "))).toEqual([
      "a == and b ==",
      "a == and c array-contains",
      "a == and c array-contains",
      "a == and b ==",
      "a == and c array-contains",
      "a == and c array-contains",
    ]);
  });
});

describe("parseQuery", () => {
  const name = { referenceValue: `${documentsName}/c/1` };
  it.each<[string, IStructuredQuery, string]>([
    ["31 values of in", { where: where("a", "IN", list(31)) }, "'IN' supports up to 30 comparison values."],
    [
      "31 values of array-contains-any",
      { where: where("a", "ARRAY_CONTAINS_ANY", list(31)) },
      "'ARRAY_CONTAINS_ANY' supports up to 30 comparison values.",
    ],
    [
      "11 values of not-in",
      { where: where("a", "NOT_IN", list(11)) },
      "'NOT_IN' supports up to 10 comparison values.",
    ],
    ["in with no list", { where: where("a", "IN") }, "'IN' requires an ArrayValue."],
    ["in with an empty list", { where: where("a", "IN", list(0)) }, "'IN' requires an non-empty ArrayValue."],
    [
      "more than 30 disjunctions",
      { where: all(where("a", "IN", list(6)), where("b", "IN", list(6))) },
      "Too many disjunctions after normalization. Result had 36 disjunctions which is more than the maximum of 30",
    ],
    [
      "two array filters in one disjunction",
      { where: all(where("a", "ARRAY_CONTAINS"), where("b", "ARRAY_CONTAINS_ANY", list(2))) },
      "A maximum of 1 'ARRAY_CONTAINS' filter is allowed per disjunction.",
    ],
    [
      "not-in with !=",
      { where: all(where("a", "NOT_IN", list(1)), where("b", "NOT_EQUAL")) },
      "Only a single 'NOT_EQUAL', 'NOT_IN', 'IS_NOT_NAN', or 'IS_NOT_NULL' filter allowed per query.",
    ],
    [
      "not-in with in",
      { where: all(where("a", "NOT_IN", list(1)), where("b", "IN", list(1))) },
      "'NOT_IN' cannot be used in the same query with 'IN', 'ARRAY_CONTAINS_ANY' or 'OR'.",
    ],
    ["an empty or", { where: any() }, "Composite filter must have at least one sub-filter."],
    [
      "a name compared with a number",
      { where: where("__name__", "EQUAL") },
      "__key__ filter value must be a Key",
    ],
    [
      "a name as an array",
      { where: where("__name__", "ARRAY_CONTAINS", name) },
      "the name __key__ is reserved",
    ],
    [
      "one field twice in the order",
      { orderBy: [by("a"), by("a")] },
      "order by clause cannot contain duplicate fields a",
    ],
    [
      "an order after the name",
      { orderBy: [by("__name__"), by("a")] },
      "order by clause cannot contain more fields after the key",
    ],
    ["a cursor longer than the order", { startAt: { values: [name, one] } }, "Cursor has too many values."],
    [
      "a cursor with a number for a name",
      { startAt: { values: [one] } },
      "Cursor __key__ value is not a document reference.",
    ],
    ["a negative limit", { limit: { value: -1 } }, "limit is negative"],
    ["a negative offset", { offset: -1 }, "offset is negative"],
    [
      "eleven inequality fields",
      { where: all(...Array.from({ length: 11 }, (_, i) => where(`f${i}`, "LESS_THAN"))) },
      "The query contains 11 distinct inequality fields",
    ],
    ["an unquoted field with a hyphen", { where: where("a-b", "EQUAL") }, 'Invalid property path "a-b".'],
  ])("refuses %s", (_, query, message) => {
    expect(() => parseQuery(documentsName, { from, ...query })).toThrow(message);
  });

  it("refuses fields in queries over all collections", () => {
    const everywhere = { from: [{ allDescendants: true }] };
    expect(() => parseQuery(documentsName, { ...everywhere, where: where("a", "EQUAL") })).toThrow(
      "kind is required for filter: a",
    );
    expect(() =>
      parseQuery(documentsName, { ...everywhere, orderBy: [by("__name__", "DESCENDING")] }),
    ).toThrow("kind is required for all orders except __key__ ascending");
  });

  it("refuses findNearest by name", () => {
    expect(() => parseQuery(documentsName, { from, findNearest: {} })).toThrow(
      "findNearest is not implemented.",
    );
  });

  it("refuses six aggregations, and two with one alias", () => {
    const aggregate = (...aliases: string[]) =>
      parseAggregation(documentsName, {
        structuredQuery: { from },
        aggregations: aliases.map((alias) => ({ alias, count: {} })),
      });
    expect(() => aggregate("a", "b", "c", "d", "e", "f")).toThrow("maximum number of aggregations");
    expect(() => aggregate("a", "a")).toThrow("duplicate alias: a");
    expect(aggregate("", "field_1", "").aggregations.map((a) => a.alias)).toEqual([
      "field_2",
      "field_1",
      "field_3",
    ]);
  });
});
