import type { DocumentSnapshot } from "firebase-admin/firestore";
import * as logger from "firebase-functions/logger";
import type { z } from "zod";

/** Thrown where an answer is impossible because a document does not fit its schema (it was edited outside the API). */
export class CorruptDocument extends Error {
  constructor(readonly path: string) {
    super(`The document ${path} cannot be read.`);
    this.name = "CorruptDocument";
  }
}

/**
 * A document parsed by its schema, with its id; undefined when it is missing. A malformed document (edited outside the
 * API) is logged and treated as missing, so that other documents can still be read.
 */
export function readDocument<S extends z.ZodType<object>>(
  snapshot: DocumentSnapshot,
  schema: S,
): (z.output<S> & { id: string }) | undefined {
  if (!snapshot.exists) return undefined;
  const result = schema.safeParse(snapshot.data());
  if (result.success) return { ...result.data, id: snapshot.id };
  logger.error("malformed document", { path: snapshot.ref.path, issues: result.error.issues.slice(0, 5) });
  return undefined;
}

/** As `readDocument`, for a document without which there is no answer. Throws a `CorruptDocument` if it is malformed. */
export function readDocumentOrThrow<S extends z.ZodType<object>>(
  snapshot: DocumentSnapshot,
  schema: S,
): (z.output<S> & { id: string }) | undefined {
  const read = readDocument(snapshot, schema);
  if (snapshot.exists && !read) throw new CorruptDocument(snapshot.ref.path);
  return read;
}

/** The documents that exist and fit the schema. */
export function readDocuments<S extends z.ZodType<object>>(
  snapshots: readonly DocumentSnapshot[],
  schema: S,
): (z.output<S> & { id: string })[] {
  return snapshots.flatMap((snapshot) => readDocument(snapshot, schema) ?? []);
}
