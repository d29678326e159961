import type { PlainDate } from "../engine/types.ts";
import type { Minutes } from "../engine/units.ts";
import { dateOf } from "../engine/zone.ts";
import type { Shop } from "./schema.ts";

/**
 * The last known zone of each shop, to guess which date's documents a request will need before the shop is read. Only
 * a guess: whoever uses it checks it against the shop.
 */
export class ZoneHints {
  readonly #zones = new Map<string, string>();

  note(shop: Shop): void {
    this.#zones.set(shop.id, shop.time_zone);
  }

  /** The probable shop-local date of an instant. */
  dateOf(shopId: string, minute: Minutes): PlainDate {
    return dateOf(this.#zones.get(shopId) ?? "UTC", minute);
  }
}
