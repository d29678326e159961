import type { DocumentPath, StoredDocument } from "../values/document.ts";
import type { FieldPath } from "../values/field-path.ts";
import { getField, isNamePath } from "../values/field-path.ts";
import type { Value } from "../values/value.ts";

/** A validated query in normal form: all implicit parts are explicit. */
export interface Query {
  /** `projects/P/databases/D` */
  readonly database: string;
  /** The path of the document to search under; "" is the root. */
  readonly parent: DocumentPath;
  /** Undefined for a query over every collection. */
  readonly collectionId: string | undefined;
  /** Whether the query covers collections at any depth below the parent, or only those directly under it. */
  readonly allDescendants: boolean;
  /** The filter as written by the client. */
  readonly filter: Filter | undefined;
  /** The filter in disjunctive normal form: a document matches when it satisfies all predicates of a disjunct. */
  readonly disjuncts: readonly (readonly Predicate[])[];
  /** Explicit orders, then those implied by inequalities, ending with `__name__`. */
  readonly orderBy: readonly Order[];
  /** The number of orders at the beginning of `orderBy` that the client wrote. */
  readonly explicitOrders: number;
  readonly start: Cursor | undefined;
  readonly end: Cursor | undefined;
  readonly offset: number;
  /** Undefined means no limit. */
  readonly limit: number | undefined;
  /** Undefined means whole documents; the list is never empty (clients send `__name__` instead). */
  readonly projection: readonly FieldPath[] | undefined;
  /** The fields that aggregations read; a document without one of them is not in the index they use. */
  readonly requiredFields: readonly FieldPath[];
}

export type Filter = CompositeFilter | FieldFilter;

export interface CompositeFilter {
  readonly kind: "and" | "or";
  readonly filters: readonly Filter[];
}

export interface FieldFilter {
  readonly kind: "field";
  readonly field: FieldPath;
  readonly op: FilterOperator;
  readonly value: Value;
}

/** Unary filters become comparisons with null and NaN. */
export type FilterOperator =
  "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "not-in" | "array-contains" | "array-contains-any";

/** One condition of a disjunct; `in` and `array-contains-any` have been expanded into disjuncts. */
export interface Predicate {
  readonly field: FieldPath;
  readonly op: Exclude<FilterOperator, "in" | "array-contains-any">;
  readonly value: Value;
}

export interface Order {
  readonly field: FieldPath;
  readonly descending: boolean;
}

/** A position between documents: right before or right after those whose order values begin with `values`. */
export interface Cursor {
  readonly values: readonly Value[];
  readonly before: boolean;
}

/** The result of a query: the documents in order, and the number of documents skipped by the offset. */
export interface QueryResult {
  readonly documents: readonly StoredDocument[];
  readonly skipped: number;
}

/** The value of a document at a path: a field, or the document's name as a reference. */
export function queryValue(database: string, document: StoredDocument, field: FieldPath): Value | undefined {
  if (isNamePath(field)) return nameValue(database, document.path);
  return getField(document.fields, field);
}

/** A document's full name as a reference value. */
export function nameValue(database: string, path: DocumentPath): Value {
  return { kind: "reference", value: `${database}/documents/${path}` };
}
