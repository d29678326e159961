import { shopInvalidation } from "../../catalog/invalidation.ts";
import { shopSchema, type Shop } from "../../catalog/schema.ts";
import { done, refuse, type ChangeOutcome } from "../../platform/errors.ts";
import { readDocumentOrThrow } from "../../platform/firestore/documents.ts";
import type { Scope } from "../../platform/scope.ts";
import { changedFields } from "../changed-fields.ts";
import { checkPrecondition, type Precondition } from "../conditional-change.ts";
import type { ManagementCommand, ManagementStore, ManagementTransaction } from "../management-store.ts";
import { presentSettings, type ShopSettings } from "./settings.ts";
import type { ShopChange } from "./shop-body.ts";

export interface SettingsChange {
  readonly patch: ShopChange;
  readonly precondition: Precondition;
}

export interface ChangedSettings {
  readonly settings: ShopSettings;
  /** The time zone was changed, and the bookings have to be filed under it. */
  readonly isRezoned: boolean;
}

/**
 * Replaces settings of a shop. After a change of the time zone, the trigger of this write files the bookings under the
 * new one. Settings that are stored already are written no second time.
 */
export function changeShop(
  management: ManagementStore,
  { command, change }: { readonly command: ManagementCommand; readonly change: SettingsChange },
  scope: Scope,
): Promise<ChangeOutcome<ChangedSettings>> {
  return management.change(command, (tx) => decideAndWrite(tx, change), scope);
}

async function decideAndWrite(
  tx: ManagementTransaction,
  { patch, precondition }: SettingsChange,
): Promise<ChangeOutcome<ChangedSettings>> {
  const [found] = await tx.read(tx.paths.shop);
  const shop = found && readDocumentOrThrow(found, shopSchema);
  if (!shop) return refuse("not_found", "There is no such shop.");
  const asked = checkPrecondition(presentSettings(shop), precondition);
  if (!asked.ok) return asked;
  const { policy: policyPatch = {}, ...fields } = patch;
  const policy = { ...shop.policy, ...policyPatch };
  const { before, after } = changedFields<Omit<Shop, "id">>(shop, { ...fields, policy });
  const changed: Shop = { ...shop, ...after };
  if (Object.keys(after).length === 0) return done({ settings: presentSettings(shop), isRezoned: false });
  const isRezoned = after.time_zone !== undefined;
  // A shop that does not state the zone of its ledgers has them under its zone as it was until now.
  tx.update(tx.paths.shop, isRezoned ? { ...after, ledger_time_zone: shop.ledger_time_zone } : after);
  const isDeactivated = shop.active && !changed.active;
  tx.record(
    { action: isDeactivated ? "shop_deactivated" : "shop_changed", details: { before, after } },
    shopInvalidation(shop, changed),
  );
  return done({ settings: presentSettings(changed), isRezoned });
}
