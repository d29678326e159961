import type { DocumentPath } from "../../values/document.ts";
import type { ListQuery } from "./list-query.ts";
import type { RulesPath } from "../values/values.ts";

/** One segment that a query leaves open. */
export const ANY_SEGMENT = Symbol("any segment");
/** A run of segments, possibly none, that a query leaves open. */
export const ANY_RUN = Symbol("any run of segments");

/** A segment of the path that `match` patterns are held against. */
export type SubjectSegment = string | typeof ANY_SEGMENT | typeof ANY_RUN;

export function documentSubject(databaseId: string, path: DocumentPath): SubjectSegment[] {
  return ["databases", databaseId, "documents", ...path.split("/")];
}

/** The path shared by every document the query may return; `name` where the filter names the document. */
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
