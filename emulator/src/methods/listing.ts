import type { google } from "@google-cloud/firestore/build/protos/firestore_v1_proto_api.js";
import { parseQuery } from "../queries/parse.ts";
import type { DocumentPath } from "../values/document.ts";
import type { ReadView } from "../storage/read-view.ts";
import { collectionPath, listCollectionIds, listDocumentPaths } from "../storage/listing.ts";
import type { LockScope } from "../transactions/lock-scope.ts";
import { compareResourcePaths } from "../values/compare.ts";
import { checkCollectionId, parseParentName } from "../values/resource-name.ts";
import { documentToWire } from "../values/wire.ts";
import { parseFieldMask, selectFields } from "../writes/field-mask.ts";
import { authorizeListing, requireAdmin } from "./authorize.ts";
import { charge } from "./charges.ts";
import type { Call } from "./call.ts";
import { openReadScope } from "./consistency.ts";
import { StatusError, invalidArgument } from "../status.ts";
import type { Message } from "./request.ts";

const METADATA_MESSAGE = "Metadata operations require admin authentication.";
const BY_NAME = /^\s*(?:__name__|`__name__`)(?:\s+asc(?:ending)?)?\s*$/i;
const BY_NAME_DESCENDING = /^\s*(?:__name__|`__name__`)\s+desc(?:ending)?\s*$/i;

export async function listDocuments(
  call: Call,
  request: Message<"ListDocumentsRequest">,
): Promise<google.firestore.v1.IListDocumentsResponse> {
  const parent = parseParentName(request.parent).path;
  checkListing(call, request);
  const mask = parseFieldMask(request.mask);
  const { view } = await openReadScope(call, request, lockScope(request));
  authorizeListing(call, view, request);
  const paths = documentPaths(call, view, parent, request);
  const { page, nextPageToken } = pageOf(paths, request.pageSize, request.pageToken);
  charge(call, { reads: Math.max(1, page.length) });
  const { name: databaseName } = call.open.database;
  const documents = page.map((path) => {
    const document = view.get(path);
    if (!document) return { name: `${databaseName}/documents/${path}` };
    return documentToWire(databaseName, { ...document, fields: selectFields(document.fields, mask) });
  });
  return { documents, nextPageToken };
}

export async function listCollections(
  call: Call,
  request: Message<"ListCollectionIdsRequest">,
): Promise<google.firestore.v1.IListCollectionIdsResponse> {
  requireAdmin(call, METADATA_MESSAGE);
  const parent = parseParentName(request.parent).path;
  checkPageSize(request.pageSize);
  const { view } = await openReadScope(call, request, { documents: [] });
  const ids = listCollectionIds(call.open.database, view, parent);
  const { page, nextPageToken } = pageOf(ids, request.pageSize, request.pageToken);
  charge(call, { reads: 1 });
  return { collectionIds: page, nextPageToken };
}

function checkListing(call: Call, request: Message<"ListDocumentsRequest">): void {
  checkPageSize(request.pageSize);
  if (request.collectionId) checkCollectionId(request.collectionId);
  if (request.showMissing && !request.collectionId) {
    throw invalidArgument("collection id must be set when show_missing is true");
  }
  if (request.showMissing) requireAdmin(call, METADATA_MESSAGE);
  if (BY_NAME_DESCENDING.test(request.orderBy)) {
    throw new StatusError("FAILED_PRECONDITION", "Firestore does not support descending key scans");
  }
  if (request.orderBy === "" || BY_NAME.test(request.orderBy)) return;
  if (!request.collectionId)
    throw invalidArgument("kind is required for all orders except __key__ ascending");
  if (request.showMissing) throw invalidArgument("show_missing cannot be combined with order_by");
}

function checkPageSize(pageSize: number): void {
  if (pageSize < 0) throw invalidArgument("Page size must be nonnegative.");
}

function lockScope(request: Message<"ListDocumentsRequest">): LockScope {
  return request.collectionId ? { collectionId: request.collectionId } : { everything: true };
}

/** The paths of all pages of the listing, in its order. */
function documentPaths(
  call: Call,
  view: ReadView,
  parent: DocumentPath,
  request: Message<"ListDocumentsRequest">,
): DocumentPath[] {
  const { database, queries } = call.open;
  const { collectionId, orderBy, showMissing } = request;
  if (collectionId && orderBy !== "" && !BY_NAME.test(orderBy)) {
    const query = parseQuery(request.parent, { from: [{ collectionId }], orderBy: parseOrderBy(orderBy) });
    return queries.run(view, query).documents.map((document) => document.path);
  }
  const collectionIds = collectionId ? [collectionId] : listCollectionIds(database, view, parent);
  const paths = collectionIds.flatMap((id) =>
    listDocumentPaths(database, view, collectionPath(parent, id), { includeMissing: showMissing }),
  );
  return collectionIds.length > 1 ? paths.sort(compareResourcePaths) : paths;
}

function parseOrderBy(orderBy: string): google.firestore.v1.StructuredQuery.IOrder[] {
  return orderBy.split(",").map((part) => {
    const match = /^\s*(\S+?)(?:\s+(asc|desc)(?:ending)?)?\s*$/i.exec(part);
    if (!match) throw invalidArgument(`Invalid order by "${orderBy}".`);
    const direction = match[2]?.toLowerCase() === "desc" ? "DESCENDING" : "ASCENDING";
    return { field: { fieldPath: match[1]! }, direction };
  });
}

/** One page of the names, and the token of the next page: the last name of this page, if the page is full. */
function pageOf(
  names: readonly string[],
  pageSize: number,
  pageToken: string,
): { page: string[]; nextPageToken: string } {
  const start = pageToken === "" ? 0 : positionAfter(names, pageToken);
  const page = pageSize === 0 ? names.slice(start) : names.slice(start, start + pageSize);
  const isFull = pageSize > 0 && page.length === pageSize;
  return { page, nextPageToken: isFull ? Buffer.from(page.at(-1)!).toString("base64") : "" };
}

function positionAfter(names: readonly string[], pageToken: string): number {
  const last = Buffer.from(pageToken, "base64").toString("utf8");
  if (last === "" || Buffer.from(last).toString("base64") !== pageToken)
    throw invalidArgument("Invalid page token.");
  const exact = names.indexOf(last);
  // The last document of the previous page may have been deleted since.
  if (exact < 0) return names.filter((name) => compareResourcePaths(name, last) <= 0).length;
  return exact + 1;
}
