import type { DocumentSnapshot } from "firebase-admin/firestore";
import { readDocument } from "../../platform/firestore/documents.ts";
import { exceptionSchema, type Exception } from "../schema.ts";
import { closureOf } from "./unreadable-exception.ts";

/** Reads an exception; one that cannot be read is replaced by the closure of what it names, or ignored if that is nothing. */
export function readException(snapshot: DocumentSnapshot): Exception | undefined {
  const read = readDocument(snapshot, exceptionSchema);
  if (read || !snapshot.exists) return read;
  const closure = closureOf(snapshot.data() ?? {});
  return closure ? { ...closure, id: snapshot.id } : undefined;
}

/** Reads exceptions as `readException` does. */
export function readExceptions(snapshots: readonly DocumentSnapshot[]): Exception[] {
  return snapshots.flatMap((snapshot) => readException(snapshot) ?? []);
}
