import { done, refuse, type ChangeOutcome } from "../../platform/errors.ts";
import type { Scope } from "../../platform/scope.ts";
import { checkPrecondition, type Precondition } from "../conditional-change.ts";
import type { ManagementCommand, ManagementStore, ManagementTransaction } from "../management-store.ts";
import { checkUnreferenced } from "../references.ts";
import type { CatalogEntry, CatalogKind } from "./catalog-kind.ts";

export interface EntryPurge<T extends CatalogEntry> {
  readonly kind: CatalogKind<T>;
  readonly id: string;
  readonly precondition: Precondition;
}

/** Deletes a service or a mechanic that no other document refers to. */
export function purgeEntry<T extends CatalogEntry>(
  management: ManagementStore,
  { command, purge }: { readonly command: ManagementCommand; readonly purge: EntryPurge<T> },
  scope: Scope,
): Promise<ChangeOutcome<null>> {
  return management.change(command, (tx) => decideAndDelete(tx, purge), scope);
}

async function decideAndDelete<T extends CatalogEntry>(
  tx: ManagementTransaction,
  { kind, id, precondition }: EntryPurge<T>,
): Promise<ChangeOutcome<null>> {
  const ref = kind.ref(tx.paths, id);
  const [shop, found] = await tx.read(tx.paths.shop, ref);
  const entry = found && kind.read(found);
  if (!shop?.exists || !entry) return refuse("not_found", `There is no such ${kind.name}.`);
  const asked = checkPrecondition(kind.present(entry), precondition);
  if (!asked.ok) return asked;
  const unreferenced = await checkUnreferenced(tx, kind.references(tx.paths, id));
  if (!unreferenced.ok) return unreferenced;
  tx.delete(ref);
  tx.record(
    { action: `${kind.name}_purged`, details: { [`${kind.name}_id`]: id, before: kind.present(entry) } },
    kind.invalidation(entry, undefined),
  );
  return done(null);
}
