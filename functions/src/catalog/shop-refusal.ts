import { refuse, type Refusal } from "../platform/errors.ts";
import { isRezoning } from "./ledger-zone.ts";
import type { Shop } from "./schema.ts";

/** Returns why the shop offers and reserves no time at all; null if it does. */
export function shopRefusal(shop: Shop): { readonly ok: false; readonly refusal: Refusal } | null {
  if (!shop.active) return refuse("shop_inactive");
  return isRezoning(shop) ? refuse("shop_rezoning") : null;
}
