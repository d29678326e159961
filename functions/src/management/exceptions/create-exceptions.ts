import { done, refuse, type ChangeOutcome, type Outcome } from "../../platform/errors.ts";
import type { Principal } from "../../platform/auth/principal.ts";
import { creationIds, decideCreation, type CreationIds } from "../creation.ts";
import type { ManagementTransaction } from "../management-store.ts";
import type { ExceptionFields } from "./exception-body.ts";
import { ConflictCheck } from "./exception-conflicts.ts";
import { newException, readStoredException, type StoredException } from "./exception-store.ts";
import { readOwner, writeChanges, type DecidedChange } from "./write-exceptions.ts";

/** One exception to create. */
export interface ExceptionCreation {
  readonly ids: CreationIds;
  readonly fields: ExceptionFields;
}

interface CreationRequest {
  readonly shopId: string;
  readonly kind: string;
  /** `*`: the whole shop's. */
  readonly mechanicId: string;
  readonly principal: Principal;
  readonly key: string | null;
  readonly fields: ExceptionFields;
}

/** Returns the creation with its ids. An Idempotency-Key is bound to the mechanic, too. */
export function exceptionCreation(request: CreationRequest, newId: () => string): ExceptionCreation {
  const { mechanicId, fields, ...rest } = request;
  const body = { id: undefined, mechanic_id: mechanicId, ...fields };
  return { ids: creationIds({ ...rest, body }, newId), fields };
}

export interface CreatedException {
  readonly exception: StoredException;
  /** An equal request created it before. */
  readonly replayed: boolean;
}

interface Creations {
  /** `*`: the whole shop's. */
  readonly mechanicId: string;
  readonly creations: readonly ExceptionCreation[];
  readonly confirm: boolean;
  /** How many appointments a warning lists; all by default. */
  readonly mostListed?: number;
}

/**
 * Creates exceptions in one transaction. Each has its own outcome, in the order of `creations`: unless `confirm` is set,
 * one that leaves appointments outside hours, after those before it, is warned of and not created.
 */
export async function createExceptions(
  tx: ManagementTransaction,
  { mechanicId, creations, confirm, mostListed }: Creations,
): Promise<Outcome<ChangeOutcome<CreatedException>[]>> {
  const owner = await readOwner(tx, mechanicId);
  if (!owner.ok) return owner;
  const decisions = await decideEach(tx, creations);
  const isNew = (index: number) => decisions[index] === "create";
  const changes = creations.map(({ ids, fields }): DecidedChange => {
    const after = newException({ id: ids.resourceId, mechanicId, fields }, tx.now);
    return { before: undefined, after, lineId: ids.requestId };
  });
  const fresh = changes.filter((_, index) => isNew(index));
  const check = confirm ? null : await ConflictCheck.read(tx, owner.value, fresh);
  const written: DecidedChange[] = [];
  const outcomes = changes.map((change, index): ChangeOutcome<CreatedException> => {
    const decision = decisions[index]!;
    if (decision !== "create") return decision;
    const stranded = check?.strandedBy([change]) ?? [];
    if (check && stranded.length > 0) return check.warnOf(stranded, mostListed);
    check?.accept([change]);
    written.push(change);
    return done({ exception: change.after!, replayed: false });
  });
  writeChanges(tx, written);
  return done(outcomes);
}

type Decision = "create" | ChangeOutcome<CreatedException>;

/** Decides for each creation whether an equal request has made it. Only repeatable ones cost reads. */
async function decideEach(
  tx: ManagementTransaction,
  creations: readonly ExceptionCreation[],
): Promise<Decision[]> {
  const repeatable = creations.filter(({ ids }) => ids.isRepeatable);
  if (repeatable.length === 0) return creations.map(() => "create");
  const refs = repeatable.flatMap(({ ids }) => [
    tx.paths.exceptions.doc(ids.resourceId),
    tx.paths.audit.doc(ids.requestId),
  ]);
  const found = new Map((await tx.read(...refs)).map((snapshot) => [snapshot.ref.path, snapshot]));
  return creations.map(({ ids }): Decision => {
    const resource = found.get(tx.paths.exceptions.doc(ids.resourceId).path);
    const line = found.get(tx.paths.audit.doc(ids.requestId).path);
    const exists = resource?.exists === true;
    const decision = decideCreation({ exists, wasRequested: line?.exists === true }, ids);
    if (decision !== "replay") return decision;
    const exception = resource && readStoredException(resource);
    return exception ? done({ exception, replayed: true }) : refuse("already_exists");
  });
}
