import { exceptionInvalidation } from "../../catalog/exceptions/exception-invalidation.ts";
import { together } from "../../catalog/invalidation.ts";
import { mechanicSchema, shopSchema, WHOLE_SHOP } from "../../catalog/schema.ts";
import type { Millis } from "../../engine/units.ts";
import { done, refuse, type Outcome } from "../../platform/errors.ts";
import { readDocument, readDocumentOrThrow } from "../../platform/firestore/documents.ts";
import type { ManagementLine, ManagementTransaction } from "../management-store.ts";
import type { ExceptionChange, ExceptionOwner } from "./exception-conflicts.ts";
import { exceptionDocument, type StoredException } from "./exception-store.ts";

/** An exception as the API shows it. */
export type ShownException = ReturnType<typeof presentException>;

export function presentException({ created_at, updated_at, ...exception }: StoredException) {
  const { id, mechanic_id, from_date, to_date, start_time, end_time } = exception;
  const { effect, rrule, location_id, reason, source } = exception;
  return {
    ...{ id, mechanic_id, from_date, to_date, start_time, end_time },
    ...{ effect, rrule, location_id, reason, source },
    created_at: asText(created_at),
    updated_at: asText(updated_at),
  };
}

function asText(instant: Millis): string {
  return new Date(instant).toISOString();
}

/** Reads the shop and the mechanic whose exceptions are changed; `*` is the whole shop. */
export async function readOwner(
  tx: ManagementTransaction,
  mechanicId: string,
): Promise<Outcome<ExceptionOwner>> {
  const mechanics = mechanicId === WHOLE_SHOP ? [] : [tx.paths.mechanic(mechanicId)];
  const [first, second] = await tx.read(tx.paths.shop, ...mechanics);
  const shop = first && readDocumentOrThrow(first, shopSchema);
  if (!shop) return refuse("not_found", "There is no such shop.");
  const mechanic = second && readDocument(second, mechanicSchema);
  if (second && !mechanic) return refuse("not_found", "There is no such mechanic.");
  return done({ shop, mechanic });
}

/** A change of an exception that is decided, and the id of its audit line. */
export interface DecidedChange extends ExceptionChange {
  readonly before: StoredException | undefined;
  readonly after: StoredException | undefined;
  readonly lineId: string;
}

/** Writes the changes with an audit line for each, and the invalidation of what they make stale together. */
export function writeChanges(tx: ManagementTransaction, changes: readonly DecidedChange[]): void {
  if (changes.length === 0) return;
  for (const { before, after } of changes) {
    const ref = tx.paths.exceptions.doc((before ?? after)!.id);
    if (!after) tx.delete(ref);
    else if (before) tx.set(ref, exceptionDocument(after));
    else tx.create(ref, exceptionDocument(after));
  }
  tx.recordAll(
    changes.map(lineOf),
    together(changes.map(({ before, after }) => exceptionInvalidation(before, after))),
  );
}

function lineOf({ before, after, lineId }: DecidedChange): ManagementLine {
  const { id, mechanic_id } = (before ?? after)!;
  const action = before ? (after ? "exception_changed" : "exception_deleted") : "exception_created";
  const details = {
    exception_id: id,
    mechanic_id,
    ...(before && { before: presentException(before) }),
    ...(after && { after: presentException(after) }),
  };
  return { id: lineId, entry: { action, details } };
}
