import type { google } from "@google-cloud/firestore/build/protos/firestore_v1_proto_api.js";
import { parseQuery } from "../queries/parse.ts";
import type { Query } from "../queries/query.ts";
import type { DocumentPath } from "../values/document.ts";
import { parseDocumentName } from "../values/resource-name.ts";
import { invalidArgument } from "../status.ts";

/** The object of a listener: a list of documents, or a query. */
export type ListenTarget =
  | { readonly kind: "documents"; readonly paths: readonly DocumentPath[] }
  | { readonly kind: "query"; readonly query: Query };

/**
 * Parses and validates a target.
 *
 * @param databaseName the stream's database, `projects/P/databases/D`
 * @throws StatusError INVALID_ARGUMENT, or UNIMPLEMENTED for an unsupported kind of query
 */
export function parseTarget(databaseName: string, wire: google.firestore.v1.ITarget): ListenTarget {
  if (wire.documents) {
    const names = (wire.documents.documents ?? []).map(parseDocumentName);
    if (names.length === 0) throw invalidArgument("A documents target must name at least one document.");
    for (const name of names) checkDatabase(databaseName, name.database);
    return { kind: "documents", paths: [...new Set(names.map((name) => name.path))] };
  }
  if (wire.query?.structuredQuery) {
    const query = parseQuery(wire.query.parent ?? "", wire.query.structuredQuery);
    checkDatabase(databaseName, query.database);
    return { kind: "query", query };
  }
  throw invalidArgument("A target must be a query or a list of documents.");
}

function checkDatabase(expected: string, actual: string): void {
  if (actual !== expected) throw invalidArgument(`The target is in ${actual}, the stream in ${expected}.`);
}
