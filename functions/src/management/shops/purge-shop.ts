import { shopSchema } from "../../catalog/schema.ts";
import { done, refuse, type ChangeOutcome } from "../../platform/errors.ts";
import { readDocumentOrThrow } from "../../platform/firestore/documents.ts";
import type { Scope } from "../../platform/scope.ts";
import { checkPrecondition, type Precondition } from "../conditional-change.ts";
import type { ManagementCommand, ManagementStore } from "../management-store.ts";
import { checkUnreferenced } from "../references.ts";
import { presentSettings } from "./settings.ts";

/** Deletes a shop that has nothing any more. Its audit trail stays, and cached days expire. */
export function purgeShop(
  management: ManagementStore,
  { command, precondition }: { readonly command: ManagementCommand; readonly precondition: Precondition },
  scope: Scope,
): Promise<ChangeOutcome<null>> {
  return management.change<null>(
    command,
    async (tx) => {
      const {
        shop: ref,
        services,
        mechanics,
        exceptions,
        ledgers,
        bookings,
        holds,
        notifications,
      } = tx.paths;
      const [found] = await tx.read(ref);
      const shop = found && readDocumentOrThrow(found, shopSchema);
      if (!shop) return refuse("not_found", "There is no such shop.");
      const settings = presentSettings(shop);
      const asked = checkPrecondition(settings, precondition);
      if (!asked.ok) return asked;
      const references = { services, mechanics, exceptions, ledgers, bookings, holds, notifications };
      const unreferenced = await checkUnreferenced(tx, references);
      if (!unreferenced.ok) return unreferenced;
      tx.delete(ref);
      tx.record({ action: "shop_purged", details: { before: settings } });
      return done(null);
    },
    scope,
  );
}
