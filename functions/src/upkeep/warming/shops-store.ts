import type { Firestore } from "firebase-admin/firestore";
import { shopSchema, type Shop } from "../../catalog/schema.ts";
import { readDocument } from "../../platform/firestore/documents.ts";

const SHOPS_PER_PAGE = 300;

/** Reads the shops. */
export class ShopsStore {
  constructor(private readonly db: Firestore) {}

  /** Every shop, read page by page. */
  async *all(): AsyncGenerator<Shop> {
    let query = this.db.collection("shops").orderBy("__name__").limit(SHOPS_PER_PAGE);
    for (;;) {
      const page = await query.get();
      for (const snapshot of page.docs) {
        const shop = readDocument(snapshot, shopSchema);
        if (shop) yield shop;
      }
      const last = page.docs.at(-1);
      if (!last || page.size < SHOPS_PER_PAGE) return;
      query = query.startAfter(last);
    }
  }
}
