import type { DocumentPath, StoredDocument } from "../values/document.ts";
import type { FieldPath } from "../values/field-path.ts";
import { getField, isNamePath } from "../values/field-path.ts";
import type { Value } from "../values/value.ts";

/** A validated query in normal form: everything implicit is spelled out. */
export interface Query {
  /** `projects/P/databases/D` */
  readonly database: string;
  /** Path of the document under which is searched; "" is the root. */
  readonly parent: DocumentPath;
  /** Undefined for a query over documents of every collection. */
  readonly collectionId: string | undefined;
  /** Whether documents at any depth below the parent count, or only those directly in its collections. */
  readonly allDescendants: boolean;
  /** The filter as written, for callers that reason about it (security rules). */
  readonly filter: Filter | undefined;
  /** The filter in disjunctive normal form: a document matches when it meets all predicates of one disjunct. */
  readonly disjuncts: readonly (readonly Predicate[])[];
  /** Explicit orders, then those implied by inequalities, ending with `__name__`. */
  readonly orderBy: readonly Order[];
  /** How many of `orderBy` the client wrote itself. */
  readonly explicitOrders: number;
  readonly start: Cursor | undefined;
  readonly end: Cursor | undefined;
  readonly offset: number;
  /** Undefined means no limit. */
  readonly limit: number | undefined;
  /** Undefined means whole documents; an empty list cannot occur (it is written as `__name__`). */
  readonly projection: readonly FieldPath[] | undefined;
  /** Fields that aggregations read: documents without one of them are not in the index that serves them. */
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

/** Unary filters are written as comparisons with null and NaN. */
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

/** What a query gave: the documents in order, and how many the offset skipped. */
export interface QueryResult {
  readonly documents: readonly StoredDocument[];
  readonly skipped: number;
}

/** The value a query sees at a path: a field, or the document's own name as a reference. */
export function queryValue(database: string, document: StoredDocument, field: FieldPath): Value | undefined {
  if (isNamePath(field)) return nameValue(database, document.path);
  return getField(document.fields, field);
}

/** A document's full name as a reference value. */
export function nameValue(database: string, path: DocumentPath): Value {
  return { kind: "reference", value: `${database}/documents/${path}` };
}
