import type { google } from "@google-cloud/firestore/build/protos/firestore_v1_proto_api.js";
import { formatFieldPath, isNamePath, NAME_FIELD, parseFieldPath } from "../values/field-path.ts";
import type { FieldPath } from "../values/field-path.ts";
import { parseParentName } from "../values/resource-name.ts";
import { valueFromWire } from "../values/wire.ts";
import { StatusError, invalidArgument } from "../status.ts";
import { disjunctsOf, inequalityFields } from "./disjuncts.ts";
import { parseFilter } from "./filter-parser.ts";
import type { Cursor, Filter, Order, Query } from "./query.ts";
import { enumName } from "./wire-enum.ts";

type IStructuredQuery = google.firestore.v1.IStructuredQuery;

const DIRECTIONS = ["DIRECTION_UNSPECIFIED", "ASCENDING", "DESCENDING"] as const;

/**
 * Validates a query and makes its implicit parts explicit.
 *
 * @param parent the full name of the root or of a document: `projects/P/databases/D/documents[/…]`
 * @throws StatusError INVALID_ARGUMENT for a query that Firestore refuses, UNIMPLEMENTED for `findNearest`
 */
export function parseQuery(parent: string, wire: IStructuredQuery): Query {
  if (wire.findNearest) throw new StatusError("UNIMPLEMENTED", "findNearest is not implemented.");
  const { database, path } = parseParentName(parent);
  const selector = parseSelector(wire);
  const filter = wire.where ? parseFilter(wire.where) : undefined;
  const disjuncts = disjunctsOf(filter);
  const explicit = (wire.orderBy ?? []).map(parseOrder);
  const orderBy = completeOrder(explicit, filter);
  if (selector.collectionId === undefined) checkKindless(filter, explicit);
  return {
    database,
    parent: path,
    ...selector,
    filter,
    disjuncts,
    orderBy,
    explicitOrders: explicit.length,
    start: parseCursor(wire.startAt, orderBy),
    end: parseCursor(wire.endAt, orderBy),
    offset: nonNegative("offset", wire.offset ?? 0),
    limit: wire.limit ? nonNegative("limit", wire.limit.value ?? 0) : undefined,
    projection: parseProjection(wire.select),
    requiredFields: [],
  };
}

function parseSelector(wire: IStructuredQuery): Pick<Query, "collectionId" | "allDescendants"> {
  const from = wire.from ?? [];
  if (from.length > 1)
    throw invalidArgument("StructuredQuery.from cannot have more than one collection selector.");
  const [selector] = from;
  if (!selector) return { collectionId: undefined, allDescendants: true };
  const id = selector.collectionId || undefined;
  if (id?.includes("/")) throw invalidArgument(`Collection id "${id}" is invalid because it contains "/".`);
  return { collectionId: id, allDescendants: selector.allDescendants === true };
}

function parseOrder(wire: google.firestore.v1.StructuredQuery.IOrder): Order {
  const descending = enumName(DIRECTIONS, wire.direction) === "DESCENDING";
  return { field: parseFieldPath(wire.field?.fieldPath ?? ""), descending };
}

/** Adds the implied orders: inequality fields by name, then the document's name, in the direction of the last order. */
function completeOrder(explicit: readonly Order[], filter: Filter | undefined): readonly Order[] {
  const descending = explicit.at(-1)?.descending ?? false;
  const known = new Set<string>();
  for (const { field } of explicit) {
    const name = formatFieldPath(field);
    if (known.has(name)) throw invalidArgument(`order by clause cannot contain duplicate fields ${name}`);
    known.add(name);
  }
  const implied = inequalityFields(filter)
    .filter((field) => !isNamePath(field) && !known.has(formatFieldPath(field)))
    .map((field) => ({ field, descending }));
  const orders = [...explicit, ...implied];
  const name = orders.findIndex((order) => isNamePath(order.field));
  if (name < 0) return [...orders, { field: [NAME_FIELD], descending }];
  if (name < orders.length - 1)
    throw invalidArgument("order by clause cannot contain more fields after the key");
  return orders;
}

/** Without a collection a query can filter and sort by name only. */
function checkKindless(filter: Filter | undefined, explicit: readonly Order[]): void {
  const field = filter && fieldOtherThanName(filter);
  if (field) throw invalidArgument(`kind is required for filter: ${formatFieldPath(field)}`);
  if (explicit.some((order) => !isNamePath(order.field) || order.descending)) {
    throw invalidArgument("kind is required for all orders except __key__ ascending");
  }
}

function fieldOtherThanName(filter: Filter): FieldPath | undefined {
  if (filter.kind === "field") return isNamePath(filter.field) ? undefined : filter.field;
  for (const part of filter.filters) {
    const field = fieldOtherThanName(part);
    if (field) return field;
  }
  return undefined;
}

function parseCursor(
  wire: google.firestore.v1.ICursor | null | undefined,
  orderBy: readonly Order[],
): Cursor | undefined {
  if (!wire) return undefined;
  const values = (wire.values ?? []).map(valueFromWire);
  if (values.length === 0) return undefined;
  if (values.length > orderBy.length) throw invalidArgument("Cursor has too many values.");
  for (const [i, value] of values.entries()) {
    if (isNamePath(orderBy[i]!.field) && value.kind !== "reference") {
      throw invalidArgument("Cursor __key__ value is not a document reference.");
    }
  }
  return { values, before: wire.before === true };
}

function parseProjection(
  wire: google.firestore.v1.StructuredQuery.IProjection | null | undefined,
): readonly FieldPath[] | undefined {
  const fields = wire?.fields ?? [];
  return fields.length === 0 ? undefined : fields.map((field) => parseFieldPath(field.fieldPath ?? ""));
}

function nonNegative(what: string, value: number): number {
  if (value < 0) throw invalidArgument(`${what} is negative`);
  return value;
}
