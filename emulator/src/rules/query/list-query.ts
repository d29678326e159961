import type { Query } from "../../queries/query.ts";

/** The parts of a query that rules may use: all they know of the documents a `list` will return. */
export type ListQuery = Pick<
  Query,
  | "parent"
  | "collectionId"
  | "allDescendants"
  | "disjuncts"
  | "orderBy"
  | "explicitOrders"
  | "limit"
  | "offset"
>;
