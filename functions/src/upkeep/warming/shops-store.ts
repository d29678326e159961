import type { Firestore } from "firebase-admin/firestore";
import { shopSchema, type Shop } from "../../catalog/schema.ts";
import { readDocument } from "../../platform/firestore/documents.ts";

const SHOPS_AT_A_TIME = 300;

/** Every shop, one page after the other. */
export class ShopsStore {
  constructor(private readonly db: Firestore) {}

  async *all(): AsyncGenerator<Shop> {
    let query = this.db.collection("shops").orderBy("__name__").limit(SHOPS_AT_A_TIME);
    for (;;) {
      const page = await query.get();
      for (const snapshot of page.docs) {
        const shop = readDocument(snapshot, shopSchema);
        if (shop) yield shop;
      }
      const last = page.docs.at(-1);
      if (!last || page.size < SHOPS_AT_A_TIME) return;
      query = query.startAfter(last);
    }
  }
}
