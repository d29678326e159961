import { done, refuse, type ChangeOutcome } from "../../platform/errors.ts";
import type { Scope } from "../../platform/scope.ts";
import { decideCreation, type Created, type CreationIds } from "../creation.ts";
import type { ManagementCommand, ManagementStore, ManagementTransaction } from "../management-store.ts";
import type { CatalogEntry, CatalogKind, FieldsOf } from "./catalog-kind.ts";

export interface EntryCreation<T extends CatalogEntry> {
  readonly kind: CatalogKind<T>;
  readonly ids: CreationIds;
  readonly fields: Partial<FieldsOf<T>>;
}

/** Creates a service or a mechanic. An equal request with the same Idempotency-Key is answered with the same one. */
export function createEntry<T extends CatalogEntry>(
  management: ManagementStore,
  { command, creation }: { readonly command: ManagementCommand; readonly creation: EntryCreation<T> },
  scope: Scope,
): Promise<ChangeOutcome<Created>> {
  return management.change(command, (tx) => decideAndWrite(tx, creation), scope);
}

async function decideAndWrite<T extends CatalogEntry>(
  tx: ManagementTransaction,
  { kind, ids, fields }: EntryCreation<T>,
): Promise<ChangeOutcome<Created>> {
  const ref = kind.ref(tx.paths, ids.resourceId);
  const lines = ids.isRepeatable ? [tx.paths.audit.doc(ids.requestId)] : [];
  const [shop, found, line] = await tx.read(tx.paths.shop, ref, ...lines);
  if (!shop?.exists) return refuse("not_found", "There is no such shop.");
  const exists = found?.exists === true;
  const decision = decideCreation({ exists, wasRequested: line?.exists === true }, ids);
  if (decision === "replay") {
    const entry = found && kind.read(found);
    return entry ? done({ shown: kind.present(entry), replayed: true }) : refuse("already_exists");
  }
  if (decision !== "create") return decision;
  const checked = await kind.check(tx, fields);
  if (!checked.ok) return checked;
  const complete = kind.complete(fields);
  const entry = { ...complete, id: ids.resourceId } as T;
  tx.create(ref, complete);
  tx.record(
    {
      action: `${kind.name}_created`,
      details: { [`${kind.name}_id`]: ids.resourceId, after: complete },
    },
    kind.invalidation(undefined, entry),
  );
  return done({ shown: kind.present(entry), replayed: false });
}
