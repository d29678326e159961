import type { Firestore } from "firebase-admin/firestore";
import type { BufferReach } from "../../functions/src/catalog/buffer-reach.ts";
import type { Shop } from "../../functions/src/catalog/schema.ts";
import type { Millis, Minutes } from "../../functions/src/engine/units.ts";

/** The shop under audit, as every check needs it. */
export interface AuditedShop {
  readonly db: Firestore;
  readonly shop: Shop;
  readonly reach: BufferReach;
  /** Slots that ended before then may be filed under a former zone of the shop; nothing depends on them. */
  readonly filedSince: Minutes;
  /** The clock, read again for every comparison. */
  readonly now: () => Millis;
}
