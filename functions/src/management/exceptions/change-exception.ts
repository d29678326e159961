import { isDeepStrictEqual } from "node:util";
import { done, refuse, type ChangeOutcome } from "../../platform/errors.ts";
import { checkPrecondition, type Precondition } from "../conditional-change.ts";
import type { ManagementCommand, ManagementTransaction } from "../management-store.ts";
import type { ExceptionFields } from "./exception-body.ts";
import { ConflictCheck } from "./exception-conflicts.ts";
import { readStoredException, type StoredException } from "./exception-store.ts";
import { presentException, readOwner, writeChanges } from "./write-exceptions.ts";

export interface ExceptionEdit {
  readonly command: Pick<ManagementCommand, "requestId">;
  /** Whose it must be; `*`: the whole shop's. */
  readonly mechanicId: string;
  readonly exceptionId: string;
  /** The new fields; null deletes it. */
  readonly fields: ExceptionFields | null;
  readonly precondition: Precondition;
  readonly confirm: boolean;
}

/**
 * Replaces or deletes an exception; returns it as it is then, or was. Warns of the upcoming appointments that this
 * leaves outside hours, unless `confirm` is set. One that is stored like this already is written no second time.
 */
export async function changeException(
  tx: ManagementTransaction,
  { command, mechanicId, exceptionId, fields, precondition, confirm }: ExceptionEdit,
): Promise<ChangeOutcome<StoredException>> {
  const owner = await readOwner(tx, mechanicId);
  if (!owner.ok) return owner;
  const [snapshot] = await tx.read(tx.paths.exceptions.doc(exceptionId));
  const before = snapshot && readStoredException(snapshot);
  if (before?.mechanic_id !== mechanicId) return refuse("not_found", "There is no such exception.");
  const asked = checkPrecondition(presentException(before), precondition);
  if (!asked.ok) return asked;
  const after = fields ? edited(before, fields) : undefined;
  if (isDeepStrictEqual(before, after)) return done(before);
  const changes = [{ before, after, lineId: command.requestId }];
  if (!confirm) {
    const check = await ConflictCheck.read(tx, owner.value, changes);
    const stranded = check.strandedBy(changes);
    if (stranded.length > 0) return check.warnOf(stranded);
  }
  const written = after && { ...after, updated_at: tx.now };
  writeChanges(tx, [{ before, after: written, lineId: command.requestId }]);
  return done(written ?? before);
}

/** A corrupt exception is mended by this: it belongs to people again. */
function edited(before: StoredException, fields: ExceptionFields): StoredException {
  return { ...before, ...fields, source: before.source === "unreadable" ? "manual" : before.source };
}
