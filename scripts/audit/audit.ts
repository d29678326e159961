import type { DocumentReference, Firestore } from "firebase-admin/firestore";
import { bufferReach } from "../../functions/src/catalog/buffer-reach.ts";
import { serviceSchema, shopSchema } from "../../functions/src/catalog/schema.ts";
import { minutes, type Millis, type Minutes } from "../../functions/src/engine/units.ts";
import { readDocument, readDocuments } from "../../functions/src/platform/firestore/documents.ts";
import { shopPaths } from "../../functions/src/platform/firestore/paths.ts";
import { minutesField } from "../../functions/src/platform/firestore/timestamps.ts";
import { countOf, pagesOf } from "./pages.ts";
import type { AuditedShop } from "./audited-shop.ts";
import type { Finding } from "./finding.ts";
import { CHECKS, findProblems } from "./checks.ts";

/** Documents in memory at a time. Days are the largest: they have every mechanic's open and busy time. */
const PAGE = { bookings: 300, ledgers: 100, holds: 300, days: 20 } as const;
type Stage = keyof typeof PAGE;

export interface AuditOptions {
  readonly repair: boolean;
  /** The clock, read again for every comparison. */
  readonly now: () => Millis;
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

/** Compares a shop's ledgers and days with its bookings, and repairs what can be; undefined: there is no such shop. */
export async function auditShop(
  db: Firestore,
  shopId: string,
  options: AuditOptions,
): Promise<Tally | undefined> {
  const paths = shopPaths(db, shopId);
  const shop = readDocument(await paths.shop.get(), shopSchema);
  if (!shop) return undefined;
  const services = readDocuments((await paths.services.get()).docs, serviceSchema);
  const looked = { bookings: 0, ledgers: 0, holds: 0, days: 0 };
  if (shop.rezoning) {
    const problem = `its ledgers are being filed under ${shop.rezoning.to}; audit it when that has ended`;
    options.onFinding(shopId, { kind: "rezoning", path: paths.shop.path, problem, repair: null }, false);
    return { looked, found: 1, mended: 0 };
  }
  const reach = bufferReach(shop, services);
  const filedSince = await readFiledSince(paths.rezoning);
  const audited: AuditedShop = { db, shop, reach, filedSince, now: options.now };
  let [found, mended] = [0, 0];
  for (const stage of Object.keys(CHECKS) as Stage[]) {
    const query = paths[stage];
    const total = await countOf(query);
    options.onProgress(shopId, stage, 0, total);
    for await (const page of pagesOf(query, PAGE[stage])) {
      for (const finding of await findProblems(audited, CHECKS[stage], page)) {
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

/** The minute since which slots are filed under the shop's zone: a change of the zone leaves the past as it is. */
async function readFiledSince(rezoning: DocumentReference): Promise<Minutes> {
  const since = minutesField.safeParse((await rezoning.get()).get("since"));
  return since.success ? since.data : minutes(0);
}
