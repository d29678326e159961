import type { DocumentPath } from "../../values/document.ts";
import type { ListQuery } from "./list-query.ts";
import type { RulesPath } from "../values/values.ts";

/** One segment that differs between the documents of a query. */
export const ANY_SEGMENT = Symbol("any segment");
/** Any number of segments that differ between the documents of a query. */
export const ANY_RUN = Symbol("any run of segments");

/** A segment of the path to match with `match` patterns. */
export type SubjectSegment = string | typeof ANY_SEGMENT | typeof ANY_RUN;

export function documentSubject(databaseId: string, path: DocumentPath): SubjectSegment[] {
  return ["databases", databaseId, "documents", ...path.split("/")];
}

/** The common path of all documents the query may return; `name` is given if the filter names the document. */
export function querySubject(
  databaseId: string,
  query: ListQuery,
  name: RulesPath | undefined,
): SubjectSegment[] {
  if (name) return name.segments.map((segment) => (typeof segment === "string" ? segment : ANY_SEGMENT));
  const parent = query.parent === "" ? [] : query.parent.split("/");
  const below = query.allDescendants ? [ANY_RUN] : [];
  const collection = query.collectionId ?? ANY_SEGMENT;
  return [
    "databases",
    databaseId,
    "documents",
    ...parent,
    ...below,
    collection,
    ANY_SEGMENT,
  ] as SubjectSegment[];
}
