import type { google } from "@google-cloud/firestore/build/protos/firestore_v1_proto_api.js";
import { aggregationReads, queryReads } from "./charges.ts";
import { parseAggregation } from "../queries/aggregation.ts";
import { parseQuery } from "../queries/parse.ts";
import type { Query } from "../queries/query.ts";
import type { CommitVersion } from "../values/document.ts";
import type { LockScope } from "../transactions/lock-scope.ts";
import { compareResourcePaths } from "../values/compare.ts";
import { isNamePath } from "../values/field-path.ts";
import { valueToWire, versionToTimestamp } from "../values/wire.ts";
import { authorizeQuery, requireAdmin } from "./authorize.ts";
import { charge } from "./charges.ts";
import type { Call } from "./call.ts";
import { openReadScope } from "./consistency.ts";
import { encodeQueryResult } from "../protobuf/encode.ts";
import { messageType } from "../protobuf/messages.ts";
import { StatusError, invalidArgument } from "../status.ts";
import { maskedDocument } from "./documents.ts";
import type { Message } from "./request.ts";

const queryResponse = messageType("RunQueryResponse");
const aggregationResponse = messageType("RunAggregationQueryResponse");

export async function runQuery(
  call: Call,
  request: Message<"RunQueryRequest">,
): Promise<Iterable<Uint8Array>> {
  refuseExplain(request.explainOptions);
  if (!request.structuredQuery) throw invalidArgument("a query must be set");
  const query = parseQuery(request.parent, request.structuredQuery);
  const { view, readTime, begun } = await openReadScope(call, request, lockScope(query));
  authorizeQuery(call, view, query);
  const { documents, skipped } = call.open.queries.run(view, query);
  charge(call, { reads: queryReads(documents.length + skipped) });
  const mask = query.projection?.filter((path) => !isNamePath(path));
  const { name } = call.open.database;
  return (function* () {
    const head = queryHead(begun, skipped, documents.length === 0 ? readTime : undefined);
    if (head) yield head;
    for (const document of documents) yield encodeQueryResult(maskedDocument(name, document, mask), readTime);
  })();
}

export async function runAggregationQuery(
  call: Call,
  request: Message<"RunAggregationQueryRequest">,
): Promise<Iterable<Uint8Array>> {
  refuseExplain(request.explainOptions);
  if (!request.structuredAggregationQuery) throw invalidArgument("an aggregation query must be set");
  const aggregation = parseAggregation(request.parent, request.structuredAggregationQuery);
  const { view, readTime, begun } = await openReadScope(call, request, lockScope(aggregation.query));
  authorizeQuery(call, view, aggregation.query);
  const { values, scanned } = call.open.queries.aggregate(view, aggregation);
  charge(call, { reads: aggregationReads(scanned) });
  const aggregateFields = Object.fromEntries(
    [...values].map(([alias, value]) => [alias, valueToWire(value)]),
  );
  const answer = { result: { aggregateFields }, readTime: versionToTimestamp(readTime) };
  return [
    ...(begun ? [aggregationResponse.encode({ transaction: begun }).finish()] : []),
    aggregationResponse.encode(answer).finish(),
  ];
}

/**
 * Splits a collection group into ranges of about equal size. The cursors of the response are the first documents of
 * all ranges but the first, so `partitionCount` cursors make one more range.
 */
export async function partitionQuery(
  call: Call,
  request: Message<"PartitionQueryRequest">,
): Promise<google.firestore.v1.IPartitionQueryResponse> {
  requireAdmin(call, "Partition queries require admin authentication.");
  if (!request.structuredQuery) throw invalidArgument("a query must be set");
  const partitionCount = Number(request.partitionCount);
  if (partitionCount <= 0) throw invalidArgument("partition_count must be greater than zero");
  const query = parseQuery(request.parent, request.structuredQuery);
  if (!query.allDescendants) throw invalidArgument("partition queries must be over a collection group");
  const { view } = await openReadScope(call, { readTime: request.readTime ?? null }, { documents: [] });
  const paths = call.open.queries.run(view, query).documents.map((document) => document.path);
  paths.sort(compareResourcePaths);
  charge(call, { reads: 1 });
  const points = Math.min(partitionCount, Math.max(0, paths.length - 1));
  const partitions = Array.from({ length: points }, (_, i) => {
    const path = paths[Math.floor(((i + 1) * paths.length) / (points + 1))]!;
    return { values: [{ referenceValue: `${call.open.database.name}/documents/${path}` }], before: true };
  });
  return { partitions };
}

/** The response before the documents, if there is one: a query without results still reports its read time. */
function queryHead(
  begun: Buffer | undefined,
  skipped: number,
  emptyAt: CommitVersion | undefined,
): Uint8Array | undefined {
  if (!begun && skipped === 0 && emptyAt === undefined) return undefined;
  return queryResponse
    .encode({
      ...(begun ? { transaction: begun } : {}),
      ...(skipped > 0 ? { skippedResults: skipped } : {}),
      ...(emptyAt === undefined ? {} : { readTime: versionToTimestamp(emptyAt) }),
    })
    .finish();
}

function lockScope(query: Query): LockScope {
  return query.collectionId === undefined ? { everything: true } : { collectionId: query.collectionId };
}

function refuseExplain(options: google.firestore.v1.IExplainOptions | null | undefined): void {
  if (options) throw new StatusError("UNIMPLEMENTED", "Query explain (explain_options) is not implemented.");
}
