import type { DocumentSnapshot, Firestore } from "firebase-admin/firestore";
import { bufferReach } from "../../functions/src/catalog/buffer-reach.ts";
import { serviceSchema, shopSchema } from "../../functions/src/catalog/schema.ts";
import { readDocument, readDocuments } from "../../functions/src/platform/firestore/documents.ts";
import { shopPaths } from "../../functions/src/platform/firestore/paths.ts";
import { countOf, pagesOf } from "./pages.ts";
import { ShopAuditor, type Finding } from "./shop-auditor.ts";

/** Documents in memory at a time. Days are the largest: every mechanic's open and busy time. */
const PAGE = { bookings: 300, ledgers: 100, holds: 300, days: 20 } as const;
type Stage = keyof typeof PAGE;

export interface AuditOptions {
  readonly repair: boolean;
  /** Milliseconds since the epoch; asked again for every comparison. */
  readonly now: () => number;
  readonly onFinding: (shopId: string, finding: Finding, mended: boolean) => void;
  readonly onProgress: (shopId: string, stage: Stage, done: number, total: number) => void;
}

export interface Tally {
  readonly looked: Readonly<Record<Stage, number>>;
  readonly found: number;
  readonly mended: number;
}

/** The ids of all shops. */
export async function shopIds(db: Firestore): Promise<string[]> {
  return (await db.collection("shops").select().get()).docs.map(({ id }) => id);
}

/** Holds a shop's ledgers and days against its bookings, and mends what can be; undefined: there is no such shop. */
export async function auditShop(
  db: Firestore,
  shopId: string,
  options: AuditOptions,
): Promise<Tally | undefined> {
  const paths = shopPaths(db, shopId);
  const shop = readDocument(await paths.shop.get(), shopSchema);
  if (!shop) return undefined;
  const services = readDocuments((await paths.services.get()).docs, serviceSchema);
  const auditor = new ShopAuditor(db, shop, bufferReach(shop, services), options.now);
  const looked = { bookings: 0, ledgers: 0, holds: 0, days: 0 };
  let [found, mended] = [0, 0];
  // Days come last: what the others mend, the days are then held against.
  const stages: [Stage, FirebaseFirestore.Query, (page: DocumentSnapshot[]) => Promise<Finding[]>][] = [
    ["bookings", paths.bookings, (page) => auditor.checkBookings(page)],
    ["ledgers", paths.ledgers, (page) => auditor.checkLedgers(page)],
    ["holds", paths.holds, (page) => auditor.checkHolds(page)],
    ["days", paths.days, (page) => auditor.checkDays(page)],
  ];
  for (const [stage, query, check] of stages) {
    const total = await countOf(query);
    options.onProgress(shopId, stage, 0, total);
    for await (const page of pagesOf(query, PAGE[stage])) {
      for (const finding of await check(page)) {
        const mends = options.repair && finding.repair !== null;
        if (mends) await finding.repair();
        found += 1;
        mended += mends ? 1 : 0;
        options.onFinding(shopId, finding, mends);
      }
      looked[stage] += page.length;
      options.onProgress(shopId, stage, Math.min(looked[stage], total), total);
    }
  }
  return { looked, found, mended };
}
