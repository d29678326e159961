import type { CollectionReference, Firestore, WriteBatch } from "firebase-admin/firestore";
import { shopPaths } from "../../functions/src/platform/firestore/paths.ts";
import type { OnProgress } from "../support/progress.ts";
import { demoDocuments } from "./documents.ts";
import type { DemoOptions } from "./options.ts";

const WRITES_PER_COMMIT = 400;

/** Whether the shop has not been loaded completely: its own document is written last. */
export async function isEmpty(db: Firestore, shop: string): Promise<boolean> {
  return !(await shopPaths(db, shop).shop.get()).exists;
}

/**
 * Replaces the shop's documents with the demo's: all others are deleted, availability days and later bookings
 * included. Resolves with the number of documents written.
 */
export async function loadDemoShop(
  db: Firestore,
  options: DemoOptions,
  onProgress: OnProgress,
): Promise<number> {
  const { shop, groups } = demoDocuments(db, options);
  const documents = groups.flat();
  const total = documents.length + 1;
  onProgress(0, total);
  const wanted = new Set(documents.map(({ ref }) => ref.path));
  for (const collection of await shop.ref.listCollections()) await deleteOthers(collection, wanted);
  const batches = new Batches(db);
  let written = 0;
  for (const group of groups) {
    if (await batches.makeRoom(group.length)) onProgress(written, total);
    for (const { ref, data } of group) batches.current.set(ref, data);
    written += group.length;
  }
  batches.current.set(shop.ref, shop.data);
  await batches.flush();
  onProgress(total, total);
  return total;
}

async function deleteOthers(collection: CollectionReference, wanted: ReadonlySet<string>): Promise<void> {
  const batches = new Batches(collection.firestore);
  for (const ref of await collection.listDocuments()) {
    if (wanted.has(ref.path)) continue;
    await batches.makeRoom(1);
    batches.current.delete(ref);
  }
  await batches.flush();
}

/** A batch that is committed and replaced whenever the next group would make it too large. */
class Batches {
  current: WriteBatch;
  private size = 0;

  constructor(private readonly db: Firestore) {
    this.current = db.batch();
  }

  /** Resolves with true if the batch was full and had to be committed first. */
  async makeRoom(writes: number): Promise<boolean> {
    const isFull = this.size > 0 && this.size + writes > WRITES_PER_COMMIT;
    if (isFull) await this.flush();
    this.size += writes;
    return isFull;
  }

  async flush(): Promise<void> {
    await this.current.commit();
    this.current = this.db.batch();
    this.size = 0;
  }
}
