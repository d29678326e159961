import { isRezoning } from "../../catalog/ledger-zone.ts";
import type { Shop } from "../../catalog/schema.ts";

/** A change of the time zone whose bookings are still being filed under the new zone. */
export interface ShownRezoning {
  readonly from: string;
  readonly to: string;
}

/** A shop as its admins see it. */
export interface ShopSettings extends Pick<
  Shop,
  "id" | "name" | "time_zone" | "language" | "policy" | "active"
> {
  readonly rezoning: ShownRezoning | null;
}

/** Returns everything of the shop that admins set. The versions and ledgers that the API manages are not shown. */
export function presentSettings(shop: Shop): ShopSettings {
  const { id, name, time_zone, language, policy, active, ledger_time_zone } = shop;
  const rezoning = isRezoning(shop) ? { from: ledger_time_zone, to: time_zone } : null;
  return { id, name, time_zone, language, policy, active, rezoning };
}
