import { formatFieldPath } from "../values/field-path.ts";
import { documentPath, documentToResource, fromJson } from "./values/from-firestore.ts";
import type { QueryCase } from "./query/cases.ts";
import { Unknown } from "./values/values.ts";
import type { RulesRequest } from "./request.ts";
import type { ListQuery } from "./query/list-query.ts";
import { RulesMap, RulesTimestamp } from "./values/values.ts";
import type { RulesValue } from "./values/values.ts";

/** `request` and `resource` of an operation on one document. */
export function requestGlobals(request: RulesRequest, databaseId: string): Map<string, RulesValue> {
  const isRead = request.method === "get";
  const written = request.requestResource;
  const incoming: Record<string, RulesValue> = isRead
    ? {}
    : { resource: written === null ? null : documentToResource(databaseId, written) };
  const fields = { ...commonFields(request), path: documentPath(databaseId, request.path), ...incoming };
  const stored = request.resource;
  return new Map<string, RulesValue>([
    ["request", RulesMap.of(fields)],
    ["resource", stored === null ? null : documentToResource(databaseId, stored)],
  ]);
}

/** `request` and `resource` of a list, for one case of its query. */
export function listGlobals(
  request: RulesRequest,
  query: ListQuery,
  { data, name }: QueryCase,
  databaseId: string,
): Map<string, RulesValue> {
  const collection = [query.parent, query.collectionId ?? ""].filter((part) => part !== "").join("/");
  const lastSegment = name?.segments.at(-1);
  const fields = {
    ...commonFields(request),
    path:
      query.allDescendants || query.collectionId === undefined
        ? new Unknown()
        : documentPath(databaseId, collection),
    query: queryProperties(query),
  };
  const resource = RulesMap.of({
    data,
    id: typeof lastSegment === "string" ? lastSegment : new Unknown(),
    __name__: name ?? new Unknown(),
  });
  return new Map<string, RulesValue>([
    ["request", RulesMap.of(fields)],
    ["resource", resource],
  ]);
}

function commonFields({ auth, method, time }: RulesRequest): Record<string, RulesValue> {
  return {
    auth: auth === null ? null : RulesMap.of({ uid: auth.uid, token: fromJson(auth.token) }),
    method,
    time: new RulesTimestamp(time * 1000n),
  };
}

/** `request.query`; it has keys only for the clauses of the query. */
function queryProperties({ limit, offset, orderBy, explicitOrders }: ListQuery): RulesMap {
  const orders = orderBy
    .slice(0, explicitOrders)
    .map(({ field, descending }): [string, RulesValue] => [
      formatFieldPath(field),
      descending ? "DESC" : "ASC",
    ]);
  return RulesMap.of({
    ...(limit === undefined ? {} : { limit: BigInt(limit) }),
    ...(offset === 0 ? {} : { offset: BigInt(offset) }),
    ...(orders.length === 0 ? {} : { orderBy: new RulesMap(new Map(orders)) }),
  });
}
