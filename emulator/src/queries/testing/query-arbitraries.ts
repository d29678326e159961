import type { google } from "@google-cloud/firestore/build/protos/firestore_v1_proto_api.js";
import * as fc from "fast-check";
import { StatusError } from "../../status.ts";
import { parseQuery } from "../parse.ts";

type IFilter = google.firestore.v1.StructuredQuery.IFilter;
type IValue = google.firestore.v1.IValue;
type IStructuredQuery = google.firestore.v1.IStructuredQuery;

export const documentsName = "projects/p/databases/(default)/documents";

const integers = fc.nat({ max: 3 }).map((n): IValue => ({ integerValue: n }));
const operand: fc.Arbitrary<IValue> = fc.oneof(
  { weight: 6, arbitrary: integers },
  {
    weight: 1,
    arbitrary: fc.constantFrom(0.5, 1, -0, NaN, Infinity).map((n): IValue => ({ doubleValue: n })),
  },
  { weight: 1, arbitrary: fc.constantFrom("", "a").map((s): IValue => ({ stringValue: s })) },
  {
    weight: 1,
    arbitrary: fc.array(integers, { maxLength: 2 }).map((values): IValue => ({ arrayValue: { values } })),
  },
);

const reference = fc
  .tuple(fc.constantFrom("c", "p/1/c", "d"), fc.nat({ max: 9 }))
  .map(([collection, id]): IValue => ({ referenceValue: `${documentsName}/${collection}/${id}` }));

const field = fc.constantFrom("a", "b", "c").map((fieldPath) => ({ fieldPath }));

const comparison: fc.Arbitrary<IFilter> = fc
  .tuple(
    field,
    fc.constantFrom("LESS_THAN", "LESS_THAN_OR_EQUAL", "GREATER_THAN", "GREATER_THAN_OR_EQUAL"),
    operand,
  )
  .map(([f, op, value]): IFilter => ({ fieldFilter: { field: f, op: op as "LESS_THAN", value } }));

const equality: fc.Arbitrary<IFilter> = fc
  .tuple(field, fc.constantFrom("EQUAL", "ARRAY_CONTAINS"), operand)
  .map(([f, op, value]): IFilter => ({ fieldFilter: { field: f, op: op as "EQUAL", value } }));

const list: fc.Arbitrary<IFilter> = fc
  .tuple(
    field,
    fc.constantFrom("IN", "ARRAY_CONTAINS_ANY"),
    fc.array(operand, { minLength: 1, maxLength: 3 }),
  )
  .map(([f, op, values]): IFilter => {
    return { fieldFilter: { field: f, op: op as "IN", value: { arrayValue: { values } } } };
  });

const negation: fc.Arbitrary<IFilter> = fc.oneof(
  fc
    .tuple(field, operand)
    .map(([f, value]): IFilter => ({ fieldFilter: { field: f, op: "NOT_EQUAL", value } })),
  fc.tuple(field, fc.array(operand, { minLength: 1, maxLength: 3 })).map(([f, values]): IFilter => {
    return { fieldFilter: { field: f, op: "NOT_IN", value: { arrayValue: { values } } } };
  }),
);

const unary: fc.Arbitrary<IFilter> = fc
  .tuple(field, fc.constantFrom("IS_NULL", "IS_NAN", "IS_NOT_NULL", "IS_NOT_NAN"))
  .map(([f, op]): IFilter => ({ unaryFilter: { field: f, op: op as "IS_NULL" } }));

const name: fc.Arbitrary<IFilter> = fc
  .tuple(fc.constantFrom("EQUAL", "LESS_THAN", "GREATER_THAN_OR_EQUAL"), reference)
  .map(([op, value]): IFilter => {
    return { fieldFilter: { field: { fieldPath: "__name__" }, op: op as "EQUAL", value } };
  });

const leaf = fc.oneof(
  { weight: 4, arbitrary: comparison },
  { weight: 4, arbitrary: equality },
  { weight: 2, arbitrary: list },
  { weight: 1, arbitrary: negation },
  { weight: 1, arbitrary: unary },
  { weight: 1, arbitrary: name },
);

const filter: fc.Arbitrary<IFilter> = fc.oneof(
  leaf,
  fc
    .tuple(
      fc.constantFrom("AND", "OR"),
      fc.array(fc.oneof(leaf, leafGroup()), { minLength: 1, maxLength: 3 }),
    )
    .map(([op, filters]): IFilter => ({ compositeFilter: { op: op as "AND", filters } })),
);

function leafGroup(): fc.Arbitrary<IFilter> {
  return fc
    .tuple(fc.constantFrom("AND", "OR"), fc.array(leaf, { minLength: 1, maxLength: 2 }))
    .map(([op, filters]): IFilter => ({ compositeFilter: { op: op as "AND", filters } }));
}

const orders = fc
  .uniqueArray(fc.constantFrom("a", "b", "__name__"), { maxLength: 2 })
  .chain((names) =>
    fc.tuple(...names.map((n) => fc.tuple(fc.constant(n), fc.constantFrom("ASCENDING", "DESCENDING")))),
  )
  .map((pairs) =>
    pairs.map(([fieldPath, direction]) => ({ field: { fieldPath }, direction: direction as "ASCENDING" })),
  );

/** A parent and a query that Firestore accepts. */
export const arbitraryQuery: fc.Arbitrary<[string, IStructuredQuery]> = fc
  .tuple(
    fc.constantFrom(documentsName, `${documentsName}/p/1`),
    fc.boolean(),
    fc.option(filter, { freq: 6, nil: undefined }),
    orders,
    fc.option(fc.tuple(operand, reference, fc.boolean()), { freq: 3, nil: undefined }),
    fc.boolean(),
    fc.nat({ max: 2 }),
    fc.option(fc.nat({ max: 4 }), { freq: 2, nil: undefined }),
  )
  .map(([parent, allDescendants, where, orderBy, position, atStart, offset, limit]) => {
    const query: IStructuredQuery = { from: [{ collectionId: "c", allDescendants }], orderBy, offset };
    if (where) query.where = where;
    if (limit !== undefined) query.limit = { value: limit };
    if (position && orderBy.length > 0) {
      const [value, ref, before] = position;
      const values = orderBy.map((order) => (order.field.fieldPath === "__name__" ? ref : value));
      query[atStart ? "startAt" : "endAt"] = { values, before };
    }
    return [parent, query] as [string, IStructuredQuery];
  })
  .filter(([parent, query]) => isAccepted(parent, query));

function isAccepted(parent: string, query: IStructuredQuery): boolean {
  try {
    parseQuery(parent, query);
    return true;
  } catch (error) {
    if (error instanceof StatusError) return false;
    throw error;
  }
}
