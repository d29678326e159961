import type { google } from "@google-cloud/firestore/build/protos/firestore_v1_proto_api.js";
import type { StoredDocument } from "../values/document.ts";
import type { FieldPath } from "../values/field-path.ts";
import { parseDocumentName } from "../values/resource-name.ts";
import { parseFieldMask, selectFields } from "../writes/field-mask.ts";
import { authorizeGets } from "./authorize.ts";
import { charge } from "./charges.ts";
import type { Call } from "./call.ts";
import { openReadScope } from "./consistency.ts";
import { encodeDocument, encodeFound, encodeMissing } from "../protobuf/encode.ts";
import { messageType } from "../protobuf/messages.ts";
import { StatusError, invalidArgument } from "../status.ts";
import type { Message } from "./request.ts";

const batchGetResponse = messageType("BatchGetDocumentsResponse");

export async function getDocument(
  call: Call,
  request: Message<"GetDocumentRequest">,
): Promise<google.firestore.v1.IDocument | Uint8Array> {
  const { path } = parseDocumentName(request.name);
  const mask = parseFieldMask(request.mask);
  const { view } = await openReadScope(call, request, { documents: [path] });
  const document = view.get(path);
  charge(call, { reads: 1 });
  authorizeGets(call, view, [{ path, document }]);
  if (!document) throw new StatusError("NOT_FOUND", `Document (${request.name}) not found.`);
  return maskedDocument(call.open.database.name, document, mask);
}

/** One response per requested name, in the order of the request. */
export async function batchGetDocuments(
  call: Call,
  request: Message<"BatchGetDocumentsRequest">,
): Promise<Iterable<Uint8Array>> {
  const { name: databaseName } = call.open.database;
  const paths = request.documents.map((name) => {
    const parsed = parseDocumentName(name);
    if (parsed.database === databaseName) return parsed.path;
    throw invalidArgument(`Document name "${name}" is not in the database "${databaseName}".`);
  });
  const mask = parseFieldMask(request.mask);
  const { view, readTime, begun } = await openReadScope(call, request, { documents: paths });
  const documents = paths.map((path) => ({ path, document: view.get(path) }));
  charge(call, { reads: paths.length });
  authorizeGets(call, view, documents);
  return (function* () {
    if (begun) yield batchGetResponse.encode({ transaction: begun }).finish();
    for (const [i, { document }] of documents.entries()) {
      if (document) yield encodeFound(maskedDocument(databaseName, document, mask), readTime);
      else yield encodeMissing(request.documents[i]!, readTime);
    }
  })();
}

/** The encoded message of a document; a mask restricts it to the named fields. */
export function maskedDocument(
  databaseName: string,
  document: StoredDocument,
  mask: readonly FieldPath[] | undefined,
): Uint8Array {
  if (!mask) return encodeDocument(databaseName, document);
  return encodeDocument(databaseName, { ...document, fields: selectFields(document.fields, mask) });
}
