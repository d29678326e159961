import { shopSchema } from "../../catalog/schema.ts";
import { done, refuse, type ChangeOutcome } from "../../platform/errors.ts";
import { readDocumentOrThrow } from "../../platform/firestore/documents.ts";
import type { Scope } from "../../platform/scope.ts";
import { decideCreation, type Created, type CreationIds } from "../creation.ts";
import type { ManagementCommand, ManagementStore, ManagementTransaction } from "../management-store.ts";
import { presentSettings } from "./settings.ts";
import type { ShopChange } from "./shop-body.ts";

export interface ShopCreation {
  readonly ids: CreationIds;
  readonly fields: ShopChange & { readonly time_zone: string };
}

/** Creates a shop. An equal request with the same Idempotency-Key is answered with the same one. */
export function createShop(
  management: ManagementStore,
  { command, creation }: { readonly command: ManagementCommand; readonly creation: ShopCreation },
  scope: Scope,
): Promise<ChangeOutcome<Created>> {
  return management.change(command, (tx) => decideAndWrite(tx, creation), scope);
}

async function decideAndWrite(
  tx: ManagementTransaction,
  { ids, fields }: ShopCreation,
): Promise<ChangeOutcome<Created>> {
  const lines = ids.isRepeatable ? [tx.paths.audit.doc(ids.requestId)] : [];
  const [found, line] = await tx.read(tx.paths.shop, ...lines);
  const exists = found?.exists === true;
  const decision = decideCreation({ exists, wasRequested: line?.exists === true }, ids);
  if (decision === "replay") {
    const shop = found && readDocumentOrThrow(found, shopSchema);
    return shop ? done({ shown: presentSettings(shop), replayed: true }) : refuse("already_exists");
  }
  if (decision !== "create") return decision;
  const shop = { ...shopSchema.parse(fields), id: ids.resourceId };
  const { name, time_zone, language, policy, active } = shop;
  const shown = { name, time_zone, language, policy, active };
  tx.create(tx.paths.shop, {
    ...shown,
    ledger_time_zone: time_zone,
    day_shards: 1,
    // Above every version of a purged shop of the same id, whose cached days must not become valid again.
    catalog_version: tx.now,
  });
  tx.record({ action: "shop_created", details: { after: shown } });
  return done({ shown: presentSettings(shop), replayed: false });
}
