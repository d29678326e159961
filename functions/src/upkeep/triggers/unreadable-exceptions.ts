import type { DocumentReference, DocumentSnapshot, Firestore } from "firebase-admin/firestore";
import { closureOf, isFoundByQueries, type Closure } from "../../catalog/exceptions/unreadable-exception.ts";
import { exceptionSchema } from "../../catalog/schema.ts";

/** Begins the id of the exception that closes what an unreadable one names. */
const CLOSURE_PREFIX = "unreadable-";

/** Whether an exception cannot be read, and queries do not find it everywhere it closes. */
export function needsClosure(exception: DocumentSnapshot | undefined): boolean {
  return exception !== undefined && closureNeeded(exception) !== null;
}

/**
 * Writes the exception that closes what an unreadable one names, or deletes it when it is no longer needed. The
 * exception as it is now decides, so this may be repeated and called in any order.
 */
export async function closeUnreadable(db: Firestore, exception: DocumentReference): Promise<void> {
  const closure = exception.parent.doc(`${CLOSURE_PREFIX}${exception.id}`);
  await db.runTransaction(async (tx) => {
    const needed = closureNeeded(await tx.get(exception));
    const reason = `${exception.id} cannot be read.`;
    if (needed) tx.set(closure, { ...needed, reason, source: "unreadable" });
    else tx.delete(closure);
  });
}

function closureNeeded(exception: DocumentSnapshot): Closure | null {
  const data = exception.data();
  if (!data || exceptionSchema.safeParse(data).success) return null;
  const closure = closureOf(data);
  return closure && !isFoundByQueries(data, closure) ? closure : null;
}
